"""Uploads by tus 1.0.0: pieces, interruptions, restarts, who may go on, and what may be replaced."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import os
import signal
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.servers import Server, eventually
from tests.wire.directus.file_world import World, data, error, file_world, upload
from tests.wire.directus.pictures import picture

pytestmark = pytest.mark.process
MEGABYTE = 1024 * 1024
VERSION = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with file_world(tmp_path_factory.mktemp("data"), file_size_max_bytes=1100 * MEGABYTE) as made:
        yield made


def metadata(**fields: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in fields.items())


def begin(client: httpx.Client, length: int, **fields: str) -> str:
    """A new upload; its path."""
    headers = {**VERSION, "Upload-Length": str(length), "Upload-Metadata": metadata(**fields)}
    answer = client.post("/files/tus", headers=headers)
    assert answer.status_code == 201, answer.text
    return urlsplit(answer.headers["location"]).path


def send(client: httpx.Client, path: str, offset: int, content: bytes) -> httpx.Response:
    kind = {"Content-Type": "application/offset+octet-stream"}
    return client.patch(path, content=content, headers={**VERSION, **kind, "Upload-Offset": str(offset)})


def offset_of(client: httpx.Client, path: str) -> int:
    answer = client.head(path, headers=VERSION)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def unfinished(world: World) -> list[str]:
    folder = world.server.data / ".uploads" / "resumable"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_pieces_become_a_file(world: World) -> None:
    path = begin(world.admin, 6, filename_download="t.txt", type="text/plain", title="Tus")
    first = send(world.admin, path, 0, b"abc")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "3")
    assert first.headers["upload-expires"].endswith("GMT")
    head = world.admin.head(path, headers=VERSION)
    assert (head.headers["upload-length"], head.headers["upload-offset"]) == ("6", "3")
    assert head.headers["upload-metadata"].startswith(
        metadata(filename_download="t.txt", type="text/plain", title="Tus,"[:3])
    )
    assert head.headers["cache-control"] == "no-store"
    wrong = send(world.admin, path, 0, b"abc")
    assert (wrong.status_code, wrong.text) == (409, "Upload-Offset conflict\n")
    assert data(world.admin.get("/files?filter[title]=Tus")) == []
    last = send(world.admin, path, 3, b"def")
    assert (last.status_code, last.headers["upload-offset"]) == (204, "6")
    row = data(world.admin.get(f"/files/{last.headers['directus-file-id']}"))
    assert (row["title"], row["type"], row["filesize"], row["tus_id"]) == ("Tus", "text/plain", 6, None)
    assert world.admin.get(f"/assets/{row['id']}").content == b"abcdef"
    assert world.admin.head(path, headers=VERSION).status_code == 404
    gone = world.admin.delete(path, headers=VERSION)
    assert (gone.status_code, gone.text) == (404, "The file for this url was not found\n")
    assert unfinished(world) == []


def test_what_the_server_can_do(world: World) -> None:
    answer = world.guest.request("OPTIONS", "/files/tus")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,expiration"
    assert answer.headers["tus-max-size"] == str(1100 * MEGABYTE)
    asked = {"Origin": "https://site.example", "Access-Control-Request-Method": "PATCH"}
    assert world.guest.request("OPTIONS", "/files/tus", headers=asked).headers["access-control-allow-origin"] == "*"
    info = data(world.admin.get("/server/info"))
    assert info["uploads"] == {"tus": True, "chunkSize": 8 * MEGABYTE, "maxConcurrency": None}
    path = begin(world.admin, 1, filename_download="a")
    shown = world.admin.head(path, headers={**VERSION, "Origin": "https://site.example"})
    assert "Upload-Offset" in shown.headers["access-control-expose-headers"]
    assert world.admin.delete(path, headers=VERSION).status_code == 204
    assert unfinished(world) == []


def test_malformed_requests(world: World) -> None:
    post = world.admin.post
    assert post("/files/tus", headers={"Upload-Length": "1"}).status_code == 412
    assert post("/files/tus", headers=VERSION).status_code == 400
    assert post("/files/tus", headers={**VERSION, "Upload-Length": "-1"}).status_code == 400
    bad = {**VERSION, "Upload-Length": "1", "Upload-Metadata": "title %%%"}
    assert post("/files/tus", headers=bad).status_code == 400
    large = {**VERSION, "Upload-Length": str(1101 * MEGABYTE)}
    error(post("/files/tus", headers=large), 413, "CONTENT_TOO_LARGE")
    path = begin(world.admin, 3, filename_download="a")
    assert world.admin.patch(path, content=b"x", headers=VERSION).status_code == 415
    kind = {"Content-Type": "application/offset+octet-stream"}
    assert world.admin.patch(path, content=b"x", headers={**VERSION, **kind}).status_code == 400
    assert send(world.admin, path, 0, b"four").status_code == 413
    assert send(world.admin, path, 4, b"").status_code == 409
    assert world.admin.head("/files/tus/../../secret", headers=VERSION).status_code in (403, 404)
    assert world.admin.head(f"/files/tus/{'0' * 32}", headers=VERSION).status_code == 404
    assert offset_of(world.admin, path) == 0
    assert world.admin.delete(path, headers=VERSION).status_code == 204


def test_an_empty_file(world: World) -> None:
    headers = {**VERSION, "Upload-Length": "0", "Upload-Metadata": metadata(filename_download="empty.txt")}
    answer = world.admin.post("/files/tus", headers=headers)
    assert answer.status_code == 201
    row = data(world.admin.get(f"/files/{answer.headers['directus-file-id']}"))
    assert (row["filesize"], row["type"], row["title"]) == (0, "text/plain", "Empty")
    assert world.admin.get(f"/assets/{row['id']}").content == b""


def test_pictures_get_their_facts(world: World) -> None:
    content = picture(40, 20)
    path = begin(world.admin, len(content), filename="red.png", filetype="image/png")
    row = data(world.admin.get(f"/files/{send(world.admin, path, 0, content).headers['directus-file-id']}"))
    assert (row["width"], row["filename_download"], row["type"]) == (40, "red.png", "image/png")


# --- whose uploads they are


def test_only_the_sender_goes_on(world: World) -> None:
    path = begin(world.admin, 6, filename_download="a.txt")
    with world.granted("create", "read", "update"):
        for client in (world.editor, world.guest):
            assert client.head(path, headers=VERSION).status_code == 404
            assert send(client, path, 0, b"abc").status_code == 404
            assert client.delete(path, headers=VERSION).status_code == 404
    assert offset_of(world.admin, path) == 0
    assert world.admin.delete(path, headers=VERSION).status_code == 204


def test_rights_are_asked_before_anything_is_kept(world: World) -> None:
    headers = {**VERSION, "Upload-Length": "3"}
    for client in (world.editor, world.guest):
        found = error(client.post("/files/tus", headers=headers), 403, "FORBIDDEN")
        reason = 'You don\'t have permission to perform "create" for collection "directus_files" or it does not exist.'
        assert found["message"] == reason
    assert unfinished(world) == []


def test_rights_are_asked_at_the_end_too(world: World) -> None:
    before = world.stored()
    with world.granted("create", "read"):
        path = begin(world.editor, 3, filename_download="a.txt")
    error(send(world.editor, path, 0, b"abc"), 403, "FORBIDDEN")
    assert world.stored() == before
    with world.granted("create", "read"):
        # nothing of it was lost
        assert offset_of(world.editor, path) == 3
    assert len(world.stored() - before) == 1


def test_taking_the_place_of_a_file_needs_the_right_to_it(world: World) -> None:
    theirs = upload(world.admin, "theirs.png", picture(8, 8))
    own = {"uploaded_by": {"_eq": "$CURRENT_USER"}}
    with world.granted("create"), world.granted("read", "update", permissions=own):
        headers = {**VERSION, "Upload-Length": "3", "Upload-Metadata": metadata(id=theirs["id"], filename_download="x")}
        error(world.editor.post("/files/tus", headers=headers), 403, "FORBIDDEN")
        mine = upload(world.editor, "mine.png", picture(6, 6))
        path = begin(world.editor, 3, id=mine["id"], filename_download="mine.txt", type="text/plain")
        assert send(world.editor, path, 0, b"new").headers["directus-file-id"] == mine["id"]
        row = data(world.editor.get(f"/files/{mine['id']}"))
        assert (row["filesize"], row["type"], row["width"]) == (3, "text/plain", None)
    assert world.admin.get(f"/assets/{mine['id']}").content == b"new"
    assert world.admin.get(f"/assets/{theirs['id']}").content == picture(8, 8)
    assert len([path for path in world.stored() if mine["id"] in path]) == 1


def test_names_on_disk_are_not_the_senders(world: World) -> None:
    other = upload(world.admin, "other.png", picture(8, 8))
    key = str(uuid.uuid4())
    fields = {
        "id": key,
        "filename_disk": f"../{other['id']}/{other['filename_disk']}",
        "storage": "s3",
        "tus_data": "{}",
    }
    path = begin(world.admin, 3, filename_download="../../x.txt", **fields)
    assert send(world.admin, path, 0, b"abc").headers["directus-file-id"] == key
    row = data(world.admin.get(f"/files/{key}"))
    assert (row["filename_disk"], row["filename_download"], row["storage"]) == (f"{key}.txt", "x.txt", "local")
    assert world.admin.get(f"/assets/{other['id']}").content == picture(8, 8)


# --- interruptions


def piece_head(host: str, path: str, token: str, offset: int, length: int) -> bytes:
    """The head of a PATCH that announces `length` bytes."""
    return (
        f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def kill_all(server: Server) -> None:
    """End a server and its workers as a power cut would."""
    assert server.process is not None
    pid = server.process.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children")
    pids = workers.read_text().split() if workers.exists() else []
    server.process.send_signal(signal.SIGSTOP)  # it would start others
    for worker in pids:
        os.kill(int(worker), signal.SIGKILL)
    server.kill()


def raw_patch(url: str, path: str, token: str, offset: int, length: int, sent: bytes) -> None:
    """A PATCH that announces `length` bytes, sends some of them, and hangs up."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(piece_head(parts.netloc, path, token, offset, length) + sent)
        time.sleep(0.3)


