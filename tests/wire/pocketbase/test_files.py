"""Files under the conditions that matter: every database, a bucket, kills, full disks, bombs, neighbours."""

from __future__ import annotations

import http.client
import itertools
import re
import resource
import sqlite3
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import pyvips
from tests.process.running import Running, running
from tests.s3_server import Bucket, fresh_bucket, s3_server
from tests.servers import DATABASES, Server, eventually, fresh_database, running_server
from tests.wire.pocketbase.talk import Talk
from tests.wire.pocketbase.test_differential import binary, real_pocketbase  # noqa: F401 - a fixture

RECORDS = "/api/collections/docs/records"
RULES = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}
DOCS: dict[str, Any] = {
    "name": "docs",
    "type": "base",
    **RULES,
    "fields": [
        {"name": "title", "type": "text", "max": 10},
        {"name": "one", "type": "file", "thumbs": ["60x40", "0x50"], "maxSize": 200_000_000},
        {"name": "many", "type": "file", "maxSelect": 5},
        {"name": "parent", "type": "relation", "collectionId": "", "cascadeDelete": True},
    ],
}


def make_docs(client: httpx.Client) -> None:
    plain = {**DOCS, "fields": DOCS["fields"][:3]}
    made = client.post("/api/collections", json=plain)
    assert made.status_code == 200, made.text
    fields = [*made.json()["fields"], {**DOCS["fields"][3], "collectionId": made.json()["id"]}]
    assert client.patch("/api/collections/docs", json={"fields": fields}).status_code == 200


def stored(data: Path) -> list[str]:
    """The files that are kept, without notes and thumbs."""
    root = data / "storage"
    return sorted(path.name for path in root.rglob("*") if path.is_file() and not path.name.endswith(".attrs"))


def named(client: httpx.Client) -> list[str]:
    """The files that records name."""
    items = client.get(RECORDS, params={"perPage": 500, "skipTotal": 1}).json()["items"]
    return sorted(name for item in items for name in (*item["many"], *filter(None, [item["one"]])))


def unsettled(data: Path) -> list[str]:
    """What is left of uploads."""
    return [path.name for path in (data / ".uploads").rglob("*") if path.is_file() and path.name != "lock"]


def png(width: int, height: int) -> bytes:
    image = pyvips.Image.black(width, height, bands=3) + [200, 100, 50]  # noqa: RUF005 - arithmetic on pixels
    return image.cast("uchar").copy(interpretation="srgb").pngsave_buffer()


