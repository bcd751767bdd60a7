"""Settings that are changed while the server runs: workers, encryption, secrets, batches."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.servers import DATABASES, Server, running_server
from tests.stores import empty_store

KEY = "0123456789abcdef0123456789abcdef"
BATCH = {"requests": [{"method": "POST", "url": "/api/collections/things/records", "body": {"t": "x"}}]}


@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_all_workers_learn_within_a_moment(kind: str, tmp_path: Path) -> None:
    with empty_store(kind) as url:
        places = {"database_url": url, "store_url": url} if url else {}
        server = Server(tmp_path, url, {"login_stall_milliseconds": 0, **places})
        server.create_superuser()
        server.start("--workers", "2")
        try:
            token = server.pocketbase_token()
            with server.client(token) as client:
                answer = client.patch("/api/settings", json={"meta": {"appName": "Told to all"}})
                assert answer.status_code == 200, answer.text
            time.sleep(1.5)
            for _ in range(20):  # a new connection each time, so both workers are asked
                with server.client(token) as client:
                    assert client.get("/api/settings").json()["meta"]["appName"] == "Told to all"
        finally:
            server.stop()


@pytest.mark.process
def test_encrypted_at_rest(tmp_path: Path) -> None:
    secret = {"smtp": {"password": "hunter2hunter2"}}
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        answer = client.patch("/api/settings", json=secret)
        assert "hunter2" not in answer.text
    assert b"hunter2hunter2" in (tmp_path / "data.db").read_bytes()
    # a key that is given later encrypts what is there
    sealed = {"settings_encryption_key": KEY}
    with running_server(tmp_path, settings=sealed) as server, server.client(server.pocketbase_token()) as client:
        assert client.get("/api/settings").status_code == 200
        assert client.patch("/api/settings", json={"meta": {"appName": "Sealed"}}).status_code == 200
    with running_server(tmp_path, settings=sealed) as server, server.client(server.pocketbase_token()) as client:
        assert client.get("/api/settings").json()["meta"]["appName"] == "Sealed"
    server = Server(tmp_path)
    done = server.run("superuser", "upsert", server.email, server.password)
    assert done.returncode == 1, done.stderr
    assert "encrypted" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.process
def test_batches_obey_the_settings(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        made = client.post("/api/collections", json={"name": "things", "fields": [{"name": "t", "type": "text"}]})
        assert made.status_code == 200, made.text
        assert client.post("/api/batch", json=BATCH).status_code == 403

        def change(**batch: object) -> None:
            answer = client.patch("/api/settings", json={"batch": {"enabled": True, **batch}})
            assert answer.status_code == 200, answer.text

        change()
        assert client.post("/api/batch", json=BATCH).status_code == 200
        change(maxRequests=1)
        two = {"requests": BATCH["requests"] * 2}
        assert client.post("/api/batch", json=two).json()["data"]["requests"]["code"] == "validation_length_too_long"
        change(maxRequests=20_000, maxBodySize=200)
        assert client.post("/api/batch", json=BATCH).status_code == 200
        assert client.post("/api/batch", json={"requests": BATCH["requests"] * 9}).status_code == 413
        change(maxRequests=150_000, maxBodySize=0, timeout=1)
        slow = client.post("/api/batch", json={"requests": BATCH["requests"] * 150_000}, timeout=60)
        assert (slow.status_code, slow.json()["message"], slow.json()["data"]) == (400, "Batch transaction failed.", {})
        found = client.get("/api/collections/things/records?perPage=1").json()
        assert found["totalItems"] == 2  # those of the two batches that were answered with 200
