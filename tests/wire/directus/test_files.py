"""Files of the library: uploads, other bytes for a file, imports, deletion, and who may do what."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.stores import empty_store
from tests.web_site import Site, running
from tests.wire.directus.file_world import World, data, error, file_world, upload
from tests.wire.directus.pictures import picture

pytestmark = pytest.mark.process
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    limits = {"file_size_max_bytes": 3 * MEGABYTE, "file_types_allowed": "image/*,text/plain,application/pdf"}
    with file_world(tmp_path_factory.mktemp("data"), outbound_allowed_hosts="127.0.0.1/32", **limits) as made:
        yield made


# --- uploads


def test_an_upload_is_a_row_with_facts(world: World) -> None:
    row = upload(world.admin, "my_red-picture.png", picture(40, 20))
    assert (row["width"], row["height"], row["filesize"]) == (40, 20, len(picture(40, 20)))
    assert row["title"] == "My Red Picture"
    assert row["filename_download"] == "my_red-picture.png"
    assert row["filename_disk"] == f"{row['id']}.png"
    assert (row["storage"], row["type"], row["metadata"]) == ("local", "image/png", {})
    assert row["uploaded_on"] == row["modified_on"]
    assert row["modified_by"] is None
    assert row["uploaded_by"] == data(world.admin.get("/users/me"))["id"]
    assert f"directus_files/{row['id']}/{row['filename_disk']}" in world.stored()


def test_fields_before_each_part_are_its_own(world: World) -> None:
    folder = data(world.admin.post("/folders", json={"name": "letters"}))["id"]
    parts = [
        ("title", (None, "First")),
        ("folder", (None, folder)),
        ("tags", (None, '["a","b"]')),
        ("file", ("a.txt", b"aaa", "text/plain")),
        ("description", (None, "null")),
        ("file", ("b.txt", b"bbbb", "text/plain")),
    ]
    rows = {row["filename_download"]: row for row in data(world.admin.post("/files", files=parts))}
    assert (rows["a.txt"]["title"], rows["a.txt"]["folder"], rows["a.txt"]["tags"]) == ("First", folder, ["a", "b"])
    assert (rows["b.txt"]["title"], rows["b.txt"]["folder"], rows["b.txt"]["description"]) == ("B", None, None)
    assert rows["b.txt"]["filesize"] == 4


def test_a_file_may_bring_its_id(world: World) -> None:
    key = str(uuid.uuid4())
    assert upload(world.admin, "a.png", picture(4, 4), id=key)["id"] == key
    again = world.admin.post("/files", data={"id": key}, files={"file": ("b.png", picture(8, 8), "image/png")})
    error(again, 400, "RECORD_NOT_UNIQUE")
    assert world.admin.get(f"/assets/{key}").content == picture(4, 4)


def test_what_is_no_upload(world: World) -> None:
    before = world.stored()
    form = {"content-type": "multipart/form-data; boundary=x"}
    empty = world.admin.post("/files", content=b"--x--\r\n", headers=form)
    assert error(empty, 400, "INVALID_PAYLOAD")["extensions"]["reason"] == "No files were included in the body"
    without_type = world.admin.post("/files", json={"title": "x", "filename_download": "x"})
    assert error(without_type, 400, "INVALID_PAYLOAD")["extensions"]["reason"] == '"type" is required'
    large = {"file": ("a.txt", b"x" * (3 * MEGABYTE + 1), "text/plain")}
    error(world.admin.post("/files", files=large), 413, "CONTENT_TOO_LARGE")
    page = {"file": ("a.html", b"<html>", "text/html")}
    found = error(world.admin.post("/files", files=page), 400, "INVALID_PAYLOAD")
    assert found["extensions"]["reason"] == "File is of invalid content type"
    assert world.stored() == before
    assert world.unfinished() == []


def test_rows_without_bytes(world: World) -> None:
    body = {"type": "video/mp4", "filename_download": "film.mp4", "embed": "https://example.com/film"}
    row = data(world.admin.post("/files", json={**body, "filename_disk": "../../secret", "storage": "elsewhere"}))
    assert (row["filename_disk"], row["storage"], row["filesize"]) == (None, "local", None)
    error(world.admin.get(f"/assets/{row['id']}"), 403, "FORBIDDEN")


def test_no_row_can_point_at_the_file_of_another(world: World) -> None:
    mine = upload(world.admin, "mine.png", picture(4, 4))
    other = upload(world.admin, "other.png", picture(8, 8))
    patch = {"filename_disk": other["filename_disk"], "storage": "s3", "title": "changed"}
    row = data(world.admin.patch(f"/files/{mine['id']}", json=patch))
    assert (row["filename_disk"], row["storage"], row["title"]) == (mine["filename_disk"], "local", "changed")
    files = {"file": ("x.png", picture(6, 6), "image/png")}
    data(world.admin.patch(f"/files/{mine['id']}", data={"filename_disk": other["filename_disk"]}, files=files))
    assert world.admin.get(f"/assets/{other['id']}").content == picture(8, 8)
    assert world.admin.get(f"/assets/{mine['id']}").content == picture(6, 6)


def test_names_cannot_lead_anywhere(world: World) -> None:
    row = upload(world.admin, "../../../etc/passwd\x01.p/../ng", picture(4, 4))
    assert row["filename_download"] == "ng"
    assert all(path.startswith("directus_files/") for path in world.stored())


# --- other bytes


def test_other_bytes_for_a_file(world: World) -> None:
    row = upload(world.admin, "red.png", picture(40, 20), title="Mine", folder="")
    assert world.admin.get(f"/assets/{row['id']}?width=10").status_code == 200
    files = {"file": ("blue.jpg", picture(60, 30, ".jpg"), "image/jpeg")}
    changed = data(world.admin.patch(f"/files/{row['id']}", files=files))
    assert (changed["id"], changed["title"], changed["filename_download"]) == (row["id"], "Mine", "blue.jpg")
    assert (changed["width"], changed["height"], changed["type"]) == (60, 30, "image/jpeg")
    assert changed["modified_by"] == row["uploaded_by"]
    kept = {path for path in world.stored() if row["id"] in path}
    assert kept == {f"directus_files/{row['id']}/{changed['filename_disk']}"}
    assert world.admin.get(f"/assets/{row['id']}").content == picture(60, 30, ".jpg")


def test_deletion_takes_the_bytes_along(world: World) -> None:
    rows = [upload(world.admin, f"{number}.png", picture(40, 20)) for number in range(3)]
    for row in rows:
        assert world.admin.get(f"/assets/{row['id']}?width=11").status_code == 200
    assert world.admin.delete(f"/files/{rows[0]['id']}").status_code == 204
    assert world.admin.request("DELETE", "/files", json=[row["id"] for row in rows[1:]]).status_code == 204
    left = world.stored()
    assert not any(row["id"] in path for row in rows for path in left)


def test_files_deleted_through_items(world: World) -> None:
    """A junction that names files: deleted from the item's side, and by the database's own cascade."""
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}
    image = {"field": "image", "type": "uuid", "schema": {}, "meta": {"special": ["file"]}}
    data(
        world.admin.post("/collections", json={"collection": "cards", "schema": {}, "meta": {}, "fields": [key, image]})
    )
    relation = {"collection": "cards", "field": "image", "related_collection": "directus_files"}
    data(world.admin.post("/relations", json={**relation, "schema": {"on_delete": "SET NULL"}}))
    row = upload(world.admin, "card.png", picture(4, 4))
    card = data(world.admin.post("/items/cards", json={"image": row["id"]}))
    shown = data(world.admin.get(f"/items/cards/{card['id']}?fields=image.title,image.width"))
    assert shown == {"image": {"title": "Card", "width": 4}}
    nested = data(
        world.admin.patch(
            f"/items/cards/{card['id']}?fields=image.title",
            json={"image": {"id": row["id"], "title": "New", "filename_disk": "x"}},
        )
    )
    assert nested == {"image": {"title": "New"}}
    assert world.admin.get(f"/assets/{row['id']}").content == picture(4, 4)
    assert world.admin.delete(f"/files/{row['id']}").status_code == 204
    assert data(world.admin.get(f"/items/cards/{card['id']}"))["image"] is None
    assert not any(row["id"] in path for path in world.stored())


def test_a_refused_write_leaves_no_bytes(world: World) -> None:
    before = world.stored()
    missing = str(uuid.uuid4())
    answer = world.admin.post("/files", data={"folder": missing}, files={"file": ("a.png", picture(4, 4), "image/png")})
    assert answer.status_code == 400, answer.text
    assert world.stored() == before
    assert world.unfinished() == []


# --- who may


def test_uploads_need_the_right(world: World) -> None:
    before = world.stored()
    files = {"file": ("a.png", picture(4, 4), "image/png")}
    for client in (world.editor, world.guest):
        error(client.post("/files", files=files), 403, "FORBIDDEN")
        error(client.post("/files/import", json={"url": "http://127.0.0.1:1/"}), 403, "FORBIDDEN")
    assert world.stored() == before
    with world.granted("create", fields=["title", "folder"]), world.granted("read"):
        row = upload(world.editor, "a.png", picture(4, 4), title="Mine")
        assert (row["title"], row["width"], row["uploaded_by"]) == ("Mine", 4, world.editor_id)
        refused = world.editor.post("/files", data={"description": "x"}, files=files)
        error(refused, 403, "FORBIDDEN")


def test_other_bytes_need_the_right_to_that_file(world: World) -> None:
    theirs = upload(world.admin, "theirs.png", picture(8, 8))
    files = {"file": ("a.png", picture(4, 4), "image/png")}
    own = {"uploaded_by": {"_eq": "$CURRENT_USER"}}
    with world.granted("create"), world.granted("read", "update", permissions=own):
        mine = upload(world.editor, "mine.png", picture(6, 6))
        error(world.editor.patch(f"/files/{theirs['id']}", files=files), 403, "FORBIDDEN")
        error(world.guest.patch(f"/files/{theirs['id']}", files=files), 403, "FORBIDDEN")
        assert data(world.editor.patch(f"/files/{mine['id']}", files=files))["width"] == 4
    assert world.admin.get(f"/assets/{theirs['id']}").content == picture(8, 8)
    assert data(world.admin.get(f"/files/{theirs['id']}"))["modified_by"] is None


def test_other_bytes_need_the_right_to_the_fields_that_they_change(world: World) -> None:
    row = upload(world.admin, "a.png", picture(8, 8))
    files = {"file": ("b.png", picture(4, 4), "image/png")}
    with world.granted("read"), world.granted("update", fields=["title"]):
        assert data(world.editor.patch(f"/files/{row['id']}", json={"title": "mine"}))["title"] == "mine"
        error(world.editor.patch(f"/files/{row['id']}", files=files), 403, "FORBIDDEN")
        assert world.admin.get(f"/assets/{row['id']}").content == picture(8, 8)
    with world.granted("read"), world.granted("update", fields=["filename_download", "type"]):
        assert data(world.editor.patch(f"/files/{row['id']}", files=files))["width"] == 4


def test_presets_win_over_defaults(world: World) -> None:
    folder = data(world.admin.post("/folders", json={"name": "preset"}))["id"]
    presets = {"folder": folder, "title": "Preset", "filesize": 7}
    with world.granted("create", presets=presets), world.granted("read"):
        row = upload(world.editor, "a.txt", b"abc", "text/plain")
        assert (row["folder"], row["title"], row["filesize"]) == (folder, "Preset", 3)
        assert upload(world.editor, "a.txt", b"abc", "text/plain", title="Mine")["title"] == "Mine"


def test_types_that_are_not_taken_later_either(world: World) -> None:
    row = upload(world.admin, "a.txt", b"abc", "text/plain")
    error(world.admin.patch(f"/files/{row['id']}", json={"type": "text/html"}), 400, "INVALID_PAYLOAD")
    assert data(world.admin.patch(f"/files/{row['id']}", json={"type": "image/png"}))["type"] == "image/png"


def test_cut_uploads_leave_nothing(world: World) -> None:
    before = (world.stored(), len(data(world.admin.get("/files?limit=-1&fields=id"))))
    parts = urlsplit(world.server.url)
    head = (
        f"POST /files HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {world.admin.headers['authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    )
    for _ in range(3):
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
            connection.sendall(head.encode() + b"a" * 1_000_000)
            time.sleep(0.2)
    deadline = time.monotonic() + 5
    while world.unfinished() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert world.unfinished() == []
    assert (world.stored(), len(data(world.admin.get("/files?limit=-1&fields=id")))) == before


def test_folders_of_flows(world: World) -> None:
    with world.granted("create", "update", "read", collection="directus_folders"):
        folder = data(world.editor.post("/folders", json={"name": "mine"}))
        assert folder["type"] == "files"
        refused = error(world.editor.post("/folders", json={"name": "f", "type": "flows"}), 403, "FORBIDDEN")
        assert refused["message"] == "Cannot create a flows folder"
        refused = error(world.editor.patch(f"/folders/{folder['id']}", json={"type": "flows"}), 403, "FORBIDDEN")
        assert refused["message"] == "Cannot change a folder into a flows folder"
        hidden = data(world.admin.post("/folders", json={"name": "flows", "type": "flows"}))["id"]
        assert {row["type"] for row in data(world.editor.get("/folders"))} == {"files"}
        error(world.editor.get(f"/folders/{hidden}"), 403, "FORBIDDEN")
        error(world.editor.patch(f"/folders/{hidden}", json={"name": "mine"}), 403, "FORBIDDEN")
        assert hidden in {row["id"] for row in data(world.admin.get("/folders"))}


def test_the_folder_of_new_files(world: World) -> None:
    folder = data(world.admin.post("/folders", json={"name": "new"}))["id"]
    data(world.admin.patch("/settings", json={"storage_default_folder": folder}))
    try:
        assert upload(world.admin, "a.txt", b"a", "text/plain")["folder"] == folder
        assert upload(world.admin, "a.txt", b"a", "text/plain", folder="null")["folder"] is None
        with world.granted("create", fields=["title"]), world.granted("read"):
            assert upload(world.editor, "a.txt", b"a", "text/plain")["folder"] == folder
        query = {"query": {"filter": {"folder": folder}}}
        assert world.admin.request("DELETE", "/files", json=query).status_code == 204
        assert world.admin.delete(f"/folders/{folder}").status_code == 204
        assert upload(world.admin, "a.txt", b"a", "text/plain")["folder"] is None
    finally:
        data(world.admin.patch("/settings", json={"storage_default_folder": None}))


# --- imports


@contextmanager
def site(pages: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[Site]:
    """A web site that runs beside the test."""
    made, loop, ready, done = Site(pages), asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with running(made):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)


def test_imports(world: World) -> None:
    png = picture(40, 20)
    pages: dict[str, tuple[int, dict[str, str], bytes]] = {
        "/pictures/a%20red.png": (200, {"content-type": "image/png"}, png),
        "/moved": (302, {"location": "/pictures/a%20red.png"}, b""),
        "/metadata": (302, {"location": "http://169.254.169.254/latest"}, b""),
        "/large": (200, {"content-type": "text/plain"}, b"x" * (3 * MEGABYTE + 1)),
        "/page": (200, {"content-type": "text/html"}, b"<html>"),
    }
    before = world.stored()
    with site(pages) as found:
        base = f"http://127.0.0.1:{found.port}"
        row = data(world.admin.post("/files/import", json={"url": f"{base}/moved", "data": {"title": "Red"}}))
        assert (row["title"], row["filename_download"], row["width"], row["type"]) == (
            "Red",
            "a red.png",
            40,
            "image/png",
        )
        assert world.admin.get(f"/assets/{row['id']}").content == png
        for path in ("/metadata", "/missing"):
            url = base + path
            refused = error(world.admin.post("/files/import", json={"url": url}), 503, "SERVICE_UNAVAILABLE")
            reason = f'Couldn\'t fetch file from URL "{url}"'
            assert refused["message"] == f'Service "external-file" is unavailable. {reason}.'
            assert refused["extensions"] == {
                "service": "external-file",
                "reason": reason,
                "code": "SERVICE_UNAVAILABLE",
            }
        error(world.admin.post("/files/import", json={"url": f"{base}/large"}), 413, "CONTENT_TOO_LARGE")
        error(world.admin.post("/files/import", json={"url": f"{base}/page"}), 400, "INVALID_PAYLOAD")
    assert len(world.stored() - before) == 1
    assert world.unfinished() == []


@pytest.mark.parametrize(
    "url",
    [
        "nope",
        "ftp://example.com/a",
        "http://[::1]:1/",
        "http://0.0.0.0/",
        "http://169.254.169.254/",
        "http://user@10.0.0.1/",
    ],
)
def test_addresses_that_are_not_called(world: World, url: str) -> None:
    error(world.admin.post("/files/import", json={"url": url}), 503, "SERVICE_UNAVAILABLE")


def test_bodies_of_imports(world: World) -> None:
    missing = error(world.admin.post("/files/import", json={}), 400, "INVALID_PAYLOAD")
    assert missing["extensions"]["reason"] == '"url" is required'
    error(world.admin.post("/files/import", json={"url": "http://example.com", "data": []}), 400, "INVALID_PAYLOAD")


# --- what pictures say of themselves


def test_what_a_camera_wrote(world: World) -> None:
    import pyvips

    image = pyvips.Image.new_from_buffer(picture(40, 20, ".jpg"), "").copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Make", "Tester")
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd2-FNumber", "28/10")
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd3-GPSLatitude", "1/1 2/1 3/1")

    def entry(number: int, text: bytes) -> bytes:
        return b"\x1c\x02" + bytes([number]) + len(text).to_bytes(2, "big") + text

    iptc = entry(105, b"Headline") + entry(120, b"What it shows") + entry(25, b"sea") + entry(25, b"sun")
    wrapped = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(iptc).to_bytes(4, "big") + iptc
    image.set_type(pyvips.GValue.blob_type, "iptc-data", wrapped)
    row = upload(world.admin, "camera.jpg", image.write_to_buffer(".jpg"), "image/jpeg")
    assert (row["width"], row["height"]) == (20, 40), "as it is shown, turned"
    assert row["metadata"] == {"ifd0": {"Make": "Tester"}, "exif": {"FNumber": 2.8}}
    assert (row["title"], row["description"], row["tags"]) == ("Headline", "What it shows", ["sea", "sun"])
    named = upload(world.admin, "camera.jpg", image.write_to_buffer(".jpg"), "image/jpeg", title="Mine")
    assert named["title"] == "Mine"
    kept = everything_of(image)
    assert set(kept) == {"ifd0", "exif", "gps", "iptc", "icc"}
    assert kept["gps"]["GPSLatitude"] == [1.0, 2.0, 3.0]
    assert kept["iptc"] == {"headline": "Headline", "caption": "What it shows", "keywords": ["sea", "sun"]}
    assert kept["icc"]["colorSpace"] == "RGB"


def everything_of(image: Any) -> dict[str, Any]:
    """What a server that keeps all metadata would keep of an image with a colour profile."""
    from satchel.files.image_facts import image_facts
    from satchel.files.image_metadata import Wanted

    profiled = image.icc_transform("srgb", embedded=False, input_profile="srgb")
    facts = image_facts(profiled.write_to_buffer(".jpg"), "image/jpeg", Wanted(["*"]))
    assert facts is not None
    some = image_facts(profiled.write_to_buffer(".jpg"), "image/jpeg", Wanted(["gps.*", "iptc.caption"]))
    assert some is not None
    assert {group: list(entries) for group, entries in some.metadata.items()} == {
        "gps": list(facts.metadata["gps"]),
        "iptc": ["caption"],
    }
    return dict(facts.metadata)


def test_broken_pictures_are_files_too(world: World) -> None:
    row = upload(world.admin, "broken.png", b"\x89PNG\r\n\x1a\nnothing")
    assert (row["width"], row["metadata"]) == (None, None)
    found = error(world.admin.get(f"/assets/{row['id']}?width=5"), 400, "ILLEGAL_ASSET_TRANSFORMATION")
    assert found["extensions"]["reason"] == "The image can't be read"
    assert world.admin.get(f"/assets/{row['id']}").status_code == 200


# --- on other databases


@pytest.mark.dialects
@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_the_library_in_a_server_database(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("data")
    with empty_store(kind) as url, file_world(folder, database_url=url, store_url=url) as world:
        row = upload(world.admin, "red.png", picture(40, 20), tags=json.dumps(["a"]))
        assert (row["width"], int(row["filesize"]), row["tags"]) == (40, len(picture(40, 20)), ["a"])
        files = {"file": ("blue.png", picture(60, 30), "image/png")}
        assert data(world.admin.patch(f"/files/{row['id']}", files=files))["width"] == 60
        answer = world.admin.get(f"/assets/{row['id']}?width=30&height=30")
        assert answer.status_code == 200
        assert world.admin.delete(f"/files/{row['id']}").status_code == 204
        assert world.stored() == set()
