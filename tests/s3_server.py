"""An S3 server for tests: moto's, in a process of its own, with a fresh bucket for each test."""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
import pytest

START_SECONDS = 40.0


@dataclass(frozen=True)
class Bucket:
    """`endpoint`: the server's URL. Any key and secret will do."""

    endpoint: str
    name: str
    region: str = "us-east-1"
    access_key: str = "key"
    secret: str = "secret"

    def names(self) -> list[str]:
        """What the bucket holds, asked of the server itself."""
        text = httpx.get(f"{self.endpoint}/{self.name}", params={"list-type": "2"}, timeout=30.0).text
        return [part.partition("</Key>")[0] for part in text.split("<Key>")[1:]]


def s3_server() -> contextlib.AbstractContextManager[str]:
    """The URL of a running server, as a context."""
    return moto_server([sys.executable, "-m", "moto.server"])


@contextlib.contextmanager
def moto_server(command: Sequence[str]) -> Iterator[str]:
    """The URL of a server that a command starts, which takes moto's `-H` and `-p`."""
    pytest.importorskip("moto.server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*command, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"{url}/moto-api/", timeout=2.0)
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, "the S3 server did not start"
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(15)


def fresh_bucket(url: str) -> Bucket:
    """A new, empty bucket."""
    name = f"bucket-{secrets.token_hex(6)}"
    answer = httpx.put(f"{url}/{name}", timeout=30.0)
    assert answer.status_code == 200, answer.text
    return Bucket(url, name)
