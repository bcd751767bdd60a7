"""What must hold when things go wrong: kills, contention, full disks, restarts. Each test is bounded in count and
time.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import httpx
import pytest

from tests.process.running import NOTES, SATCHEL, Running, running

pytestmark = pytest.mark.process

RECORDS = "/api/collections/notes/records"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "data") as started:
        started.call("POST", "/api/collections", NOTES)
        yield started


class Writer(threading.Thread):
    """Creates notes until told to stop; keeps which ids were acknowledged."""

    def __init__(self, base: str, number: int) -> None:
        super().__init__(daemon=True)
        self.base, self.number = base, number
        self.acknowledged: list[str] = []
        self.failed = 0
        self.slowest = 0.0
        self.statuses: dict[int, int] = {}
        self.stopped = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self.base, timeout=20, trust_env=False, verify=False) as client:
            count = 0
            while not self.stopped.is_set():
                count += 1
                key = f"w{self.number:02d}n{count:011d}"
                started = time.perf_counter()
                try:
                    answer = client.post(RECORDS, json={"id": key, "title": f"note {count}", "score": count})
                except httpx.TransportError:
                    self.failed += 1
                    return
                self.slowest = max(self.slowest, time.perf_counter() - started)
                self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
                if answer.status_code == 200:
                    self.acknowledged.append(key)


def stored_ids(data: Path) -> set[str]:
    connection = apsw.Connection(str(data / "data.db"), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        assert list(connection.execute("PRAGMA integrity_check")) == [("ok",)]
        return {row[0] for row in connection.execute("SELECT id FROM notes")}
    finally:
        connection.close()


def logged_ids(data: Path) -> set[str]:
    connection = apsw.Connection(str(data / "data.db"), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        rows = connection.execute(
            "SELECT \"key\" FROM satchel_changes WHERE collection = 'notes' AND action = 'create'"
        )
        return {row[0] for row in rows}
    finally:
        connection.close()


def test_no_acknowledged_write_is_lost_to_kills(server: Running) -> None:
    acknowledged: set[str] = set()
    usual = server.started_in
    for round_number in range(5):
        writers = [Writer(server.base, round_number * 4 + number) for number in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(0.7)
        server.kill()
        for writer in writers:
            writer.stopped.set()
            writer.join(25)
            acknowledged |= set(writer.acknowledged)
        stored = stored_ids(server.data)
        assert not acknowledged - stored
        assert logged_ids(server.data) == stored, "data and change log commit together"
        assert server.start() < max(5.0, 3 * usual), "mending what the kill left takes long"
    assert len(acknowledged) > 100


def test_many_writers_and_readers(server: Running) -> None:
    writers = [Writer(server.base, number) for number in range(24)]
    stop = threading.Event()
    bad: list[int] = []

    def read() -> None:
        with httpx.Client(base_url=server.base, timeout=20, trust_env=False, verify=False) as client:
            while not stop.is_set():
                status = client.get(RECORDS, params={"sort": "-score", "filter": "title ~ '1'"}).status_code
                if status != 200:
                    bad.append(status)

    readers = [threading.Thread(target=read, daemon=True) for _ in range(8)]
    for thread in (*writers, *readers):
        thread.start()
    time.sleep(4)
    for writer in writers:
        writer.stopped.set()
    stop.set()
    for thread in (*writers, *readers):
        thread.join(25)
    assert not bad
    assert [
        (writer.statuses, writer.failed) for writer in writers if set(writer.statuses) != {200} or writer.failed
    ] == []
    assert max(writer.slowest for writer in writers) < 2
    assert {key for writer in writers for key in writer.acknowledged} <= stored_ids(server.data)


def test_two_workers_share_one_file(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--workers", "2") as server:
        server.call("POST", "/api/collections", NOTES)
        # The worker that did not make the collection learns of it within a second.
        time.sleep(1)
        for _ in range(20):
            with httpx.Client(base_url=server.base, trust_env=False, verify=False) as client:
                assert client.get(RECORDS).status_code == 200
        writers = [Writer(server.base, number) for number in range(8)]
        for writer in writers:
            writer.start()
        time.sleep(2)
        for writer in writers:
            writer.stopped.set()
            writer.join(25)
        assert [
            (writer.statuses, writer.failed) for writer in writers if set(writer.statuses) != {200} or writer.failed
        ] == []
        assert {key for writer in writers for key in writer.acknowledged} <= stored_ids(server.data)


def test_a_second_server_on_the_folder_is_refused(server: Running) -> None:
    command = [SATCHEL, "serve", "--data", str(server.data), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert str(server.data) in done.stderr


def test_sigterm_finishes_requests_and_keeps_writes(server: Running) -> None:
    writers = [Writer(server.base, number) for number in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(1)
    started = time.perf_counter()
    assert server.stop(15) == 0
    assert time.perf_counter() - started < 15
    for writer in writers:
        writer.stopped.set()
        writer.join(25)
    assert {key for writer in writers for key in writer.acknowledged} <= stored_ids(server.data)


def test_a_full_disk_refuses_writes_and_heals(server: Running) -> None:
    assert server.process is not None
    pid = server.process.pid
    for number in range(5):
        server.call("POST", RECORDS, {"title": f"before {number}"})
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    largest = max(item.stat().st_size for item in server.data.iterdir())
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + 200_000, hard))
    kept: list[str] = []
    refused = 0
    for _ in range(40):
        answer = server.client.post(RECORDS, json={"title": "x" * 50_000})
        if answer.status_code == 200:
            kept.append(answer.json()["id"])
        else:
            assert answer.status_code in (500, 503), answer.text
            assert "Traceback" not in answer.text
            refused += 1
    assert refused
    assert server.client.get(RECORDS).status_code == 200, "reads go on"
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
    deadline = time.monotonic() + 10
    while server.client.post(RECORDS, json={"title": "after"}).status_code != 200:
        assert time.monotonic() < deadline, "it heals without a restart"
        time.sleep(0.2)
    assert set(kept) <= stored_ids(server.data)


def test_batches_are_all_or_nothing(server: Running) -> None:
    items = [{"title": f"batch {number}"} for number in range(20)]
    stop = threading.Event()
    counts: set[int] = set()

    def watch() -> None:
        with httpx.Client(base_url=server.base, trust_env=False, verify=False) as client:
            while not stop.is_set():
                answer = client.get(RECORDS, params={"filter": "title ~ 'batch'", "perPage": "1"})
                counts.add(answer.json()["totalItems"] % 20)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    sign_in = {"email": "admin@example.com", "password": "correct-horse-1"}
    token = server.client.post("/auth/login", json=sign_in).json()["data"]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    for number in range(20):
        body = items if number % 2 else [*items, {"title": "batch", "score": "not a number"}]
        server.client.post("/items/notes", json=body, headers=headers)
    stop.set()
    watcher.join(10)
    assert counts == {0}


def test_it_starts_on_a_grown_database_with_a_wal(server: Running) -> None:
    connection = apsw.Connection(str(server.data / "data.db"))
    connection.set_busy_timeout(5000)
    rows = [(f"grown{number:010d}", "x" * 1000, number) for number in range(40_000)]
    with connection:
        connection.executemany("INSERT INTO notes (id, title, score) VALUES (?, ?, ?)", rows)
    server.kill()
    connection.close()
    assert server.start() < 3
    assert server.call("GET", f"{RECORDS}?perPage=1")["totalItems"] == 40_000


def test_big_answers_do_not_keep_memory(server: Running) -> None:
    for number in range(20):
        server.call("POST", RECORDS, {"title": "y" * 1_000_000, "score": number})
    before = server.memory_megabytes()
    peak = before

    def fetch() -> int:
        with httpx.Client(base_url=server.base, timeout=60, trust_env=False, verify=False) as client:
            return len(client.get(RECORDS, params={"perPage": "20"}).content)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(fetch) for _ in range(6)]
        while not all(item.done() for item in waiting):
            peak = max(peak, server.memory_megabytes())
            time.sleep(0.02)
    assert all(item.result() > 20_000_000 for item in waiting)
    time.sleep(1)
    server.client.get("/api/health")
    assert peak - before < 500
    assert server.memory_megabytes() - before < 200


def test_half_open_requests_do_not_hold_the_server(server: Running) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            half = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
            half.sendall(b"POST /api/collections/notes/records HTTP/1.1\r\nHost: x\r\nContent-Le")
        started = time.perf_counter()
        assert server.client.get("/api/health").status_code == 200
        assert time.perf_counter() - started < 1


def test_ctrl_c_ends_it_cleanly(server: Running) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(15) in (0, 130)
    assert "Traceback" not in server.log.read_text()
