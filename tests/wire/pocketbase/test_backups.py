"""Backups over HTTP: making one, and fetching it with a file token, whole and in pieces."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from tests.servers import Server, running_server

AT = "/api/backups"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("backups")) as found:
        with found.client(found.pocketbase_token()) as client:
            assert client.post(AT, json={"name": "first.zip"}).status_code == 204
        yield found


def file_token(server: Server) -> str:
    with server.client(server.pocketbase_token()) as client:
        return str(client.post("/api/files/token").json()["token"])


def fetch(server: Server, token: str, name: str = "first.zip", **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}{AT}/{name}", params={"token": token}, headers=headers, timeout=30)


@pytest.mark.process
def test_a_backup_is_fetched_whole(server: Server) -> None:
    answer = fetch(server, file_token(server))
    assert answer.status_code == 200, answer.text
    stored = (server.data / "backups" / "first.zip").read_bytes()
    assert answer.content == stored
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="first.zip"'
    assert answer.headers["content-length"] == str(len(stored))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert "data.db" in archive.namelist()
    with server.client(server.pocketbase_token()) as client:
        listed = client.get(AT).json()
    assert [(item["key"], item["size"]) for item in listed] == [("first.zip", len(stored))]


@pytest.mark.process
def test_a_backup_is_fetched_in_pieces(server: Server) -> None:
    token = file_token(server)
    stored = (server.data / "backups" / "first.zip").read_bytes()
    size = len(stored)
    for wanted, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, size),
        ("bytes=-7", size - 7, size),
        (f"bytes={size - 1}-{size + 50}", size - 1, size),
    ):
        answer = fetch(server, token, Range=wanted)
        assert answer.status_code == 206, wanted
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.headers["content-length"] == str(end - start)
        assert answer.content == stored[start:end]
    # going on where a download broke off, as long as it is still the same file
    whole = fetch(server, token)
    date = whole.headers["last-modified"]
    assert fetch(server, token, Range="bytes=100-", **{"If-Range": date}).content == stored[100:]
    other = fetch(server, token, Range="bytes=100-", **{"If-Range": "Sat, 01 Jan 2000 00:00:00 GMT"})
    assert (other.status_code, other.content) == (200, stored)
    # several pieces of an archive are not worth it: it is sent whole
    several = fetch(server, token, Range="bytes=0-1,5-6")
    assert (several.status_code, several.content) == (200, stored)


@pytest.mark.process
def test_a_range_beyond_the_end(server: Server) -> None:
    size = (server.data / "backups" / "first.zip").stat().st_size
    answer = fetch(server, file_token(server), Range=f"bytes={size}-")
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert answer.text == "invalid range: failed to overlap\n"
    answer = fetch(server, file_token(server), Range="bytes=x")
    assert (answer.status_code, answer.text) == (416, "invalid range\n")
    assert "content-range" not in answer.headers


@pytest.mark.process
def test_only_file_tokens_of_superusers_open_backups(server: Server) -> None:
    sign_in = server.pocketbase_token()
    with server.client(sign_in) as client:
        body = {"name": "readers", "type": "auth"}
        assert client.post("/api/collections", json=body).status_code == 200
        account = {"email": "ada@example.com", "password": "12345678", "passwordConfirm": "12345678"}
        assert client.post("/api/collections/readers/records", json=account).status_code == 200
    login = {"identity": "ada@example.com", "password": "12345678"}
    path = f"{server.url}/api/collections/readers/auth-with-password"
    reader = httpx.post(path, json=login, timeout=30).json()["token"]
    readers_token = httpx.post(f"{server.url}/api/files/token", headers={"Authorization": reader}).json()["token"]
    for token in ("", "x", sign_in, reader, readers_token):
        answer = fetch(server, token)
        assert answer.status_code == 403, token
        assert answer.json()["message"] == "Insufficient permissions to access the resource."
    # the token of a sign-in does not open it as a header either
    headers = {"Authorization": sign_in}
    assert httpx.get(f"{server.url}{AT}/first.zip", headers=headers).status_code == 403
    assert fetch(server, file_token(server), "nope.zip").status_code == 404
