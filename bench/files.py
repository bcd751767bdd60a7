"""Files side by side with PocketBase: the same uploads and downloads on both servers, in one run.

Downloads are asked for by `wrk` in turns, as in `compare`; uploads are sent by one client after the other.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from compare import EMAIL, PASSWORD, Server, free_port

BOUNDARY = "bench-boundary"
SIZES = {"1 kB": 1000, "100 kB": 100_000, "5 MB": 5_000_000}


@dataclass
class Download:
    name: str
    path: str
    headers: tuple[str, ...] = ()


def prepare(root: Path, durability: str) -> list[Server]:
    folder = Path(sys.executable).parent
    satchel = shutil.which("satchel", path=str(folder)) or "satchel"
    pocketbase = shutil.which("pocketbase", path=str(folder)) or "pocketbase"
    ours, theirs = root / "satchel", root / "pocketbase"
    port, other = free_port(), free_port()
    settings = {"SATCHEL_DURABILITY": durability}
    servers = [
        Server("satchel", [satchel, "serve", "--data", str(ours), "--port", str(port)], ours, port, settings),
        Server(
            "pocketbase", [pocketbase, "serve", "--dir", str(theirs), "--http", f"127.0.0.1:{other}"], theirs, other
        ),
    ]
    for server, option in zip(servers, ("--data", "--dir"), strict=True):
        server.folder.mkdir()
        command = [server.command[0], "superuser", "upsert", EMAIL, PASSWORD, option, str(server.folder)]
        subprocess.run(command, check=True, capture_output=True)
        server.start()
        server.sign_in()
        rules = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}
        fields = [{"name": "file", "type": "file", "maxSize": 300_000_000, "thumbs": ["200x200"]}]
        server.call("POST", "/api/collections", {"name": "docs", "type": "base", **rules, "fields": fields})
    return servers


def upload(server: Server, name: str, content: bytes) -> str:
    """Upload a file into a new record; the path to it."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    request = urllib.request.Request(
        f"{server.base}/api/collections/docs/records",
        body,
        {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    import json

    with urllib.request.urlopen(request, timeout=120) as answer:
        made = json.load(answer)
    return f"/api/files/docs/{made['id']}/{made['file']}"


def rate(server: Server, download: Download, seconds: int) -> float:
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s"]
    for header in download.headers:
        command += ["-H", header]
    output = subprocess.run([*command, server.base + download.path], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, output
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    return float(found.group(1)) if found else 0.0


def image(width: int, height: int) -> bytes:
    import pyvips

    return pyvips.Image.gaussnoise(width, height).cast("uchar").jpegsave_buffer()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--durability", default="normal")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="satchel-bench-"))
    servers = prepare(root, options.durability)
    try:
        print(f"{'':32} {'satchel':>10} {'pocketbase':>10} {'ratio':>7}")
        contents = {name: os.urandom(size) for name, size in SIZES.items()}
        paths = {name: [upload(server, "file.bin", data) for server in servers] for name, data in contents.items()}
        paths["thumb"] = [f"{upload(server, 'picture.jpg', image(1600, 1200))}?thumb=200x200" for server in servers]
        for name, both in paths.items():
            rates: list[list[float]] = [[], []]
            for _ in range(options.rounds):
                for place, server in enumerate(servers):
                    rates[place].append(rate(server, Download(name, both[place]), options.seconds))
            show(f"download, {name} (per second)", *map(statistics.median, rates))
        for name, content in contents.items():
            turns = 200 if len(content) < 10_000 else 40 if len(content) < 1_000_000 else 8
            rates = [[], []]
            for _ in range(options.rounds):
                for place, server in enumerate(servers):
                    started = time.perf_counter()
                    for _ in range(turns):
                        upload(server, "file.bin", content)
                    rates[place].append(turns / (time.perf_counter() - started))
            show(f"upload, {name} (per second)", *map(statistics.median, rates))
        picture = image(4000, 3000)
        seconds: list[list[float]] = [[], []]
        for _ in range(options.rounds):
            for place, server in enumerate(servers):
                path = upload(server, "picture.jpg", picture)
                started = time.perf_counter()
                with urllib.request.urlopen(f"{server.base}{path}?thumb=200x200", timeout=60) as answer:
                    answer.read()
                seconds[place].append(1 / (time.perf_counter() - started))
        show("thumb of 12 megapixels (per second)", *map(statistics.median, seconds))
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(root, ignore_errors=True)


def show(name: str, ours: float, theirs: float) -> None:
    print(f"{name:32} {ours:10.1f} {theirs:10.1f} {ours / theirs:6.2f}x", flush=True)


if __name__ == "__main__":
    main()