def bomb(width: int, height: int) -> bytes:
    """A small PNG of a great many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compressobj(9)
    row = bytes(width // 8 + 1)
    packed = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.fixture(scope="module", params=DATABASES)
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with fresh_database(request.param) as url, running_server(tmp_path_factory.mktemp("data"), url) as server:
        with server.client(server.pocketbase_token()) as client:
            make_docs(client)
        yield server


@pytest.mark.process
@pytest.mark.dialects
def test_files_follow_their_records(anywhere: Server) -> None:
    data = anywhere.data
    with anywhere.client(anywhere.pocketbase_token()) as client:
        files = [("one", ("abc.txt", b"one")), ("many", ("def.txt", b"two")), ("many", ("ghi.txt", b"three"))]
        made = client.post(RECORDS, files=files, data={"title": "a"}).json()
        assert stored(data) == sorted([made["one"], *made["many"]]) == named(client)
        path = f"{RECORDS}/{made['id']}"

        # refused: nothing changes, nothing is left
        for refused in (
            client.patch(path, data={"title": "far too long for this"}, files=[("one", ("new.txt", b"x"))]),
            client.patch(path, data={"many": "nope.txt"}, files=[("one", ("new.txt", b"x"))]),
            client.post(RECORDS, data={"id": made["id"]}, files=[("one", ("new.txt", b"x"))]),
            client.post(RECORDS, data={"title": "far too long for this"}, files=[("one", ("new.txt", b"x"))]),
        ):
            assert refused.status_code == 400, refused.text
        assert stored(data) == named(client)

        replaced = client.patch(path, files=[("one", ("new.txt", b"new"))]).json()
        assert client.get(f"/api/files/docs/{made['id']}/{replaced['one']}").content == b"new"
        assert client.get(f"/api/files/docs/{made['id']}/{made['one']}").status_code == 404
        assert stored(data) == named(client)

        child = client.post(RECORDS, data={"parent": made["id"]}, files=[("one", ("child.txt", b"child"))]).json()
        assert client.patch(path, json={"many-": made["many"][0]}).status_code == 200
        assert stored(data) == named(client) == sorted([child["one"], replaced["one"], made["many"][1]])
        assert client.delete(path).status_code == 204
        assert stored(data) == named(client) == []

        again = client.post(RECORDS, files=[("many", ("abc.txt", b"1")), ("many", ("abc.txt", b"2"))]).json()
        assert len(set(again["many"])) == 2
        assert client.delete("/api/collections/docs/truncate").status_code == 204
        assert stored(data) == []
        assert unsettled(data) == []


@pytest.mark.process
@pytest.mark.dialects
def test_the_other_wire_names_no_files(anywhere: Server) -> None:
    """Names are texts there; one that was not uploaded for this field of this record is refused."""
    with anywhere.client(anywhere.pocketbase_token()) as client, anywhere.client(anywhere.directus_token()) as other:
        made = client.post(RECORDS, files=[("one", ("abc.txt", b"x")), ("many", ("def.txt", b"x"))]).json()
        mine = client.post(RECORDS, files=[("one", ("mine.txt", b"x"))]).json()
        for payload in (
            {"one": "new.txt"},
            {"one": made["one"]},
            {"one": f"../{made['id']}/{made['one']}"},
            {"many": [made["many"][0]]},
            {"many": [mine["one"]]},
        ):
            answer = other.patch(f"/items/docs/{mine['id']}", json=payload)
            assert answer.status_code == 400, (payload, answer.text)
        assert other.post("/items/docs", json={"one": made["one"]}).status_code == 400
        assert other.patch(f"/items/docs/{mine['id']}", json={"one": mine["one"], "title": "x"}).status_code == 200
        assert other.patch(f"/items/docs/{mine['id']}", json={"one": None}).status_code == 200
        assert other.delete(f"/items/docs/{made['id']}").status_code == 204
        assert client.delete(f"{RECORDS}/{mine['id']}").status_code == 204
        assert stored(anywhere.data) == named(client)


@pytest.mark.process
@pytest.mark.dialects
def test_thumbs(anywhere: Server) -> None:
    with anywhere.client(anywhere.pocketbase_token()) as client:
        made = client.post(RECORDS, files=[("one", ("pic.png", png(300, 200)))]).json()
        url = f"/api/files/docs/{made['id']}/{made['one']}"
        for size, width, height in (("100x100", 100, 100), ("60x40", 60, 40), ("0x50", 75, 50), ("50x50", 300, 200)):
            answer = client.get(url, params={"thumb": size})
            image = pyvips.Image.new_from_buffer(answer.content, "")
            assert (image.width, image.height) == (width, height)
            name = made["one"] if width == 300 else f"{size}_{made['one']}"
            assert answer.headers["content-disposition"] == f'inline; filename="{name}"'
        folder = next((anywhere.data / "storage").rglob(f"thumbs_{made['one']}"))
        kept = {f"{size}_{made['one']}" for size in ("100x100", "60x40", "0x50")}
        eventually(lambda: {path.name for path in folder.glob("*.png")} == kept)
        assert client.delete(f"{RECORDS}/{made['id']}").status_code == 204
        assert not folder.exists()


@pytest.mark.process
def test_a_thumb_is_made_once(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        make_docs(client)
        made = client.post(RECORDS, files=[("one", ("pic.png", png(3000, 2000)))]).json()
        url = f"{server.url}/api/files/docs/{made['id']}/{made['one']}?thumb=100x100"
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: httpx.get(url, timeout=30, verify=False), range(32)))
        assert len({answer.content for answer in answers}) == 1
        assert {answer.headers["last-modified"] for answer in answers} == {answers[0].headers["last-modified"]}


@pytest.mark.process
def test_what_is_known_of_files_follows_other_programs(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        make_docs(client)
        made = client.post(RECORDS, files={"one": ("a.png", png(100, 80))}).json()
        path = f"/api/files/docs/{made['id']}/{made['one']}"
        thumb = f"{path}?thumb=60x40"
        for _ in range(2):
            assert [client.get(path).status_code, client.get(thumb).status_code] == [200, 200]
        other = sqlite3.connect(server.data / "data.db")
        try:
            with other:
                other.execute("UPDATE docs SET one = ''")
            assert [client.get(path).status_code, client.get(thumb).status_code] == [404, 404]
            with other:
                other.execute("UPDATE docs SET one = ?", (made["one"],))
            assert client.get(path).status_code == 200
        finally:
            other.close()
        # an image that somebody removed by hand has no thumbs either
        next((server.data / "storage").rglob(made["one"])).unlink()
        assert [client.get(path).status_code, client.get(thumb).status_code] == [404, 404]


def test_bombs_and_broken_images(tmp_path: Path) -> None:
    """Images that would be huge once unpacked are looked at by their head alone, and answered as they are."""
    with running(tmp_path / "data") as server:
        client = httpx.Client(base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=30)
        make_docs(client)
        contents = {
            "bomb.png": bomb(60_000, 60_000),
            "wide.png": bomb(2_000_000, 30),
            "cut.png": png(600, 600)[:500],
            "broken.gif": b"GIF89a" + bytes(100),
            "fake.png": b"<svg onload=alert(1)>",
            "broken.webp": b"RIFF\xff\xff\xff\x7fWEBPVP8X" + bytes(50),
        }
        records = {name: client.post(RECORDS, files=[("one", (name, data))]).json() for name, data in contents.items()}
        before = server.memory_megabytes()
        for name, record in records.items():
            started = time.perf_counter()
            answer = client.get(f"/api/files/docs/{record['id']}/{record['one']}", params={"thumb": "100x100"})
            assert answer.status_code == 200
            assert answer.content == contents[name]
            assert time.perf_counter() - started < 5
        assert server.memory_megabytes() - before < 100
        assert client.get("/api/health").status_code == 200


@pytest.mark.heavy
@pytest.mark.process
def test_a_large_upload_costs_no_memory(tmp_path: Path) -> None:
    size = 100 * 1024**2
    piece = bytes(range(256)) * 4096
    with running(tmp_path / "data") as server:
        client = httpx.Client(base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=120)
        make_docs(client)
        client.post(RECORDS, files=[("one", ("warm.txt", b"x" * 3_000_000))])
        before = server.memory_megabytes()
        peak = before
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.02):
                peak = max(peak, server.memory_megabytes())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            answer = client.post(RECORDS, content=form(size, piece), headers=FORM_HEADERS)
            assert answer.status_code == 200, answer.text
            made = answer.json()
            with client.stream("GET", f"/api/files/docs/{made['id']}/{made['one']}") as download:
                received = sum(len(part) for part in download.iter_raw())
        finally:
            done.set()
            watcher.join()
        assert received == size
        assert peak - before < 64, f"{before:.0f} MB, at most {peak:.0f}"


FORM_HEADERS = {"content-type": "multipart/form-data; boundary=xyz"}


def form(size: int, piece: bytes) -> Iterator[bytes]:
    yield b'--xyz\r\nContent-Disposition: form-data; name="one"; filename="large.bin"\r\n\r\n'
    for _ in range(size // len(piece)):
        yield piece
    yield b"\r\n--xyz--\r\n"


@pytest.mark.process
def test_cut_uploads_leave_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        client = httpx.Client(base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=30)
        make_docs(client)
        for share in (0.1, 0.5, 0.99):
            body = b"".join(form(8 * 1024**2, bytes(1024**2)))
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.putrequest("POST", RECORDS)
            connection.putheader("Content-Type", FORM_HEADERS["content-type"])
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            connection.send(body[: int(len(body) * share)])
            time.sleep(0.2)
            connection.close()
        # complete, but not a whole form; and one that is too large
        for content in (body[:-5], b"".join(form(300 * 1024**2, bytes(1024**2)))):
            assert client.post(RECORDS, content=content, headers=FORM_HEADERS).status_code in (400, 413)
        deadline = time.monotonic() + 5
        while unsettled(server.data) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (unsettled(server.data), stored(server.data), named(client)) == ([], [], [])


@pytest.mark.heavy
@pytest.mark.process
def test_no_file_without_a_record_after_kills(tmp_path: Path) -> None:
    """Uploads, replacements and deletions go on while the server is killed; whatever was answered is there, and what
    no record names is gone once the server runs again."""
    with running(tmp_path / "data") as server:
        client = httpx.Client(base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=30)
        make_docs(client)
        answered: dict[str, bytes] = {}
        for turn in range(4):
            stop = threading.Event()

            def work(worker: int, turn: int = turn, stop: threading.Event = stop) -> None:
                own = httpx.Client(
                    base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=10
                )
                for number in itertools.count():
                    if stop.is_set():
                        return
                    content = f"{turn}-{worker}-{number}".encode() * 40_000
                    try:
                        made = own.post(RECORDS, files=[("one", (f"file{number}.txt", content))])
                        if made.status_code != 200:
                            continue
                        record = made.json()["id"]
                        answered[record] = content
                        if number % 3 == 1:
                            answered.pop(record)
                            own.patch(f"{RECORDS}/{record}", files=[("one", ("other.txt", b"other"))])
                        elif number % 3 == 2:
                            answered.pop(record)
                            own.delete(f"{RECORDS}/{record}")
                    except httpx.HTTPError:
                        return

            workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
            for worker in workers:
                worker.start()
            time.sleep(0.4 + turn * 0.3)
            server.kill()
            stop.set()
            for worker in workers:
                worker.join()
            server.start()
        assert answered
        assert stored(server.data) == named(client)
        assert unsettled(server.data) == []
        for record, content in list(answered.items())[:20]:
            name = client.get(f"{RECORDS}/{record}").json()["one"]
            assert client.get(f"/api/files/docs/{record}/{name}").content == content
        assert server.stop() == 0
        assert not (server.data / ".uploads").exists()


@pytest.mark.process
def test_a_full_disk_refuses_uploads(tmp_path: Path) -> None:
    """No file of the server may grow past a limit: the same errors as on a full disk."""
    with running(tmp_path / "data") as server:
        client = httpx.Client(base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=60)
        make_docs(client)
        assert server.process is not None
        soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (3 * 1024**2, hard))
        answer = client.post(RECORDS, content=form(20 * 1024**2, bytes(1024**2)), headers=FORM_HEADERS)
        assert answer.status_code == 503, answer.text
        assert (unsettled(server.data), stored(server.data), named(client)) == ([], [], [])
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        answer = client.post(RECORDS, content=form(20 * 1024**2, bytes(1024**2)), headers=FORM_HEADERS)
        assert answer.status_code == 200, answer.text


@pytest.mark.process
def test_races_for_one_record(tmp_path: Path) -> None:
    """Many change one record's files at once: what it names in the end is there, and nothing else."""
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        make_docs(client)
        record = client.post(RECORDS, json={}).json()["id"]

        def change(number: int) -> int:
            files = [("many+" if number % 2 else "many", (f"file{number}.txt", str(number).encode()))]
            return httpx.patch(f"{server.url}{RECORDS}/{record}", files=files, timeout=30).status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(change, range(60)))
        assert set(statuses) <= {200, 400}
        assert stored(tmp_path) == named(client)


