"""Signing in, side by side with PocketBase: log-ins with a password, renewed tokens, and reading one's own record.

The servers are those of `compare.py`, in one run and in turns. Passwords are hashed by bcrypt of the same cost on both,
so log-ins say how well a server uses its cores beside that work. `wrk` asks on few connections: more would only queue.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compare import PASSWORD, USER, Server, prepare

ROOT = "/api/collections/users"
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '%s'
"""


@dataclass(frozen=True)
class Scenario:
    """`body`: of a POST; None for a GET."""

    name: str
    path: str
    body: object = None
    signed_in: bool = True
    connections: int = 8


def scenarios(user: str) -> list[Scenario]:
    log_in = {"identity": USER, "password": PASSWORD}
    return [
        Scenario("log-in", f"{ROOT}/auth-with-password", log_in, signed_in=False),
        Scenario("refresh", f"{ROOT}/auth-refresh", {}),
        Scenario("own record", f"{ROOT}/records/{user}"),
    ]


def load(server: Server, scenario: Scenario, seconds: int, script: Path) -> tuple[float, int]:
    """(requests per second, answers that were not 2xx)."""
    command = ["wrk", "-t1", f"-c{scenario.connections}", f"-d{seconds}s"]
    if scenario.signed_in:
        command += ["-H", f"Authorization: {server.user_token}"]
    if scenario.body is not None:
        script.write_text(LUA % json.dumps(scenario.body))
        command += ["-s", str(script)]
    output = subprocess.run([*command, server.base + scenario.path], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    bad = re.search(r"Non-2xx or 3xx responses:\s+(\d+)", output)
    return float(rate.group(1)) if rate else 0.0, int(bad.group(1)) if bad else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="satchel-bench-"))
    servers = prepare(root, 1)
    try:
        users = {
            server.name: server.call("GET", f"{ROOT}/records?filter=email='{USER}'")["items"][0]["id"]
            for server in servers
        }
        print(f"{options.rounds} rounds of {options.seconds} s")
        print(f"{'':20} {'satchel':>10} {'pocketbase':>10} {'ratio':>7}")
        for names in zip(*(scenarios(users[server.name]) for server in servers), strict=True):
            rates: dict[str, list[float]] = {server.name: [] for server in servers}
            bad = 0
            for _ in range(options.rounds):
                for server, scenario in zip(servers, names, strict=True):
                    rate, failed = load(server, scenario, options.seconds, root / "request.lua")
                    rates[server.name].append(rate)
                    bad += failed
            ours, theirs = (statistics.median(rates[server.name]) for server in servers)
            mark = f"  {bad} failed" if bad else ""
            ratio = ours / theirs if theirs else 0.0
            print(f"{names[0].name:20} {ours:10.0f} {theirs:10.0f} {ratio:6.2f}x{mark}", flush=True)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
