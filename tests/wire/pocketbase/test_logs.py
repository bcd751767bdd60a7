"""Logs of a running server: every store, several workers, trouble with the file, and the other wire."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from tests.servers import DATABASES, Server, running_server
from tests.stores import empty_store


@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_every_store_keeps_logs(kind: str, tmp_path: Path) -> None:
    with empty_store(kind) as url:
        places = {"database_url": url, "store_url": url} if url else {}
        server = Server(tmp_path, url, {"login_stall_milliseconds": 0, **places})
        server.create_superuser()
        server.start("--workers", "2")
        try:
            token = server.pocketbase_token()
            for number in range(250):
                httpx.get(f"{server.url}/items/nope?n={number}&access_token=secret{number}", verify=False)
            time.sleep(4.5)
            with server.client(token) as client:
                asked = {"filter": "data.url~'/items/nope'", "perPage": 500, "sort": "-created"}
                found = client.get("/api/logs", params=asked)
                assert found.status_code == 200, found.text
                answer = found.json()
                assert answer["totalItems"] == 250
                entry = answer["items"][0]
                assert list(entry) == ["id", "created", "data", "message", "level"]
                assert (entry["level"], entry["data"]["status"], entry["data"]["auth"]) == (8, 401, "")
                assert "secret" not in found.text
                stats = client.get("/api/logs/stats", params={"filter": "data.status=401"}).json()
                assert sum(hour["total"] for hour in stats) == 250
                collections = client.get("/api/collections").text
                assert "satchel_logs" not in collections
                assert client.delete("/api/logs").status_code == 204
                assert client.get("/api/logs", params=asked).json()["totalItems"] == 0
        finally:
            server.stop()


@pytest.mark.process
def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "auxiliary.db").write_bytes(b"this is no database" * 1000)
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        assert client.get("/api/logs").status_code == 200
    assert [path.name for path in tmp_path.glob("auxiliary.db.damaged-*")]


@pytest.mark.process
def test_what_waits_is_written_at_the_end(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        for _ in range(20):
            httpx.get(f"{server.url}/api/nope")
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        found = client.get("/api/logs", params={"filter": "data.url='/api/nope'", "fields": "id"}).json()
        assert found["totalItems"] == 20