@pytest.mark.process
def test_a_copied_folder_of_pocketbase_works(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client(server.pocketbase_token()) as client:
        make_docs(client)
        made = client.post(RECORDS, files=[("one", ("abc.txt", b"hello"))]).json()
        folder = tmp_path / "storage" / made["collectionId"] / made["id"]
        notes = folder / f"{made['one']}.attrs"
        assert re.search('"user.content_type":"text/plain; charset=utf-8"', notes.read_text())
        notes.unlink()
        (folder / made["one"]).write_bytes(png(20, 10))
        url = f"/api/files/docs/{made['id']}/{made['one']}"
        assert client.get(url).headers["content-type"] == "image/png"
        notes.write_text('{"user.content_type":"application/pdf"}')
        server.stop()
        server.start()
    # the content type is remembered, so a change behind the server's back shows after a restart
    with running_server(tmp_path, superuser=False) as server, server.client() as client:
        assert client.get(url).headers["content-type"] == "application/pdf"
        (folder / made["one"]).unlink()
        assert client.get(url).status_code == 404


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture
def on_s3(s3_url: str, tmp_path: Path) -> Iterator[tuple[Running, httpx.Client, Bucket]]:
    bucket = fresh_bucket(s3_url)
    with running(tmp_path / "data") as server:
        client = httpx.Client(base_url=server.base, headers={"Authorization": server.token}, verify=False, timeout=60)
        make_docs(client)
        s3 = {"enabled": True, "bucket": bucket.name, "region": bucket.region, "endpoint": bucket.endpoint,
              "accessKey": bucket.access_key, "secret": bucket.secret, "forcePathStyle": True}  # fmt: skip
        assert client.patch("/api/settings", json={"s3": s3}).status_code == 200
        yield server, client, bucket


@pytest.mark.process
def test_files_in_a_bucket(on_s3: tuple[Running, httpx.Client, Bucket]) -> None:
    server, client, bucket = on_s3
    large = bytes(range(256)) * 50_000
    files = [("one", ("large.bin", large)), ("many", ("pic.png", png(300, 200))), ("many", ("def.txt", b"0123456789"))]
    made = client.post(RECORDS, files=files).json()
    folder = f"{made['collectionId']}/{made['id']}"
    eventually(lambda: sorted(bucket.names()) == sorted(f"{folder}/{name}" for name in (made["one"], *made["many"])))
    assert stored(server.data) == []
    url = f"/api/files/docs/{made['id']}"
    assert client.get(f"{url}/{made['one']}").content == large
    assert client.post("/api/settings/test/s3", json={"filesystem": "storage"}).status_code == 204
    part = client.get(f"{url}/{made['many'][1]}", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, b"234", "text/plain; charset=utf-8")
    several = client.get(f"{url}/{made['many'][1]}", headers={"range": "bytes=0-0,5-6"})
    assert several.status_code == 206
    assert b"Content-Range: bytes 5-6/10\r\n" in several.content
    head = client.head(f"{url}/{made['one']}")
    assert head.headers["content-length"] == str(len(large))
    assert (
        client.get(f"{url}/{made['one']}", headers={"if-modified-since": head.headers["last-modified"]}).status_code
        == 304
    )
    thumb = client.get(f"{url}/{made['many'][0]}", params={"thumb": "100x100"})
    image = pyvips.Image.new_from_buffer(thumb.content, "")
    assert (image.width, image.height) == (100, 100)
    eventually(lambda: f"{folder}/thumbs_{made['many'][0]}/100x100_{made['many'][0]}" in bucket.names())

    assert client.patch(f"{RECORDS}/{made['id']}", json={"title": "far too long for this"}).status_code == 400
    refused = client.patch(f"{RECORDS}/{made['id']}", data={"title": "far too long for this"},
                           files=[("one", ("new.txt", b"x"))])  # fmt: skip
    assert refused.status_code == 400
    assert client.patch(f"{RECORDS}/{made['id']}", json={"one": None}).status_code == 200
    eventually(lambda: not any(key.startswith(".uploads") or key.endswith(made["one"]) for key in bucket.names()))
    assert client.delete(f"{RECORDS}/{made['id']}").status_code == 204
    eventually(lambda: bucket.names() == [])


@pytest.mark.process
def test_a_bucket_that_is_away(on_s3: tuple[Running, httpx.Client, Bucket]) -> None:
    """Uploads are refused and other writes go on."""
    server, client, bucket = on_s3
    made = client.post(RECORDS, files=[("one", ("abc.txt", b"x"))]).json()
    s3 = {"bucket": "no-such-bucket"}
    assert client.patch("/api/settings", json={"s3": s3}).status_code == 200
    tried = client.post("/api/settings/test/s3", json={"filesystem": "storage"})
    assert tried.status_code == 400
    assert "NoSuchBucket" in tried.json()["message"]
    refused = client.post(RECORDS, files=[("one", ("new.txt", b"x"))])
    assert refused.status_code == 503, refused.text
    assert bucket.name not in refused.text
    assert client.get(f"/api/files/docs/{made['id']}/{made['one']}").status_code in (404, 503)
    started = time.perf_counter()
    assert client.post(RECORDS, json={"title": "x"}).status_code == 200
    assert time.perf_counter() - started < 2
    assert "secret" not in server.log.read_text()


SIZES = ("100x100", "50x50t", "50x50b", "50x60f", "0x30", "30x0", "400x0", "400x10f", "7x300", "33x33t", "33x33b",
         "1000x1000f", "100x30t", "100x30b", "20x80t", "20x80b", "1x1", "200x100f", "20x1000f")  # fmt: skip
FORMS = {"png": ".png", "jpg": ".jpg[Q=95]", "gif": ".gif", "webp": ".webp[lossless]"}


def gradient(width: int, height: int) -> Any:
    """Red grows to the right, green to the bottom: every cut of it looks different."""
    places: Any = pyvips.Image.xyz(width, height)
    red, green = places[0] * 255 / max(width - 1, 1), places[1] * 255 / max(height - 1, 1)
    return red.bandjoin([green, 90]).cast("uchar").copy(interpretation="srgb")


@pytest.mark.heavy
@pytest.mark.process
def test_thumbs_are_pocketbase_s(binary: str, tmp_path: Path) -> None:  # noqa: F811
    """The same images in all sizes and forms from both servers: as large, and cut at the same place."""
    fields = [{"name": "one", "type": "file", "thumbs": list(SIZES)}]
    body = {"name": "docs", "type": "base", **RULES, "fields": fields}
    images = {
        f"{width}x{height}.{name}": gradient(width, height).write_to_buffer(form)
        for width, height in ((300, 200), (200, 300), (40, 30), (400, 10), (101, 67), (1, 1))
        for name, form in FORMS.items()
    }
    answers: list[dict[tuple[str, str], Any]] = []
    with real_pocketbase(binary, tmp_path / "theirs") as url, running_server(tmp_path / "ours") as server:
        for base in (url, server.url):
            talk = Talk(base)
            talk.sign_in()
            assert talk.su("POST", "/api/collections", json=body).status_code == 200
            found: dict[tuple[str, str], Any] = {}
            for name, data in images.items():
                made = talk.client.post(RECORDS, files=[("one", (name, data))]).json()
                for size in SIZES:
                    answer = talk.client.get(f"/api/files/docs/{made['id']}/{made['one']}", params={"thumb": size})
                    image: Any = pyvips.Image.new_from_buffer(answer.content, "")
                    found[name, size] = (answer.headers["content-type"], image.width, image.height, image)
            answers.append(found)
            talk.close()
    theirs, ours = answers
    assert {key: item[:3] for key, item in ours.items()} == {key: item[:3] for key, item in theirs.items()}
    for (name, size), (_, width, height, image) in ours.items():
        if name.endswith(("png", "webp")) and min(width, height) > 5:
            apart = (theirs[name, size][3][0:2] - image[0:2]).abs().avg()
            assert apart < 4, f"{name} in {size}: {apart:.1f} apart"
