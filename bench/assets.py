"""Assets: how many a second, and how long a transformation takes beside sharp, the library of Node that Directus uses.

Cached assets are asked for by `wrk`; transformations by one client, of a picture of 12 megapixels, each with another
size so that none is cached. sharp does the same in a process of its own, without a server around it: install it where
`--sharp` says (`npm install sharp`).

    python bench/assets.py --sharp /somewhere/with/node_modules
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pyvips

from compare import EMAIL, PASSWORD, Server, free_port

READER = "reader@example.com"
READ = {"collection": "directus_files", "action": "read", "fields": ["*"]}
PUBLIC = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
BOUNDARY = "bench-boundary"
FORMATS = ("jpeg", "webp", "avif")
SHARP = """
const sharp = require('sharp');
const [file, format, ...widths] = process.argv.slice(1);
(async () => {
  const seconds = [];
  for (const width of widths) {
    const start = process.hrtime.bigint();
    await sharp(file).rotate().resize({ width: Number(width) }).toFormat(format).toBuffer();
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  console.log(JSON.stringify({ seconds, versions: sharp.versions }));
})();
"""


def photo(folder: Path) -> Path:
    """A picture of 12 megapixels with the noise of a camera."""
    vips: Any = pyvips
    size = (4000, 3000)
    soft = vips.Image.perlin(*size, cell_size=400).linear(60, 128)
    noise = vips.Image.gaussnoise(*size, sigma=6)
    image = (soft + noise).cast("uchar")
    path = folder / "photo.jpg"
    image.bandjoin([image.flip("horizontal"), image.flip("vertical")]).copy(interpretation="srgb").jpegsave(
        str(path), Q=88
    )
    return path


def prepare(root: Path) -> Server:
    satchel = shutil.which("satchel", path=str(Path(sys.executable).parent)) or "satchel"
    folder, port = root / "satchel", free_port()
    folder.mkdir()
    subprocess.run([satchel, "superuser", "upsert", EMAIL, PASSWORD, "--data", str(folder)], check=True)
    command = [satchel, "serve", "--data", str(folder), "--port", str(port)]
    settings = {"SATCHEL_ACCESS_LOG": "false", "SATCHEL_ASSET_TIMEOUT_SECONDS": "60"}
    server = Server("satchel", command, folder, port, settings)
    server.start()
    server.token = token_of(server, EMAIL)
    policy = server.call("POST", "/policies", {"name": "Readers"})["data"]["id"]
    mine = {"_or": [{"folder": {"_null": True}}, {"uploaded_by": {"_eq": "$CURRENT_USER"}}]}
    server.call("POST", "/permissions", {**READ, "policy": policy, "permissions": mine})
    role = server.call("POST", "/roles", {"name": "Readers", "policies": [{"policy": policy}]})["data"]["id"]
    reader = {"email": READER, "password": PASSWORD, "role": role}
    server.call("POST", "/users", reader)
    return server


def token_of(server: Server, email: str) -> str:
    body = {"email": email, "password": PASSWORD}
    return "Bearer " + server.call("POST", "/auth/login", body)["data"]["access_token"]


def upload(server: Server, name: str, content: bytes, kind: str) -> str:
    """The path of the asset that a new file is."""
    named = f'form-data; name="file"; filename="{name}"'
    head = f"--{BOUNDARY}\r\nContent-Disposition: {named}\r\nContent-Type: {kind}\r\n\r\n"
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Authorization": server.token, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with urllib.request.urlopen(urllib.request.Request(f"{server.base}/files", body, headers)) as answer:
        return f"/assets/{json.load(answer)['data']['id']}"


def asked(server: Server, path: str, *headers: str) -> urllib.request.Request:
    return urllib.request.Request(server.base + path, headers=dict(item.split(": ", 1) for item in headers))


def per_second(server: Server, path: str, seconds: int, *headers: str) -> float:
    if not any("None-Match" in header for header in headers):
        urllib.request.urlopen(asked(server, path, *headers)).read()
    given = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t1", "-c16", f"-d{seconds}", *given, server.base + path]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in text, text
    found = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert found, text
    return float(found[1])


def ours(server: Server, path: str, name: str, widths: list[int]) -> float:
    connection = HTTPConnection("127.0.0.1", server.port)
    taken: list[float] = []
    for width in widths:
        started = time.perf_counter()
        connection.request("GET", f"{path}?width={width}&format={name}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append(time.perf_counter() - started)
    connection.close()
    return statistics.median(taken)


def sharps(node_modules: Path, file: Path, name: str, widths: list[int]) -> tuple[float, Any]:
    command = ["node", "-e", SHARP, "--", str(file), name, *map(str, widths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=node_modules.parent)
    found = json.loads(done.stdout)
    return statistics.median(found["seconds"]), found["versions"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sharp", type=Path, help="a node_modules folder with sharp in it")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = photo(root)
        server = prepare(root)
        try:
            large = upload(server, "photo.jpg", file.read_bytes(), "image/jpeg")
            small = upload(server, "small.bin", b"x" * 20_000, "application/octet-stream")
            admin, reader = (f"Authorization: {token_of(server, email)}" for email in (EMAIL, READER))
            with urllib.request.urlopen(asked(server, small, reader)) as answer:
                known = answer.headers["ETag"]
            print("requests per second")
            for title, path, headers in (
                ("20 kB, an admin", small, (admin,)),
                ("20 kB, a user under policies", small, (reader,)),
                ("20 kB, known to the caller (304)", small, (reader, f"If-None-Match: {known}")),
                ("a version that was made before", f"{large}?width=200&format=webp", (reader,)),
                ("a preset that was made before", f"{large}?key=system-small-cover", (reader,)),
            ):
                print(f"  {title:36}{per_second(server, path, given.seconds, *headers):10.0f}")
            server.call("POST", "/permissions", {**READ, "policy": PUBLIC})
            print(f"  {'20 kB, a guest':36}{per_second(server, small, given.seconds):10.0f}")
            print("seconds for a version of 12 megapixels (median)")
            for name in FORMATS:
                widths = [600 + number for number in range(given.rounds)]
                line = f"  {name:36}{ours(server, large, name, widths):10.3f}"
                if given.sharp is not None:
                    theirs, versions = sharps(given.sharp, file, name, widths)
                    line += f"   sharp {theirs:.3f} (libvips {versions.get('vips')})"
                print(line)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
