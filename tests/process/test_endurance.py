"""What must hold for longer, with the figures that are promised: soaks, long reads beside writes, answers that never
came, a database server that goes away under load.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest

from tests.process.running import NOTES, Running, running
from tests.process.test_reliability import RECORDS, Writer, stored_ids
from tests.servers import fresh_database

pytestmark = [pytest.mark.process, pytest.mark.heavy]

SOAK_SECONDS = float(os.environ.get("SATCHEL_SOAK_SECONDS", "36"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "data") as started:
        started.call("POST", "/api/collections", NOTES)
        yield started


def client_of(server: Running) -> httpx.Client:
    return httpx.Client(base_url=server.base, timeout=30, trust_env=False, verify=False)


@contextlib.contextmanager
def in_threads(*works: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run these until the block ends; what they raise is raised here."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def run(work: Callable[[threading.Event], None]) -> None:
        try:
            work(stop)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not failures, failures


def test_a_soak_keeps_memory_descriptors_and_answers(server: Running) -> None:
    """Memory +25 MB or 15 % after warming up, descriptors +-20, no 5xx.

    Little is written, so that SQLite's caches, which grow with the file until they are full, are not taken for a leak.
    """
    assert server.process is not None
    pid = server.process.pid
    statuses: Counter[int] = Counter()
    seed = int(os.environ.get("SATCHEL_SEED", "20261128"))
    for number in range(200):
        server.call("POST", RECORDS, {"title": f"note {number}", "score": number})

    def mixed(number: int) -> Callable[[threading.Event], None]:
        def work(stop: threading.Event) -> None:
            chance = random.Random(seed + number)
            with client_of(server) as client:
                mine: list[str] = []
                while not stop.is_set():
                    match chance.randrange(8):
                        case 0 | 1:
                            answer = client.post(RECORDS, json={"title": "x" * chance.randrange(1, 200), "score": 1})
                            if answer.status_code == 200:
                                mine.append(answer.json()["id"])
                        case 2 if mine:
                            answer = client.patch(f"{RECORDS}/{chance.choice(mine)}", json={"score+": 1})
                        case 3 if mine:
                            headers = {"Authorization": server.token}
                            answer = client.delete(f"{RECORDS}/{mine.pop()}", headers=headers)
                        case 4:
                            answer = client.get(RECORDS, params={"filter": "title ~ 'note'", "sort": "-score"})
                        case 5:
                            answer = client.get("/items/notes", headers={"Authorization": f"Bearer {server.token}"})
                        case 6:
                            answer = client.get(f"{RECORDS}/nothing")
                        case _:
                            answer = client.get(RECORDS, params={"perPage": "50", "page": str(chance.randrange(5))})
                    statuses[answer.status_code] += 1

        return work

    def descriptors() -> int:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))

    with in_threads(*(mixed(number) for number in range(6))):
        time.sleep(SOAK_SECONDS / 3)
        memory, files = server.memory_megabytes(), descriptors()
        time.sleep(SOAK_SECONDS * 2 / 3)
        grown = server.memory_megabytes() - memory
        assert abs(descriptors() - files) <= 20
    assert grown < max(25.0, memory * 0.15), f"{memory:.0f} MB grew by {grown:.0f} MB"
    assert not [status for status in statuses if status >= 500], statuses
    assert sum(statuses.values()) > 20 * SOAK_SECONDS
    wal = server.data / "data.db-wal"
    assert not wal.exists() or wal.stat().st_size < 64 * 1024 * 1024


def test_long_reads_do_not_hold_writes_up(server: Running) -> None:
    """The slowest hundredth of writes stays below 1.5 s while reads run for as long as they may."""
    with in_threads(*(_filler(server, number) for number in range(4))):
        time.sleep(6)
    seconds: list[float] = []

    def read(stop: threading.Event) -> None:
        with client_of(server) as client:
            while not stop.is_set():
                asked = {"filter": "title ~ 'aa' || title ~ 'bb' || title ~ 'cc'", "sort": "-title", "perPage": "500"}
                assert client.get(RECORDS, params=asked).status_code in (200, 503)

    def write(stop: threading.Event) -> None:
        with client_of(server) as client:
            while not stop.is_set():
                started = time.perf_counter()
                assert client.post(RECORDS, json={"title": "beside"}).status_code == 200
                seconds.append(time.perf_counter() - started)

    with in_threads(read, read, read, read, write, write):
        time.sleep(10)
    assert len(seconds) > 50
    assert statistics.quantiles(seconds, n=100)[98] < 1.5


def _filler(server: Running, number: int) -> Callable[[threading.Event], None]:
    def work(stop: threading.Event) -> None:
        chance = random.Random(number)
        with client_of(server) as client:
            headers = {"Authorization": f"Bearer {server.token}"}
            while not stop.is_set():
                rows = [{"title": chance.randbytes(200).hex()} for _ in range(200)]
                assert client.post("/items/notes", json=rows, headers=headers).status_code == 200

    return work


def test_retries_of_unknown_outcomes_happen_once(server: Running) -> None:
    """A client that got no answer sends the same record again under the same id: it is there once, in the end."""
    sent: list[str] = []
    ended = threading.Event()

    def client(number: int) -> None:
        count = 0
        with client_of(server) as mine:
            while not ended.is_set():
                count += 1
                key = f"r{number:02d}n{count:011d}"
                sent.append(key)
                _until_known(mine, key)

    threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        time.sleep(0.6)
        server.kill()
        server.start()
    ended.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    stored = stored_ids(server.data)
    assert stored == set(sent)
    assert len(sent) > 100


def _until_known(client: httpx.Client, key: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            answer = client.post(RECORDS, json={"id": key, "title": key})
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            return
        if answer.status_code == 400:  # it was there already: the first answer got lost
            problem = answer.json()["data"]["id"]["code"]
            assert problem in ("validation_not_unique", "validation_pk_invalid"), answer.text
            return
        assert answer.status_code == 503, answer.text
        time.sleep(0.05)
    raise AssertionError(f"the outcome for {key} never got known")


# --- a database server that goes away ---------------------------------------------------------------------------------


class Door:
    """Stands between Satchel and the database server; can be shut, which cuts everybody off."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                incoming, _ = self._listener.accept()
            except OSError:
                return
            if not self._open:
                incoming.close()
                continue
            outgoing = socket.create_connection(self._target)
            self._sockets += [incoming, outgoing]
            for source, sink in ((incoming, outgoing), (outgoing, incoming)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def shut(self) -> None:
        self._open = False
        cut, self._sockets = self._sockets, []
        for found in cut:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
            found.close()

    def reopen(self) -> None:
        self._open = True

    def close(self) -> None:
        self.shut()
        self._listener.close()


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_a_database_server_that_restarts_under_load(kind: str, tmp_path: Path) -> None:
    """Errors only while it is down (503), healed within 10 s, nothing acknowledged is lost, nothing hangs."""
    with fresh_database(kind) as url:
        assert url is not None
        parts = urlsplit(url)
        door = Door(parts.hostname or "127.0.0.1", parts.port or (5432 if kind == "postgres" else 3306))
        place = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{door.port}"
        through = urlunsplit(parts._replace(netloc=place))
        try:
            with running(tmp_path / "data", through) as server:
                server.call("POST", "/api/collections", NOTES)
                writers = [Writer(server.base, number) for number in range(6)]
                for writer in writers:
                    writer.start()
                time.sleep(2)
                door.shut()
                time.sleep(3)
                assert server.client.get("/api/health").status_code == 200
                assert server.client.get(RECORDS).status_code == 503
                door.reopen()
                opened = time.monotonic()
                while server.client.get(RECORDS).status_code != 200:
                    assert time.monotonic() - opened < 10
                    time.sleep(0.1)
                before = sum(len(writer.acknowledged) for writer in writers)
                time.sleep(2)
                assert sum(len(writer.acknowledged) for writer in writers) > before
                for writer in writers:
                    writer.stopped.set()
                    writer.join(30)
                    assert not writer.is_alive()
                    assert not writer.failed
                    assert set(writer.statuses) <= {200, 503}, writer.statuses
                    assert writer.slowest < 10
                kept = _all_ids(server)
                assert {key for writer in writers for key in writer.acknowledged} <= set(kept)
                assert len(kept) == len(set(kept))
        finally:
            door.close()


def _all_ids(server: Running) -> list[str]:
    found: list[str] = []
    page = 1
    while True:
        asked: dict[str, Any] = {"perPage": 1000, "page": page, "fields": "id", "sort": "id"}
        items = server.client.get(RECORDS, params=asked).json()["items"]
        if not items:
            return found
        found += [item["id"] for item in items]
        page += 1
