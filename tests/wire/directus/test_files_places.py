"""Where files of the library are: a bucket, what was in the folder before it, and what a kill leaves behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tests.gcs_server import gcs_server, google_address
from tests.s3_server import Bucket, fresh_bucket, s3_server
from tests.servers import Server
from tests.wire.directus.file_world import World, data, file_world, upload
from tests.wire.directus.pictures import picture

pytestmark = pytest.mark.process


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def amazon_address(bucket: Bucket) -> str:
    keys = {"access_key_id": bucket.access_key, "secret_access_key": bucket.secret}
    return f"s3://{bucket.name}?{urlencode({'region': bucket.region, 'endpoint': bucket.endpoint, **keys})}"


@pytest.mark.parametrize("place", ["s3", "gcs"])
def test_a_bucket(tmp_path: Path, place: str) -> None:
    with (s3_server if place == "s3" else gcs_server)() as url:
        bucket = fresh_bucket(url)
        address = (amazon_address if place == "s3" else google_address)(bucket)
        with file_world(tmp_path) as before:
            old = upload(before.admin, "old.png", picture(20, 10))
            assert old["storage"] == "local"
        server = Server(tmp_path, settings={"storage_url": address, "login_stall_milliseconds": 0})
        server.start()
        try:
            with server.client(server.directus_token()) as admin:
                row = upload(admin, "red.png", picture(60, 30))
                assert row["storage"] == place
                key = f"directus_files/{row['id']}/{row['filename_disk']}"
                assert bucket.names() == [key]
                assert admin.get(f"/assets/{row['id']}").content == picture(60, 30)
                assert admin.get(f"/assets/{row['id']}", headers={"Range": "bytes=2-5"}).content == picture(60, 30)[2:6]
                assert admin.get(f"/assets/{row['id']}?width=10").status_code == 200
                assert within(10, lambda: len(bucket.names()) == 2)
                # what was in the folder before is still found, and still goes with its row
                assert admin.get(f"/assets/{old['id']}").content == picture(20, 10)
                assert admin.get(f"/assets/{old['id']}?width=10").status_code == 200
                archive = admin.post("/assets/files", json={"ids": [row["id"], old["id"]]})
                assert archive.content[:2] == b"PK"
                files = {"file": ("new.png", picture(8, 8), "image/png")}
                moved = data(admin.patch(f"/files/{old['id']}", files=files))
                assert moved["storage"] == place
                assert within(10, lambda: not list((tmp_path / "storage").rglob("*.png")))
                assert admin.get(f"/assets/{old['id']}").content == picture(8, 8)
                assert admin.request("DELETE", "/files", json=[row["id"], old["id"]]).status_code == 204
                assert within(10, lambda: bucket.names() == [])
        finally:
            server.stop()


def test_kills_leave_nothing_behind(tmp_path: Path) -> None:
    """Rows find their bytes, and bytes without a row are gone after the next start."""
    content = picture(40, 20)
    with file_world(tmp_path) as world:
        stop = threading.Event()
        workers = [threading.Thread(target=churn, args=(world, stop, content)) for _ in range(4)]
        for worker in workers:
            worker.start()
        time.sleep(1.0)
        world.server.kill()
        stop.set()
        for worker in workers:
            worker.join(20)
        world.server.start()
        with world.server.client(world.server.directus_token()) as admin:
            rows = data(admin.get("/files?limit=-1&fields=id,filename_disk"))
            assert rows
            named = {f"directus_files/{row['id']}/{row['filename_disk']}" for row in rows}
            kept = {path for path in world.stored() if "thumbs_" not in path}
            assert kept == named
            assert all(admin.get(f"/assets/{row['id']}").status_code == 200 for row in rows[:20])
            assert world.unfinished() == []


def churn(world: World, stop: threading.Event, content: bytes) -> None:
    """Upload, give other bytes, delete every third one, until the server is gone."""
    files: Any = {"file": ("a.png", content, "image/png")}
    number = 0
    with httpx.Client(base_url=world.server.url, headers=dict(world.admin.headers), timeout=10) as client:
        while not stop.is_set():
            try:
                key = client.post("/files", files=files).json()["data"]["id"]
                client.patch(f"/files/{key}", files=files)
                number += 1
                if number % 3 == 0:
                    client.delete(f"/files/{key}")
            except (httpx.HTTPError, KeyError, ValueError):
                return