def test_what_arrived_of_a_piece_is_kept(world: World) -> None:
    content = os.urandom(3 * MEGABYTE)
    path = begin(world.admin, len(content), filename_download="cut.bin")
    token = world.admin.headers["authorization"].removeprefix("Bearer ")
    raw_patch(world.server.url, path, token, 0, len(content), content[: 2 * MEGABYTE + 7])
    offset = offset_of(world.admin, path)
    assert 0 < offset <= 2 * MEGABYTE + 7
    done = send(world.admin, path, offset, content[offset:])
    assert done.status_code == 204
    assert world.admin.get(f"/assets/{done.headers['directus-file-id']}").content == content


def test_a_later_request_takes_over(world: World) -> None:
    """A connection that died without our knowing does not keep its sender out."""
    content = os.urandom(100_000)
    path = begin(world.admin, len(content), filename_download="over.bin")
    token = world.admin.headers["authorization"].removeprefix("Bearer ")
    parts = urlsplit(world.server.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as dead:
        dead.sendall(piece_head(parts.netloc, path, token, 0, len(content)) + content[:1000])
        time.sleep(0.3)
        # what the first one sent is on the disk by the time that the second one looks
        conflict = send(world.admin, path, 0, content)
        assert conflict.status_code == 409
        offset = offset_of(world.admin, path)
        assert offset == 1000
        assert send(world.admin, path, offset, content[offset:]).status_code == 204


@pytest.mark.parametrize("workers", [1, 2])
def test_uploads_survive_a_kill(tmp_path: Path, workers: int) -> None:
    content = os.urandom(4 * MEGABYTE)
    with file_world(tmp_path, workers=workers) as world:
        path = begin(world.admin, len(content), filename_download="long.bin")
        assert send(world.admin, path, 0, content[:MEGABYTE]).status_code == 204
        token = world.admin.headers["authorization"].removeprefix("Bearer ")
        parts = urlsplit(world.server.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
            # in the middle of a piece
            head = piece_head(parts.netloc, path, token, MEGABYTE, 3 * MEGABYTE)
            connection.sendall(head + content[MEGABYTE : 3 * MEGABYTE + 99])
            part = next((tmp_path / ".uploads" / "resumable").glob("*.part"))
            eventually(lambda: part.stat().st_size >= 2 * MEGABYTE)
            kill_all(world.server)
        world.server.start()
        with world.server.client(world.server.directus_token()) as admin:
            offset = offset_of(admin, path)
            assert 2 * MEGABYTE <= offset <= 3 * MEGABYTE + 99
            done = send(admin, path, offset, content[offset:])
            assert done.status_code == 204, done.text
            got = admin.get(f"/assets/{done.headers['directus-file-id']}").content
            assert hashlib.sha256(got).digest() == hashlib.sha256(content).digest()


def test_expired_uploads_go(tmp_path: Path) -> None:
    with file_world(tmp_path, tus_expiration_seconds=1, tus_uploads_max=2) as world:
        path = begin(world.admin, 6, filename_download="a.txt")
        assert send(world.admin, path, 0, b"abc").status_code == 204
        begin(world.admin, 6, filename_download="b.txt")
        headers = {**VERSION, "Upload-Length": "1"}
        error(world.admin.post("/files/tus", headers=headers), 429, "REQUESTS_EXCEEDED")
        deadline = time.monotonic() + 10
        while unfinished(world) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert unfinished(world) == []
        assert world.admin.head(path, headers=VERSION).status_code == 404


# --- memory


def peak_kilobytes(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmHWM")).split()[1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory from /proc")
@pytest.mark.parametrize("way", ["tus", "form"])
def test_large_uploads_cost_no_memory(world: World, way: str) -> None:
    size = 1024 * MEGABYTE
    block = os.urandom(MEGABYTE)
    assert world.server.process is not None
    pid = world.server.process.pid
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = peak_kilobytes(pid)
    started = time.monotonic()
    key = (sent_by_tus if way == "tus" else sent_by_form)(world, block, size)
    assert int(data(world.admin.get(f"/files/{key}"))["filesize"]) == size
    with world.admin.stream("GET", f"/assets/{key}") as answer:
        assert sum(len(part) for part in answer.iter_raw()) == size
    assert peak_kilobytes(pid) - before < 64 * 1024
    assert time.monotonic() - started < 60
    end = f"bytes={size - MEGABYTE}-"
    assert world.admin.get(f"/assets/{key}", headers={"Range": end}).content == block
    assert world.admin.delete(f"/files/{key}").status_code == 204
    assert not any(key in path for path in world.stored())


def sent_by_tus(world: World, block: bytes, size: int) -> str:
    path = begin(world.admin, size, filename_download="large.bin")
    kind: dict[str, Any] = {"Content-Type": "application/offset+octet-stream", "Content-Length": str(size)}
    headers = {**VERSION, **kind, "Upload-Offset": "0"}
    content = itertools.repeat(block, size // len(block))
    done = world.admin.patch(path, content=content, headers=headers, timeout=120.0)
    assert done.status_code == 204, done.text
    return done.headers["directus-file-id"]


def sent_by_form(world: World, block: bytes, size: int) -> str:
    head = b'--edge\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    end = b"\r\n--edge--\r\n"
    content = itertools.chain([head], itertools.repeat(block, size // len(block)), [end])
    length = str(len(head) + size + len(end))
    headers = {"Content-Type": "multipart/form-data; boundary=edge", "Content-Length": length}
    return data(world.admin.post("/files", content=content, headers=headers, timeout=120.0))["id"]


def test_what_was_complete_before_a_kill_becomes_a_row(tmp_path: Path) -> None:
    """Whether the kill came before the row was written, or after it."""
    with file_world(tmp_path) as world:
        folder = tmp_path / ".uploads" / "resumable"
        path = begin(world.admin, 6, filename_download="late.txt", type="text/plain")
        assert send(world.admin, path, 0, b"abc").status_code == 204
        kept = {name.name: name.read_bytes() for name in folder.iterdir()}
        world.server.kill()
        part = next(folder.glob("*.part"))
        part.write_bytes(b"abcdef")
        world.server.start()
        with world.server.client(world.server.directus_token()) as admin:
            answer = admin.head(path, headers=VERSION)
            assert (answer.status_code, answer.headers["upload-offset"]) == (200, "6")
            key = answer.headers["directus-file-id"]
            assert admin.get(f"/assets/{key}").content == b"abcdef"
            assert admin.head(path, headers=VERSION).status_code == 404
            # the row is there, and the note of the upload was not removed
            for name, content in kept.items():
                (folder / name).write_bytes(b"abcdef" if name.endswith(".part") else content)
            again = admin.head(path, headers=VERSION)
            assert again.headers["directus-file-id"] == key
            assert len(data(admin.get("/files?filter[filename_download]=late.txt"))) == 1
            assert list(folder.iterdir()) == []
