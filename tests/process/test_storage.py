"""Places for files: a folder, and buckets of servers that speak S3's, Google's and Azure's protocol, held to the
same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from obstore.store import MemoryStore

from satchel.errors import ConfigError
from satchel.storage.base import Attributes, BadKey, Storage, StorageFailed
from satchel.storage.choice import StorageChoice
from satchel.storage.cloud import CloudStorage, cloud_storage
from satchel.storage.local import LocalStorage
from satchel.storage.s3 import S3Options, s3_storage
from tests.azure_server import azure_server, fresh_container
from tests.gcs_server import gcs_server, google_address
from tests.s3_server import fresh_bucket, s3_server

TEXT = Attributes("text/plain; charset=utf-8", {"original-filename": "Grüße 1.txt"})
BIG = bytes(range(256)) * 80_000  # 20 MB: several parts of an upload


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture(scope="module")
def gcs_url() -> Iterator[str]:
    with gcs_server() as url:
        yield url


@pytest.fixture(scope="module")
def azure_address() -> Iterator[str]:
    with azure_server() as address:
        yield address


@pytest.fixture(params=["local", "s3", "s3 by address", "google", "azure"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    if request.param == "local":
        yield LocalStorage(tmp_path / "storage")
        return
    if request.param == "azure":
        address: str = request.getfixturevalue("azure_address")
        yield cloud_storage(fresh_container(address))
        return
    if request.param == "google":
        yield cloud_storage(google_address(fresh_bucket(request.getfixturevalue("gcs_url"))))
        return
    bucket = fresh_bucket(request.getfixturevalue("s3_url"))
    if request.param == "s3 by address":
        options = {"region": bucket.region, "endpoint": bucket.endpoint}
        keys = {"access_key_id": bucket.access_key, "secret_access_key": bucket.secret}
        yield cloud_storage(f"s3://{bucket.name}?{urlencode({**options, **keys})}")
        return
    yield s3_storage(
        S3Options(bucket.name, bucket.region, bucket.endpoint, bucket.access_key, bucket.secret, path_style=True)
    )


async def content(storage: Storage, key: str) -> bytes | None:
    file = await storage.open(key)
    if file is None:
        return None
    try:
        return b"".join([part async for part in file.chunks(0, file.size)])
    finally:
        file.close()


@pytest.mark.process
async def test_a_file_s_life(storage: Storage, tmp_path: Path) -> None:
    assert await storage.open("c/r/a.txt") is None
    await storage.put("c/r/a.txt", b"hello", TEXT)
    file = await storage.open("c/r/a.txt")
    assert file is not None
    assert (file.size, file.content_type) == (5, "text/plain; charset=utf-8")
    assert file.modified > 1_700_000_000
    assert await file.read(1, 3) == b"ell"
    file.close()

    large = tmp_path / "large"
    large.write_bytes(BIG)
    await storage.put("c/r/b.bin", large, Attributes("application/octet-stream"))
    assert await content(storage, "c/r/b.bin") == BIG
    file = await storage.open("c/r/b.bin")
    assert file is not None
    assert await file.read(1000, 300_000) == BIG[1000:301_000]
    assert b"".join([part async for part in file.chunks(5, 600_000)]) == BIG[5:600_005]
    file.close()

    await storage.copy("c/r/a.txt", "c/r2/a.txt")
    await storage.put("c/r/thumbs_a.txt/10x10_a.txt", b"thumb", TEXT)
    assert sorted(await storage.list("c")) == ["c/r/a.txt", "c/r/b.bin", "c/r/thumbs_a.txt/10x10_a.txt", "c/r2/a.txt"]
    copied = await storage.open("c/r2/a.txt")
    assert copied is not None
    assert copied.content_type == "text/plain; charset=utf-8"
    copied.close()

    await storage.put("c/r/a.txt", b"other", TEXT)
    assert await content(storage, "c/r/a.txt") == b"other"
    await storage.delete("c/r/a.txt")
    await storage.delete("c/r/a.txt")
    assert not await storage.exists("c/r/a.txt")
    await storage.delete_folder("c/r")
    await storage.delete_folder("c/none")
    assert await storage.list("c") == ["c/r2/a.txt"]


@pytest.mark.process
@pytest.mark.parametrize("key", ["../a", "/etc/passwd", "c/../../a", "c/\0", ""])
async def test_no_way_out(storage: Storage, key: str) -> None:
    with pytest.raises(BadKey):
        await storage.open(key)
    with pytest.raises(BadKey):
        await storage.put(key, b"", TEXT)
    with pytest.raises(BadKey):
        await storage.delete(key)


async def test_the_folder_has_pocketbase_s_form(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    await storage.put("c/r/a.txt", b"hello world", TEXT)
    assert json.loads((tmp_path / "c/r/a.txt.attrs").read_text()) == {
        "user.cache_control": "",
        "user.content_disposition": "",
        "user.content_encoding": "",
        "user.content_language": "",
        "user.content_type": "text/plain; charset=utf-8",
        "user.metadata": {"original-filename": "Grüße 1.txt"},
        "md5": "XrY7u+Ae7tCTyyK7j1rNww==",
    }
    assert sorted(path.name for path in (tmp_path / "c/r").iterdir()) == ["a.txt", "a.txt.attrs"]


async def test_files_without_notes_are_files(tmp_path: Path) -> None:
    (tmp_path / "c/r").mkdir(parents=True)
    (tmp_path / "c/r/a.txt").write_bytes(b"x")
    (tmp_path / "c/r/b.txt").write_bytes(b"x")
    (tmp_path / "c/r/b.txt.attrs").write_bytes(b"{broken")
    storage = LocalStorage(tmp_path)
    for name in ("a.txt", "b.txt"):
        file = await storage.open(f"c/r/{name}")
        assert file is not None
        assert file.content_type == ""
        file.close()
    assert await storage.open("c/r") is None


async def test_folders_come_and_go_under_neighbours(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path, durable=False)

    async def cycle(number: int) -> None:
        for turn in range(30):
            key = f"c/r/{number}-{turn}"
            await storage.put(key, b"x", TEXT)
            assert await storage.exists(key)
            await storage.delete(key)

    await asyncio.gather(*(cycle(number) for number in range(6)))
    assert list(tmp_path.iterdir()) == []


async def test_a_put_that_fails_leaves_nothing(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "storage")
    with pytest.raises(StorageFailed):
        await storage.put("c/r/a.txt", tmp_path / "nowhere", TEXT)
    assert list(tmp_path.rglob("*.txt*")) == []


@pytest.mark.process
async def test_a_bucket_that_is_not_there_is_said_quickly(s3_url: str) -> None:
    storage = s3_storage(S3Options("no-such-bucket", "us-east-1", s3_url, "key", "secret", path_style=True))
    with pytest.raises(StorageFailed) as error:
        await storage.put("a", b"x", TEXT)
    assert "NoSuchBucket" in error.value.details["reason"]
    nobody = s3_storage(S3Options("b", "us-east-1", "http://127.0.0.1:1", "key", "secret", path_style=True))
    async with asyncio.timeout(20):
        with pytest.raises(StorageFailed):
            await nobody.open("a")


def test_the_choice_follows_the_setting(tmp_path: Path) -> None:
    now: list[S3Options | None] = [None]
    choice = StorageChoice(LocalStorage(tmp_path), lambda: now[0])
    assert choice.current is choice.local
    now[0] = S3Options("b", "us-east-1", "http://127.0.0.1:1", "key", "secret", path_style=True)
    first = choice.current
    assert first.remote
    assert choice.current is first
    now[0] = S3Options("c", "us-east-1", "http://127.0.0.1:1", "key", "secret")
    assert choice.current is not first
    assert "secret" not in repr(now[0]).replace("secret=", "")


def test_addresses_that_name_no_place() -> None:
    for address in (
        "ftp://bucket",
        "s3://",
        "s3://bucket/folder",
        "gs://bucket?account_key=x",
        "az://container?nope=1",
    ):
        with pytest.raises(ConfigError):
            cloud_storage(address)
    with pytest.raises(ConfigError) as refused:
        cloud_storage("gs://bucket?service_account_key=not-a-key")
    assert "not-a-key" not in str(refused.value)


async def test_files_are_found_where_they_were_put(tmp_path: Path) -> None:
    local, cloud = LocalStorage(tmp_path), CloudStorage(MemoryStore(), "s3")
    choice = StorageChoice(local, cloud=cloud)
    assert (choice.location, choice.current) == ("s3", cloud)
    assert choice.places == [cloud, local]
    await local.put("a/old", b"old", TEXT)
    await cloud.put("a/new", b"new", TEXT)
    await cloud.put("a/moved", b"moved", TEXT)
    assert await choice.holding("local", "a/old") is local
    assert await choice.holding("s3", "a/new") is cloud
    # brought along by whoever changed the place, whatever its row says
    assert await choice.holding("local", "a/moved") is cloud
    assert await choice.holding("amazon", "a/new") is cloud
    assert await StorageChoice(local).holding("s3", "a/old") is local
