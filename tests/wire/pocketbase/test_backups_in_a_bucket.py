"""Backups kept in a bucket: all verbs, automatic ones, going back to one, and a bucket that can't be reached."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from tests.s3_server import Bucket, fresh_bucket, s3_server
from tests.servers import Server, eventually, running_server

pytestmark = pytest.mark.process

AT = "/api/backups"


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("in_a_bucket")) as found:
        yield found


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.pocketbase_token()) as found:
        yield found


@pytest.fixture
def bucket(s3_url: str, client: httpx.Client) -> Bucket:
    """A fresh one, which the settings name."""
    found = fresh_bucket(s3_url)
    use(client, found)
    return found


def use(client: httpx.Client, bucket: Bucket, **more: object) -> None:
    s3 = {"enabled": True, "bucket": bucket.name, "region": bucket.region, "endpoint": bucket.endpoint,
          "accessKey": bucket.access_key, "secret": bucket.secret, "forcePathStyle": True, **more}  # fmt: skip
    answer = client.patch("/api/settings", json={"backups": {"s3": s3}})
    assert answer.status_code == 200, answer.text


def keys(client: httpx.Client) -> list[str]:
    return sorted(item["key"] for item in client.get(AT).json())


def test_made_listed_fetched_and_deleted(server: Server, client: httpx.Client, bucket: Bucket) -> None:
    assert client.post("/api/settings/test/s3", json={"filesystem": "backups"}).status_code == 204
    assert client.post(AT, json={"name": "one.zip"}).status_code == 204
    assert bucket.names() == ["one.zip"]
    assert not (server.data / "backups" / "one.zip").exists()
    assert list((server.data / ".satchel_temp").iterdir()) == [], "nothing is left of the making"
    taken = client.post(AT, json={"name": "one.zip"})
    assert taken.json()["data"]["name"]["code"] == "validation_backup_name_exists"
    (listed,) = client.get(AT).json()
    assert listed["key"] == "one.zip"
    assert listed["modified"].startswith("20")
    assert listed["size"] > 1000

    params = {"token": client.post("/api/files/token").json()["token"]}
    whole = httpx.get(f"{server.url}{AT}/one.zip", params=params, timeout=30)
    assert (whole.status_code, len(whole.content)) == (200, listed["size"])
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        assert archive.testzip() is None
        assert "data.db" in archive.namelist()
    part = httpx.get(f"{server.url}{AT}/one.zip", params=params, headers={"Range": "bytes=10-19"}, timeout=30)
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert httpx.get(f"{server.url}{AT}/none.zip", params=params).status_code == 404
    assert httpx.get(f"{server.url}{AT}/one.zip").status_code == 403

    file = {"file": ("two.zip", whole.content, "application/zip")}
    assert client.post(f"{AT}/upload", files=file).status_code == 204
    assert client.post(f"{AT}/upload", files=file).json()["data"]["file"]["code"] == "validation_backup_name_exists"
    assert keys(client) == ["one.zip", "two.zip"]
    assert client.delete(f"{AT}/one.zip").status_code == 204
    assert client.delete(f"{AT}/one.zip").status_code == 400
    assert bucket.names() == ["two.zip"]


def test_only_backups_are_listed_of_a_bucket_that_is_shared(client: httpx.Client, bucket: Bucket) -> None:
    photo = f"{bucket.endpoint}/{bucket.name}/pbc_1/abcdefghijklmno/photo.zip"
    httpx.put(photo, content=b"x", timeout=30).raise_for_status()
    assert client.post(AT, json={"name": "mine.zip"}).status_code == 204
    assert keys(client) == ["mine.zip"]


def test_automatic_ones_and_how_many_stay(client: httpx.Client, bucket: Bucket) -> None:
    assert client.post(AT, json={"name": "mine.zip"}).status_code == 204
    wanted = {"backups": {"cron": "0 0 1 1 *", "cronMaxKeep": 2}}
    assert client.patch("/api/settings", json=wanted).status_code == 200
    made: list[str] = []
    for _ in range(3):
        before = set(bucket.names())
        assert client.post("/api/crons/__pbAutoBackup__").status_code == 204
        eventually(lambda before=before: bool(set(bucket.names()) - before))
        made += set(bucket.names()) - before
        time.sleep(1.1)  # names are of a second
    assert all(name.startswith("@auto_pb_backup_") for name in made)
    eventually(lambda: sorted(bucket.names()) == sorted([*made[1:], "mine.zip"]))


def test_going_back_to_one(server: Server, client: httpx.Client, bucket: Bucket) -> None:
    fields = [{"name": "title", "type": "text"}]
    assert client.post("/api/collections", json={"name": "kept", "type": "base", "fields": fields}).status_code == 200
    at = "/api/collections/kept/records"
    assert client.post(at, json={"title": "before"}).status_code == 200
    assert client.post(AT, json={"name": "back.zip"}).status_code == 204
    assert client.post(at, json={"title": "after"}).status_code == 200
    assert client.post(f"{AT}/none.zip/restore").status_code == 400
    broken = b"PK\x03\x04 this is none"
    httpx.put(f"{bucket.endpoint}/{bucket.name}/broken.zip", content=broken, timeout=30).raise_for_status()
    refused = client.post(f"{AT}/broken.zip/restore")
    assert refused.status_code == 400
    assert refused.json()["message"].startswith("Missing or invalid backup file. Raw error:")
    assert client.post(f"{AT}/back.zip/restore").status_code == 204

    answers: list[str] = []

    def is_back() -> bool:
        answer = client.get(at)
        answers.append(f"{answer.status_code} {answer.text}")
        return answer.status_code == 200 and [item["title"] for item in answer.json()["items"]] == ["before"]

    try:
        eventually(is_back, 60.0)
    except AssertionError:
        raise AssertionError(f"{answers[-1]}\n{''.join(server.output)}") from None
    assert keys(client) == ["back.zip", "broken.zip"], "the bucket is still the place for backups"


def test_a_bucket_that_cant_be_reached(server: Server, client: httpx.Client, bucket: Bucket) -> None:
    assert client.post(AT, json={"name": "there.zip"}).status_code == 204
    use(client, bucket, endpoint="http://127.0.0.1:9")
    params = {"token": client.post("/api/files/token").json()["token"]}
    file = {"file": ("two.zip", b"PK\x03\x04", "application/zip")}
    for text, answer in (
        ("Failed to retrieve backup items.", client.get(AT)),
        ("Failed to create backup.", client.post(AT, json={"name": "x.zip"})),
        ("Failed to create backup.", client.post(AT)),
        ("Failed to upload backup.", client.post(f"{AT}/upload", files=file)),
        ("Invalid or already deleted backup file.", client.delete(f"{AT}/there.zip")),
        ("Missing or invalid backup file.", client.post(f"{AT}/there.zip/restore")),
    ):
        assert answer.status_code == 400, answer.text
        message = answer.json()["message"]
        assert message.startswith(f"{text} Raw error: "), message
        assert "127.0.0.1:9" in message, "a superuser is told why"
    # whoever downloads may be anybody with a token in a link: no reasons
    fetched = httpx.get(f"{server.url}{AT}/there.zip", params=params, timeout=60)
    assert fetched.status_code == 503
    assert "127.0.0.1:9" not in fetched.text
    assert list((server.data / ".satchel_temp").iterdir()) == []
    use(client, bucket)
    assert keys(client) == ["there.zip"]
