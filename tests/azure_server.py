"""An Azure server for tests: azurite's, which is installed beside the JavaScript clients (`npm ci` in
`tests/wire/node`).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

START_SECONDS = 40.0
COMMANDS = Path(__file__).resolve().parent / "wire" / "node" / "node_modules" / ".bin"
ACCOUNT = "devstoreaccount1"
# the same in every installation of the emulator
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextlib.contextmanager
def azure_server() -> Iterator[str]:
    """The address of a running server without a container: `az://?…`."""
    command = shutil.which("azurite-blob", path=COMMANDS)
    if not command or not shutil.which("node"):
        pytest.skip("azurite of npm is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [command, "--inMemoryPersistence", "--blobPort", str(port), "--skipApiVersionCheck", "--silent"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(endpoint, timeout=2.0)
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, "the Azure server did not start"
                time.sleep(0.1)
        yield f"az://?{urlencode({'account_name': ACCOUNT, 'account_key': KEY, 'endpoint': endpoint})}"
    finally:
        process.terminate()
        process.wait(15)


def fresh_container(address: str) -> str:
    """The address of a new, empty container."""
    query = urlsplit(address).query
    endpoint = parse_qs(query)["endpoint"][0]
    name = f"container-{secrets.token_hex(6)}"
    date, version = formatdate(usegmt=True), "2021-08-06"
    signed = (
        f"PUT{chr(10) * 12}x-ms-date:{date}\nx-ms-version:{version}\n/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    )
    signature = base64.b64encode(hmac.digest(base64.b64decode(KEY), signed.encode(), hashlib.sha256)).decode()
    headers = {"x-ms-date": date, "x-ms-version": version, "authorization": f"SharedKey {ACCOUNT}:{signature}"}
    answer = httpx.put(f"{endpoint}/{name}", params={"restype": "container"}, headers=headers, timeout=30.0)
    assert answer.status_code == 201, answer.text
    return f"az://{name}?{query}"
