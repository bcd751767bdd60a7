"""Uploads by tus behind several workers: whichever one a connection leads to, and one that does not know yet that its
client has gone.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.servers import Server
from tests.wire.directus.file_world import World, file_world
from tests.wire.directus.test_tus import MEGABYTE, VERSION, begin, metadata

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="finds a connection's worker in /proc"),
]
PIECE = {**VERSION, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with file_world(tmp_path_factory.mktemp("data"), workers=2) as made:
        yield made


def worker_of(server: Server, connection: HTTPConnection) -> int:
    """The process at the other end of a connection of this machine, to which a request was sent."""
    assert server.process is not None
    ends = [f":{name[1]:04X}" for name in (connection.sock.getpeername(), connection.sock.getsockname())]
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1]))
    for child in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split():
        for descriptor in Path(f"/proc/{child}/fd").iterdir():
            try:
                if str(descriptor.readlink()) == f"socket:[{inode}]":
                    return int(child)
            except FileNotFoundError:
                continue
    raise AssertionError("no worker has this connection")


@contextmanager
def one_connection_each(world: World) -> Iterator[tuple[HTTPConnection, HTTPConnection]]:
    """Two connections, to different workers."""
    host = urlsplit(world.server.url).netloc
    with ExitStack() as stack:
        first: tuple[int, HTTPConnection] | None = None
        for _ in range(200):
            connection = HTTPConnection(host, timeout=30)
            stack.callback(connection.close)
            connection.request("GET", "/server/ping")
            connection.getresponse().read()
            worker = worker_of(world.server, connection)
            if first is None:
                first = worker, connection
            elif first[0] != worker:
                yield first[1], connection
                return
    raise AssertionError("all connections led to one worker")


def ask(
    world: World, connection: HTTPConnection, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    authorization = {"Authorization": world.admin.headers["authorization"]}
    connection.request(method, path, body or None, {**VERSION, **authorization, **named})
    answer = connection.getresponse()
    answer.read()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def test_pieces_go_to_any_worker(world: World) -> None:
    content = os.urandom(6 * MEGABYTE)
    with one_connection_each(world) as (here, there):
        told = {"Upload_Length": str(len(content)), "Upload_Metadata": metadata(filename_download="spread.bin")}
        status, headers = ask(world, here, "POST", "/files/tus", **told)
        assert status == 201
        path = urlsplit(headers["location"]).path
        for number in range(6):
            connection = (there, here)[number % 2]
            start = number * MEGABYTE
            part = content[start : start + MEGABYTE]
            kind = {"Content_Type": PIECE["Content-Type"], "Upload_Offset": str(start)}
            status, headers = ask(world, connection, "PATCH", path, part, **kind)
            assert (status, headers["upload-offset"]) == (204, str(start + MEGABYTE))
        got = world.admin.get(f"/assets/{headers['directus-file-id']}").content
    assert hashlib.sha256(got).digest() == hashlib.sha256(content).digest()


@pytest.mark.parametrize("first", ["HEAD", "PATCH"])
def test_another_worker_takes_over_from_a_dead_connection(world: World, first: str) -> None:
    content = os.urandom(3 * MEGABYTE)
    path = begin(world.admin, len(content), filename_download="over.bin")
    kind = {"Content_Type": PIECE["Content-Type"]}
    sent = MEGABYTE + 1000
    with one_connection_each(world) as (dead, live):
        given = {**PIECE, "Authorization": world.admin.headers["authorization"], "Upload-Offset": "0"}
        dead.putrequest("PATCH", path)
        for name, value in {**given, "Content-Length": str(len(content))}.items():
            dead.putheader(name, value)
        dead.endheaders()
        dead.send(content[:sent])
        deadline = time.monotonic() + 10
        part = world.server.data / ".uploads" / "resumable" / f"{path.rpartition('/')[2]}.part"
        while part.stat().st_size < MEGABYTE:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.2)
        if first == "PATCH":
            # a client that did not ask how much has arrived is told to
            assert ask(world, live, "PATCH", path, content, **kind, Upload_Offset="0")[0] == 409
        status, headers = ask(world, live, "HEAD", path)
        assert (status, headers.get("upload-offset")) == (200, str(sent)), world.server.log()[-3000:]
        status, headers = ask(world, live, "PATCH", path, content[sent:], **kind, Upload_Offset=str(sent))
        assert (status, headers.get("upload-offset")) == (204, str(len(content)))
        dead.sock.settimeout(5)
        assert dead.sock.recv(100).startswith(b"HTTP/1.1 423 "), "whoever was cut off is told so"
    got = world.admin.get(f"/assets/{headers['directus-file-id']}").content
    assert hashlib.sha256(got).digest() == hashlib.sha256(content).digest()


def test_a_sender_at_work_in_another_worker_keeps_what_it_sent(world: World) -> None:
    """Many requests for one upload at once end in one file with the right bytes."""
    content = os.urandom(2 * MEGABYTE)
    path = begin(world.admin, len(content), filename_download="race.bin")
    kind = {"Content_Type": PIECE["Content-Type"]}
    with one_connection_each(world) as connections:
        key = None
        for turn in range(20):
            status, headers = ask(world, connections[turn % 2], "HEAD", path)
            if status == 404:
                break
            offset = int(headers["upload-offset"])
            part = content[offset : offset + 200_000]
            status, headers = ask(
                world, connections[(turn + 1) % 2], "PATCH", path, part, **kind, Upload_Offset=str(offset)
            )
            assert status == 204
            key = headers.get("directus-file-id", key)
    assert key is not None
    assert world.admin.get(f"/assets/{key}").content == content
