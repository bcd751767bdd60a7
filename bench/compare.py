"""Side by side with PocketBase: the same collections, rows, requests and load on both servers, in one run.

Each server gets its own temporary folder. Collections and users are made through the PocketBase API (Satchel speaks it
too), rows are put into both SQLite files directly, and then `wrk` asks in turns: a round of Satchel, a round of
PocketBase, and so on. Reported are the median rates and their ratio.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

EMAIL, PASSWORD = "bench@example.com", "bench-password-1"
USER = "user@example.com"
WORDS = [
    "lorem",
    "ipsum",
    "dolor",
    "sit",
    "amet",
    "consectetur",
    "adipiscing",
    "elit",
    "sed",
    "do",
    "eiusmod",
    "tempor",
    "incididunt",
    "ut",
    "labore",
]


@dataclass
class Server:
    name: str
    command: list[str]
    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    token: str = ""
    user_token: str = ""
    cold_start_seconds: float = 0.0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        started = time.perf_counter()
        log = (self.folder.parent / f"{self.name}.log").open("ab")
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env={**os.environ, **self.environment})
        while time.perf_counter() - started < 30:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.base}/api/health", timeout=1).read()
                self.cold_start_seconds = time.perf_counter() - started
                return
            time.sleep(0.01)
        raise SystemExit(f"{self.name} did not start; see {log.name}")

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{self.name}: {method} {path} -> {error.code} {error.read()[:500]!r}") from error

    def sign_in(self) -> None:
        body = {"identity": EMAIL, "password": PASSWORD}
        self.token = self.call("POST", "/api/collections/_superusers/auth-with-password", body)["token"]

    def sign_in_user(self) -> None:
        """As somebody whom rules apply to."""
        body = {"identity": USER, "password": PASSWORD}
        self.user_token = self.call("POST", "/api/collections/users/auth-with-password", body)["token"]

    def memory_megabytes(self) -> float:
        """Resident memory of the server's process and its children."""
        assert self.process is not None
        pids, total = [self.process.pid], 0
        for pid in pids:
            with contextlib.suppress(OSError):
                pids.extend(int(item) for item in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
                found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
                total += int(found.group(1)) if found else 0
        return total / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def collections(server: Server) -> None:
    """Two related collections, readable by everyone, and twins of posts under a rule and for writes."""
    authors = {
        "name": "authors",
        "type": "base",
        "listRule": "",
        "viewRule": "",
        "fields": [{"name": "name", "type": "text"}],
    }
    made = server.call("POST", "/api/collections", authors)
    fields = [
        {"name": "title", "type": "text"},
        {"name": "body", "type": "text"},
        {"name": "views", "type": "number"},
        {"name": "public", "type": "bool"},
        {"name": "author", "type": "relation", "collectionId": made["id"], "maxSelect": 1},
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
    ]
    rules = {"listRule": "", "viewRule": "", "createRule": ""}
    server.call("POST", "/api/collections", {"name": "posts", "type": "base", **rules, "fields": fields})
    guarded = "@request.auth.id != '' && (public = true || author.name = @request.auth.email)"
    rules = {"listRule": guarded, "viewRule": guarded}
    server.call("POST", "/api/collections", {"name": "guarded", "type": "base", **rules, "fields": fields})
    person = {"email": USER, "password": PASSWORD, "passwordConfirm": PASSWORD}
    server.call("POST", "/api/collections/users/records", person)
    server.call("POST", "/api/collections", {"name": "notes", "type": "base", "createRule": "", "fields": fields[:4]})


def fill(database: Path, posts: int) -> None:
    """Rows, the same in both files."""
    chance = random.Random(7)
    connection = apsw.Connection(str(database))
    connection.set_busy_timeout(5000)
    people = [(f"author{number:09d}", f"Author {number}") for number in range(200)]
    rows = [
        (
            f"post{number:011d}",
            " ".join(chance.choices(WORDS, k=5)),
            " ".join(chance.choices(WORDS, k=30)),
            chance.randrange(10_000),
            number % 2,
            f"author{chance.randrange(200):09d}",
            "2026-01-02 03:04:05.000Z",
            "2026-01-02 03:04:05.000Z",
        )
        for number in range(posts)
    ]
    with connection:
        connection.executemany("INSERT INTO authors (id, name) VALUES (?, ?)", people)
        for table in ("posts", "guarded"):
            names = "id, title, body, views, public, author, created, updated"
            connection.executemany(f"INSERT INTO {table} ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()


@dataclass(frozen=True)
class Scenario:
    name: str
    path: str
    goal: float
    signed_in: bool = False
    write: bool = False


def scenarios(posts: int) -> list[Scenario]:
    one = f"post{posts // 2 + 1:011d}"  # an odd one is public
    items: list[Scenario] = []
    for who, signed_in, table in (("anonymous", False, "posts"), ("signed in, rule", True, "guarded")):
        root = f"/api/collections/{table}/records"
        items += [
            Scenario(f"one item ({who})", f"{root}/{one}", 1.0, signed_in),
            Scenario(f"page of 30 ({who})", f"{root}?skipTotal=1", 5.0, signed_in),
            Scenario(f"page of 30 + total ({who})", root, 5.0, signed_in),
            Scenario(f"page of 30 + expand ({who})", f"{root}?skipTotal=1&expand=author", 5.0, signed_in),
            Scenario(
                f"filter + sort + expand + total ({who})",
                f"{root}?filter=views%3E5000%26%26title~%27dolor%27&sort=-views&expand=author",
                1.5,
                signed_in,
            ),
        ]
    items.append(Scenario("create (NORMAL)", "/api/collections/notes/records", 1.0, write=True))
    return items


LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"title":"a title of some words","body":"lorem ipsum dolor sit amet","views":12,"public":true}'
"""


def load(server: Server, scenario: Scenario, seconds: int, script: Path) -> tuple[float, int]:
    """(requests per second, answers that were not 2xx)."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s"]
    if scenario.signed_in:
        command += ["-H", f"Authorization: {server.user_token}"]
    if scenario.write:
        command += ["-s", str(script)]
    output = subprocess.run([*command, server.base + scenario.path], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    bad = re.search(r"Non-2xx or 3xx responses:\s+(\d+)", output)
    return float(rate.group(1)) if rate else 0.0, int(bad.group(1)) if bad else 0


def prepare(root: Path, posts: int) -> list[Server]:
    satchel = shutil.which("satchel", path=str(Path(sys.executable).parent)) or "satchel"
    pocketbase = shutil.which("pocketbase", path=str(Path(sys.executable).parent)) or "pocketbase"
    ours, theirs = root / "satchel", root / "pocketbase"
    ours.mkdir()
    theirs.mkdir()
    port, other = free_port(), free_port()
    settings = {"SATCHEL_DURABILITY": "normal", "SATCHEL_ACCESS_LOG": "true"}
    servers = [
        Server("satchel", [satchel, "serve", "--data", str(ours), "--port", str(port)], ours, port, settings),
        Server(
            "pocketbase", [pocketbase, "serve", "--dir", str(theirs), "--http", f"127.0.0.1:{other}"], theirs, other
        ),
    ]
    subprocess.run(
        [satchel, "superuser", "upsert", EMAIL, PASSWORD, "--data", str(ours)], check=True, capture_output=True
    )
    subprocess.run(
        [pocketbase, "superuser", "upsert", EMAIL, PASSWORD, "--dir", str(theirs)], check=True, capture_output=True
    )
    for server in servers:
        server.start()
        server.sign_in()
        collections(server)
        server.stop()
        fill(server.folder / "data.db", posts)
        server.start()
        server.sign_in_user()
    return servers


def default_durability(server: Server, rounds: int, seconds: int, script: Path) -> float:
    """Creates per second when each answer waits for the disk, as Satchel does unless told otherwise."""
    server.stop()
    server.environment["SATCHEL_DURABILITY"] = "full"
    server.start()
    creates = scenarios(1)[-1]
    return statistics.median(load(server, creates, seconds, script)[0] for _ in range(rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="satchel-bench-"))
    script = root / "create.lua"
    script.write_text(LUA)
    servers = prepare(root, options.posts)
    results: list[dict[str, Any]] = []
    try:
        print(f"{options.posts} posts, {options.rounds} rounds of {options.seconds} s, 16 connections")
        print(f"{'':44} {'satchel':>10} {'pocketbase':>10} {'ratio':>7} {'goal':>6}")
        for scenario in scenarios(options.posts):
            if not re.search(options.only, scenario.name):
                continue
            rates: dict[str, list[float]] = {server.name: [] for server in servers}
            bad = 0
            for _ in range(options.rounds):
                for server in servers:
                    rate, failed = load(server, scenario, options.seconds, script)
                    rates[server.name].append(rate)
                    bad += failed
            ours, theirs = (statistics.median(rates[server.name]) for server in servers)
            ratio = ours / theirs if theirs else 0.0
            mark = "" if ratio >= scenario.goal else "  below"
            mark += f"  {bad} failed" if bad else ""
            print(
                f"{scenario.name:44} {ours:10.0f} {theirs:10.0f} {ratio:6.2f}x {scenario.goal:5.1f}x{mark}", flush=True
            )
            results.append(
                {"name": scenario.name, "satchel": ours, "pocketbase": theirs, "ratio": ratio, "goal": scenario.goal}
            )
        for server in servers:
            memory = server.memory_megabytes()
            print(f"{server.name}: cold start {server.cold_start_seconds:.2f} s, resident {memory:.0f} MB")
        full = default_durability(servers[0], options.rounds, options.seconds, script)
        print(f"{'create (FULL, the default)':44} {full:10.0f}")
        results.append({"name": "create (FULL, the default)", "satchel": full})
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(root, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps({"posts": options.posts, "results": results}, indent=1))


if __name__ == "__main__":
    main()
