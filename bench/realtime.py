"""Realtime side by side with PocketBase: what idle connections cost, how fast an event is told, what a stalled client
does to the memory.

    python bench/realtime.py --idle 5000 --followers 1000 --rounds 5
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compare import EMAIL, PASSWORD, Server, free_port
from crowd import Line, allow_descriptors, descriptors, follow, open_lines, resident_bytes, until

MEGABYTE = 1e6
FIELDS = [{"name": "title", "type": "text", "max": 100_000}, {"name": "owner", "type": "text"}]


def servers(folder: Path) -> list[Server]:
    """Both, with a superuser and two collections: one open, one whose rule asks about the caller."""
    binaries = Path(sys.executable).parent
    ours, theirs = folder / "satchel", folder / "pocketbase"
    found: list[Server] = []
    port = free_port()
    satchel = str(binaries / "satchel")
    quiet = {"SATCHEL_ACCESS_LOG": "false", "SATCHEL_DURABILITY": "normal"}
    command = [satchel, "serve", "--data", str(ours), "--port", str(port)]
    found.append(Server("satchel", command, ours, port, quiet))
    binary = shutil.which("pocketbase") or str(binaries / "pocketbase")
    if Path(binary).exists():
        port = free_port()
        command = [binary, "serve", "--http", f"127.0.0.1:{port}", "--dir", str(theirs), "--automigrate=false"]
        found.append(Server("pocketbase", command, theirs, port))
    return found


def prepare(server: Server) -> None:
    flag = "--data" if server.name == "satchel" else "--dir"
    command = [server.command[0], "superuser", "upsert", EMAIL, PASSWORD, flag, str(server.folder)]
    subprocess.run(command, check=True, capture_output=True)
    server.start()
    server.sign_in()
    rules = {"listRule": "", "viewRule": "", "createRule": ""}
    server.call("POST", "/api/collections", {"name": "open", "type": "base", **rules, "fields": FIELDS})
    rules["listRule"] = "owner = @request.headers.x_who || owner = 'all'"
    server.call("POST", "/api/collections", {"name": "ruled", "type": "base", **rules, "fields": FIELDS})


async def measure(server: Server, idle: int, followers: int, rounds: int) -> dict[str, float]:
    assert server.process is not None
    process, port = server.process.pid, server.port
    found: dict[str, float] = {}
    warm = await open_lines("127.0.0.1", port, 50)
    for line in warm:
        line.close()
    await asyncio.sleep(1)
    before, files = resident_bytes(process), descriptors(process)
    started = time.perf_counter()
    lines = await open_lines("127.0.0.1", port, idle)
    found[f"{idle} idle connections opened, s"] = time.perf_counter() - started
    found["kB per idle connection"] = (resident_bytes(process) - before) / idle / 1000
    some = lines[:followers]
    await follow("127.0.0.1", port, some, "open/*")
    found[f"one event to {followers} subscribers, ms"] = await told(server, "open", some, rounds)
    for number, line in enumerate(some):
        options = f'?options={{"headers":{{"X-Who":"user{number}"}}}}'
        await follow("127.0.0.1", port, [line], f"ruled/*{options}")
    found[f"the same, a rule that is different for each of {followers}, ms"] = await told(server, "ruled", some, rounds)
    for line in lines:
        line.close()
    await asyncio.sleep(2)
    found["descriptors left behind"] = descriptors(process) - files
    found["MB of memory for 32 MB that a client leaves unread"] = await stalled(server)
    return found


async def told(server: Server, collection: str, lines: list[Line], rounds: int) -> float:
    """Milliseconds from the request of a write to the last subscriber's event; the median."""
    times: list[float] = []
    for _ in range(rounds):
        for line in lines:
            line.frames = 0
        started = time.perf_counter()
        body = {"title": "x", "owner": "all"}
        await asyncio.to_thread(server.call, "POST", f"/api/collections/{collection}/records", body)
        await until(lambda: all(line.frames for line in lines), 60)
        times.append(max(line.last for line in lines) - started)
    return statistics.median(times) * 1000


async def stalled(server: Server) -> float:
    assert server.process is not None
    healthy, slow = await open_lines("127.0.0.1", server.port, 2)
    await follow("127.0.0.1", server.port, [healthy, slow], "open/*")
    slow.pause()
    before = resident_bytes(server.process.pid)
    text = "x" * 80_000
    for count in range(400):
        await asyncio.to_thread(server.call, "POST", "/api/collections/open/records", {"title": text})
        await until(lambda count=count: healthy.frames > count, 30)
    grown = resident_bytes(server.process.pid) - before
    healthy.close()
    slow.close()
    return grown / MEGABYTE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--idle", type=int, default=5000, help="idle connections (default: 5000)")
    parser.add_argument("--followers", type=int, default=1000, help="subscribers of one topic (default: 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="events per figure (default: 5)")
    arguments = parser.parse_args()
    allow_descriptors(2 * arguments.idle + 1000)
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for server in servers(Path(folder)):
            prepare(server)
            try:
                results[server.name] = asyncio.run(
                    measure(server, arguments.idle, arguments.followers, arguments.rounds)
                )
            finally:
                server.stop()
    names = list(results)
    print(f"{'':68}" + "".join(f"{name:>12}" for name in names))
    for label in results[names[0]]:
        print(f"{label:68}" + "".join(f"{results[name][label]:12.1f}" for name in names))


if __name__ == "__main__":
    main()
