"""Assets: headers, ranges, transformations and their limits, presets, archives, and who may see what."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import eventually
from tests.wire.directus.file_world import PUBLIC, World, data, error, file_world, upload
from tests.wire.directus.pictures import animation, colour_at, frames_of, noise, opened, picture

pytestmark = pytest.mark.process
RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    site = folder / "site"
    (site / "assets" / "js").mkdir(parents=True)
    (site / "assets" / "app.css").write_text("body {}")
    (site / "assets" / "js" / "app.js").write_text("1")
    (site / "index.html").write_text("<p>home")
    with file_world(
        folder / "data",
        public_dir=str(site),
        image_pixels_max=2_000_000,
        asset_waiting_max=3,
        asset_versions_max=20,
        archive_files_max=20,
    ) as made:
        yield made


@pytest.fixture(scope="module")
def red_blue(world: World) -> dict[str, Any]:
    """A picture of 60 by 30, red on the left, blue on the right."""
    return upload(world.admin, "red blue.png", picture(60, 30))


def shown(world: World, row: dict[str, Any], **query: str | int) -> httpx.Response:
    answer = world.admin.get(f"/assets/{row['id']}", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def size_of(content: bytes) -> tuple[int, int]:
    image = opened(content)
    return image.width, image.height


def size(answer: httpx.Response) -> tuple[int, int]:
    return size_of(answer.content)


def versions_of(world: World, row: dict[str, Any]) -> list[str]:
    return [path for path in world.stored() if row["id"] in path and "thumbs_" in path]


# --- headers


def test_headers(world: World, red_blue: dict[str, Any]) -> None:
    answer = shown(world, red_blue)
    seconds = answer.headers["etag"].strip('"')
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="red blue.png"'
    assert answer.headers["cache-control"] == "private, max-age=2592000"
    assert answer.headers["vary"] == "Origin, Cache-Control"
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get_list("cache-control") == ["private, max-age=2592000"]
    assert seconds.isdigit()
    head = world.admin.head(f"/assets/{red_blue['id']}")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(answer.content)), b"")


def test_names(world: World, red_blue: dict[str, Any]) -> None:
    key = red_blue["id"]
    assert world.admin.get(f"/assets/{key}/nice.png").headers["content-disposition"] == 'inline; filename="nice.png"'
    attached = world.admin.get(f"/assets/{key}?download").headers["content-disposition"]
    assert attached == 'attachment; filename="red blue.png"'
    assert world.admin.get(f"/assets/{key}.png").status_code == 200
    assert world.admin.get(f"/assets/{key.upper()}").status_code == 200
    odd = upload(world.admin, 'grün "x".png', picture(4, 4))
    disposition = world.admin.get(f"/assets/{odd['id']}").headers["content-disposition"]
    assert disposition == 'inline; filename="gr?n \\"x\\".png"; filename*=UTF-8\'\'gr%C3%BCn%20%22x%22.png'


def test_tags_and_dates(world: World, red_blue: dict[str, Any]) -> None:
    path = f"/assets/{red_blue['id']}"
    answer = world.admin.get(path)
    tag, date = answer.headers["etag"], answer.headers["last-modified"]
    known = world.admin.get(path, headers={"If-None-Match": tag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert world.admin.get(path, headers={"If-Modified-Since": date}).status_code == 304
    assert world.admin.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    small = world.admin.get(f"{path}?width=10", headers={"If-None-Match": tag})
    assert small.status_code == 200
    assert world.admin.get(f"{path}?width=10", headers={"If-None-Match": small.headers["etag"]}).status_code == 304
    # other bytes within the same second
    row = upload(world.admin, "a.png", picture(4, 4))
    first = world.admin.get(f"/assets/{row['id']}").headers["etag"]
    files = {"file": ("a.png", picture(6, 6), "image/png")}
    data(world.admin.patch(f"/files/{row['id']}", files=files))
    assert world.admin.get(f"/assets/{row['id']}", headers={"If-None-Match": first}).content == picture(6, 6)


def test_ranges(world: World, red_blue: dict[str, Any]) -> None:
    path = f"/assets/{red_blue['id']}"
    whole = world.admin.get(path).content
    piece = world.admin.get(path, headers={"Range": "bytes=2-9"})
    assert (piece.status_code, piece.content) == (206, whole[2:10])
    assert piece.headers["content-range"] == f"bytes 2-9/{len(whole)}"
    assert world.admin.get(path, headers={"Range": "bytes=-5"}).content == whole[-5:]
    for header in ("bad", "bytes=9-2", "chapters=1-2"):
        assert world.admin.get(path, headers={"Range": header}).content == whole
    past = error(world.admin.get(path, headers={"Range": "bytes=999999-"}), 416, "RANGE_NOT_SATISFIABLE")
    assert past["extensions"]["range"] == {"start": 999999}
    text = "Range \"999999-\" is invalid or the file's size doesn't match the requested range."
    assert past["message"] == text
    assert world.admin.get(f"{path}?width=10", headers={"Range": "bytes=0-1"}).status_code == 200
    stale = {"Range": "bytes=0-1", "If-Range": '"older"'}
    assert world.admin.get(path, headers=stale).content == whole


# --- transformations


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"width": 30}, (30, 15)),
        ({"height": 10}, (20, 10)),
        ({"width": 10, "height": 10}, (10, 10)),
        ({"width": 10, "height": 20, "fit": "contain"}, (10, 20)),
        ({"width": 10, "height": 20, "fit": "inside"}, (10, 5)),
        ({"width": 10, "height": 20, "fit": "outside"}, (40, 20)),
        ({"width": 120}, (120, 60)),
        ({"width": 500, "withoutEnlargement": "true"}, (60, 30)),
        ({"width": 40, "height": 500, "withoutEnlargement": "true"}, (40, 30)),
        ({"fit": "zzz"}, (60, 30)),
        ({"nope": 1}, (60, 30)),
        ({"transforms": '[["rotate",90]]'}, (30, 60)),
        ({"transforms": '[["rotate",90]]', "width": 15}, (15, 30)),
        ({"transforms": '[["extract",{"left":0,"top":0,"width":10,"height":8}]]'}, (10, 8)),
        ({"transforms": '[["extend",5],["flip"]]'}, (70, 40)),
        ({"transforms": '[["resize",20]]'}, (20, 10)),
        ({"key": "system-small-cover"}, (64, 64)),
        ({"key": "system-small-contain"}, (64, 32)),
    ],
)
def test_sizes(world: World, red_blue: dict[str, Any], query: dict[str, Any], expected: tuple[int, int]) -> None:
    assert size(shown(world, red_blue, **query)) == expected


def test_cuts(world: World, red_blue: dict[str, Any]) -> None:
    middle = shown(world, red_blue, width=30, height=30).content
    assert (colour_at(middle, 2, 15), colour_at(middle, 27, 15)) == (RED, BLUE)
    asked = shown(world, red_blue, width=30, height=30, focal_point_x=5, focal_point_y=5).content
    assert (colour_at(asked, 2, 15), colour_at(asked, 27, 15)) == (RED, RED)
    focal = data(world.admin.patch(f"/files/{red_blue['id']}", json={"focal_point_x": 55, "focal_point_y": 10}))
    assert focal["focal_point_x"] == 55
    stored = shown(world, red_blue, width=30, height=30).content
    assert colour_at(stored, 2, 15) == BLUE
    data(world.admin.patch(f"/files/{red_blue['id']}", json={"focal_point_x": None, "focal_point_y": None}))
    contained = shown(world, red_blue, width=30, height=30, fit="contain").content
    assert colour_at(contained, 2, 1) == (0, 0, 0)


def test_operations(world: World, red_blue: dict[str, Any]) -> None:
    def after(*operations: Any) -> bytes:
        return shown(world, red_blue, transforms=json.dumps(operations)).content

    assert colour_at(after(["flop"]), 2, 2) == BLUE
    assert colour_at(after(["negate"]), 2, 2) == (0, 255, 255)
    assert len(colour_at(after(["greyscale"]), 2, 2)) == 1
    assert colour_at(after(["tint", "#00ff00"]), 2, 2)[1] > 0
    assert colour_at(after(["ensureAlpha", 0.5]), 2, 2) == (255, 0, 0, 127)
    assert after(["blur", 5]) != after(["blur", 6])


def test_formats(world: World, red_blue: dict[str, Any]) -> None:
    for name, kind in {
        "jpg": "jpeg",
        "jpeg": "jpeg",
        "png": "png",
        "webp": "webp",
        "avif": "avif",
        "tiff": "tiff",
    }.items():
        answer = shown(world, red_blue, format=name)
        assert answer.headers["content-type"] == f"image/{kind}"
        assert size(answer) == (60, 30)
    photo = upload(world.admin, "noise.jpg", noise(100, 100), "image/jpeg")
    assert len(shown(world, photo, quality=10).content) < len(shown(world, photo, quality=90).content)


def test_formats_that_browsers_know(world: World, red_blue: dict[str, Any]) -> None:
    def format_for(row: dict[str, Any], accept: str) -> str:
        answer = world.admin.get(f"/assets/{row['id']}?format=auto", headers={"Accept": accept})
        assert answer.headers["vary"] == "Origin, Cache-Control, Accept"
        return answer.headers["content-type"]

    assert format_for(red_blue, "image/avif,image/webp,*/*") == "image/avif"
    assert format_for(red_blue, "image/webp,*/*") == "image/webp"
    assert format_for(red_blue, "*/*") == "image/png"
    solid = upload(world.admin, "solid.webp", picture(8, 8, ".webp"), "image/webp")
    clear = upload(world.admin, "clear.webp", picture(8, 8, ".webp", alpha=128), "image/webp")
    assert (format_for(solid, "*/*"), format_for(clear, "*/*")) == ("image/jpeg", "image/png")


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_animations_stay_animations(world: World, kind: str) -> None:
    row = upload(world.admin, f"a.{kind}", animation(60, 30, f".{kind}"), f"image/{kind}")

    def frames(**query: str | int) -> list[tuple[int, int]]:
        answer = shown(world, row, **query)
        made = frames_of(answer.content)
        rights = [tuple(round(value) for value in frame.getpoint(frame.width - 3, 2)[:3]) for frame in made]
        lefts = [tuple(round(value) for value in frame.getpoint(2, 2)[:3]) for frame in made]
        assert all(close(found, RED) for found in lefts)
        assert all(map(close, rights, ((0, 255, 0), BLUE, (255, 255, 255))))
        return [(frame.width, frame.height) for frame in made]

    def close(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
        return all(abs(one - other) < 20 for one, other in zip(found, wanted, strict=True))

    assert frames(width=30) == [(30, 15)] * 3
    assert frames(width=20, height=20) == [(20, 20)] * 3
    assert frames(width=40, height=40, fit="fill", transforms='[["flip"]]') == [(40, 40)] * 3
    assert frames(transforms='[["rotate",180],["flop"]]', format="webp") == [(60, 30)] * 3
    still = shown(world, row, width=30, format="jpeg")
    assert (still.headers["content-type"], size(still)) == ("image/jpeg", (30, 15))
    both = world.admin.get(f"/assets/{row['id']}?key=system-small-cover", headers={"Accept": "image/avif,image/webp"})
    assert both.headers["content-type"] == "image/webp"
    assert len(frames_of(both.content)) == 3


def test_frames_count_as_pixels(world: World) -> None:
    row = upload(world.admin, "large.gif", animation(900, 800, ".gif"), "image/gif")
    # too much work to keep it moving
    still = shown(world, row, width=30)
    assert (still.headers["content-type"], size(still)) == ("image/gif", (30, 27))
    assert opened(still.content).get("n-pages") == 1
    assert len(frames_of(shown(world, row).content)) == 3
    small = upload(world.admin, "small.gif", animation(300, 300, ".gif"), "image/gif")
    larger = world.admin.get(f"/assets/{small['id']}?width=1000&height=1000")
    error(larger, 400, "ILLEGAL_ASSET_TRANSFORMATION")
    trimmed = world.admin.get(f"/assets/{small['id']}", params={"transforms": '[["trim"]]'})
    assert (trimmed.status_code, frames_of(trimmed.content)[0].width) == (200, 150)


def test_what_is_passed_through(world: World) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    drawing = upload(world.admin, "a.svg", svg, "image/svg+xml")
    answer = shown(world, drawing, width=10, format="webp")
    assert (answer.content, answer.headers["content-type"]) == (svg, "image/svg+xml")
    assert "sandbox" in answer.headers["content-security-policy"]
    note = upload(world.admin, "a.txt", b"abc", "text/plain")
    assert shown(world, note, key="system-small-cover").content == b"abc"
    page = upload(world.admin, "a.html", b"<script>alert(1)</script>", "text/html")
    assert "sandbox" in shown(world, page).headers["content-security-policy"]


def test_types_cannot_hold_headers(world: World) -> None:
    row = upload(world.admin, "a.txt", b"abc", "text/plain")
    for kind in ("text/plain\r\nX-Evil: 1", "nonsense", "text/plain\nX-Evil: 1", "ü/x"):
        data(world.admin.patch(f"/files/{row['id']}", json={"type": kind}))
        answer = world.admin.get(f"/assets/{row['id']}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "x-evil" not in answer.headers
    evil = {"filename_download": 'a"\r\nX-Evil: 1\r\n.txt'}
    data(world.admin.patch(f"/files/{row['id']}", json=evil))
    answer = world.admin.get(f"/assets/{row['id']}")
    assert "x-evil" not in answer.headers
    assert answer.headers["content-disposition"].startswith('inline; filename="a\\"??X-Evil: 1??.txt"; filename*=')
    assert "x-evil" not in world.admin.get(f"/assets/{row['id']}/a%0d%0aX-Evil:%201").headers


def reason(answer: httpx.Response) -> str:
    return error(answer, 400, "INVALID_QUERY")["extensions"]["reason"]


def test_what_is_refused(world: World, red_blue: dict[str, Any]) -> None:
    def get(**query: Any) -> httpx.Response:
        return world.admin.get(f"/assets/{red_blue['id']}", params=query)

    expected = "Expected positive integer between 1 and 100000000 for width but received"
    assert reason(get(width="abc")) == f"{expected} NaN of type number"
    assert reason(get(width="-5")) == f"{expected} -5 of type number"
    assert reason(get(width="1.5")) == f"{expected} 1.5 of type number"
    assert "between 1 and 100" in reason(get(quality="101"))
    assert reason(get(key="nope")) == 'Key "nope" isn\'t configured'
    listed = '"transforms" Parameter'
    assert reason(get(transforms="bad")) == f"{listed} needs to be a JSON array of allowed transformations"
    assert reason(get(transforms='[["nope"]]')) == f'{listed} does not allow "nope" as a transformation'
    for bad in ('[["toFile","/tmp/x"]]', '[["composite",[]]]', '[["__proto__"]]', '[["constructor"]]', '["metadata"]'):
        assert "does not allow" in reason(get(transforms=bad))
    assert "6" not in reason(get(transforms=json.dumps([["flip"]] * 6)))
    assert "wrong argument" in reason(get(transforms='[["blur",1e9]]'))
    assert "wrong argument" in reason(get(transforms='[["extend",1000000]]'))
    too_large = error(get(width=99999), 400, "ILLEGAL_ASSET_TRANSFORMATION")
    assert too_large["message"] == "Illegal asset transformation."
    assert too_large["extensions"]["invalidTransformations"] == ["width", "height"]
    error(get(width=3000, height=3000), 400, "ILLEGAL_ASSET_TRANSFORMATION")  # more pixels than are allowed
    outside = '[["extract",{"left":50,"top":0,"width":50,"height":8}]]'
    error(get(transforms=outside), 400, "ILLEGAL_ASSET_TRANSFORMATION")


def test_images_of_too_many_pixels(world: World) -> None:
    bomb = upload(world.admin, "bomb.png", picture(2000, 1500))
    assert (bomb["width"], bomb["height"]) == (2000, 1500)
    error(world.admin.get(f"/assets/{bomb['id']}?width=10"), 400, "ILLEGAL_ASSET_TRANSFORMATION")
    assert world.admin.get(f"/assets/{bomb['id']}").status_code == 200


def test_presets(world: World, red_blue: dict[str, Any]) -> None:
    thumb = {"key": "thumb", "fit": "cover", "width": 8, "height": 8, "quality": 80, "withoutEnlargement": True}
    odd = {"key": "odd", "width": 20, "transforms": [["rotate", 90]]}
    presets = [{**thumb, "format": "auto", "transforms": None}, odd, {"key": "broken", "width": "x"}]
    settings = {"storage_asset_transform": "presets", "storage_asset_presets": presets}
    path = f"/assets/{red_blue['id']}"
    data(world.admin.patch("/settings", json=settings))
    try:
        small = world.admin.get(f"{path}?key=thumb")
        assert (size(small), small.headers["vary"]) == ((8, 8), "Origin, Cache-Control, Accept")
        assert size(world.admin.get(f"{path}?key=odd")) == (20, 40)
        assert world.admin.get(path).status_code == 200
        assert world.admin.get(f"{path}?download").status_code == 200
        only = "Only configured presets can be used in asset generation"
        for query in ("width=10", "key=thumb&width=3", "key=nope", "key=broken"):
            assert reason(world.admin.get(f"{path}?{query}")) == only
        data(world.admin.patch("/settings", json={"storage_asset_transform": "none"}))
        disabled = "Dynamic asset generation has been disabled for this project"
        for query in ("width=10", "key=thumb"):
            assert reason(world.admin.get(f"{path}?{query}")) == disabled
        assert world.admin.get(f"{path}?key=system-small-cover").status_code == 200
    finally:
        data(world.admin.patch("/settings", json={"storage_asset_transform": "all", "storage_asset_presets": None}))


def test_made_once_and_dropped_with_the_file(world: World) -> None:
    row = upload(world.admin, "noise.jpg", noise(900, 900), "image/jpeg")
    token = world.admin.headers["authorization"]

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=world.server.url, headers={"authorization": token}, timeout=60) as client:
            return await asyncio.gather(*(client.get(f"/assets/{row['id']}?width=444&format=webp") for _ in range(20)))

    answers = asyncio.run(ask())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    eventually(lambda: len(versions_of(world, row)) == 1)
    assert world.admin.delete(f"/files/{row['id']}").status_code == 204
    assert not any(row["id"] in path for path in world.stored())


def test_busy_servers_say_so(world: World) -> None:
    row = upload(world.admin, "noise.jpg", noise(1200, 1200), "image/jpeg")
    token = world.admin.headers["authorization"]

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=world.server.url, headers={"authorization": token}, timeout=90) as client:
            sizes = range(400, 410)
            return await asyncio.gather(
                *(client.get(f"/assets/{row['id']}?width={side}&format=avif") for side in sizes)
            )

    answers = asyncio.run(ask())
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 503}
    assert codes.count(200) >= 3
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["retry-after"]


# --- who may see what


def test_rights(world: World, red_blue: dict[str, Any]) -> None:
    path = f"/assets/{red_blue['id']}"
    text = 'You don\'t have permission to access collection "directus_files" or it does not exist. Queried in root.'
    for client in (world.guest, world.editor):
        assert error(client.get(path), 403, "FORBIDDEN")["message"] == text
    bare = "You don't have permission to access this."
    missing = f"/assets/{uuid.uuid4()}"
    assert error(world.admin.get(missing), 403, "FORBIDDEN")["message"] == bare
    assert error(world.admin.get("/assets/notauuid"), 403, "FORBIDDEN")["message"] == bare
    with world.granted("read", fields=["title"], permissions={"title": {"_eq": "Nobody's"}}):
        assert error(world.editor.get(path), 403, "FORBIDDEN")["message"] == bare
        assert error(world.editor.get(f"{path}?width=7"), 403, "FORBIDDEN")["message"] == bare
    with world.granted("read", fields=["title"]):
        # the right to a row is enough
        answer = world.editor.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, max-age=2592000")
    other = {"title": {"_eq": "Nobody's"}}
    with world.granted("read", fields=["title"]), world.granted("read", permissions=other):
        # also beside the right to all of others
        assert world.editor.get(path).headers["content-type"] == "image/png"
    with world.granted("read", policy=PUBLIC):
        answer = world.guest.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=2592000")
    assert world.guest.get(path).status_code == 403


def test_the_other_wire_does_not_serve_the_library(world: World, red_blue: dict[str, Any]) -> None:
    for name in ("directus_files", "satchel_files"):
        path = f"/api/files/{name}/{red_blue['id']}/{red_blue['filename_disk']}"
        assert world.guest.get(path).status_code == 404


def test_pictures_of_the_project_are_public(world: World) -> None:
    logo = upload(world.admin, "logo.png", picture(20, 20))
    assert world.guest.get(f"/assets/{logo['id']}").status_code == 403
    data(world.admin.patch("/settings", json={"project_logo": logo["id"]}))
    assert world.guest.get(f"/assets/{logo['id']}?width=10").status_code == 200
    data(world.admin.patch("/settings", json={"project_logo": None}))
    assert world.guest.get(f"/assets/{logo['id']}").status_code == 403


def test_the_public_folder_may_have_assets_too(world: World, red_blue: dict[str, Any]) -> None:
    expired = {"Authorization": "Bearer nonsense"}
    for headers in ({}, expired):
        assert world.guest.get("/assets/app.css", headers=headers).text == "body {}"
        assert world.guest.get("/assets/js/app.js", headers=headers).text == "1"
    assert world.admin.get(f"/assets/{red_blue['id']}").headers["content-type"] == "image/png"
    assert world.guest.get(f"/assets/{red_blue['id']}").status_code == 403
    assert world.guest.get("/assets/missing.css").status_code == 403
    assert world.guest.get("/assets/js/deep/missing.js").status_code == 404
    assert world.guest.get("/some/page").text == "<p>home"


# --- archives


def names(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert found.testzip() is None
        return {info.filename: found.read(info) for info in found.infolist()}


def test_archives_of_files(world: World) -> None:
    rows = [upload(world.admin, name, name.encode(), "text/plain") for name in ("a.txt", "b.txt")]
    rows.append(upload(world.admin, "a.txt", b"other", "text/plain"))
    evil = upload(world.admin, "x.txt", b"evil", "text/plain")
    data(world.admin.patch(f"/files/{evil['id']}", json={"filename_download": "../../etc/cron.d/x"}))
    ids = [row["id"] for row in (*rows, evil)]
    answer = world.admin.post("/assets/files", json={"ids": ids})
    assert names(answer) == {
        "a.txt": b"a.txt",
        "b.txt": b"b.txt",
        "a (2).txt": b"other",
        "_.._etc_cron.d_x": b"evil",
    }
    assert answer.headers["content-disposition"] == 'attachment; filename="files.zip"'
    error(world.admin.post("/assets/files", json={"ids": [str(uuid.uuid4())]}), 403, "FORBIDDEN")
    with world.granted("read", permissions={"id": {"_eq": ids[0]}}):
        assert list(names(world.editor.post("/assets/files", json={"ids": ids[:1]}))) == ["a.txt"]
        error(world.editor.post("/assets/files", json={"ids": ids[:2]}), 403, "FORBIDDEN")
    error(world.guest.post("/assets/files", json={"ids": ids}), 403, "FORBIDDEN")
    many = [str(uuid.uuid4()) for _ in range(21)]
    error(world.admin.post("/assets/files", json={"ids": many}), 413, "CONTENT_TOO_LARGE")


def test_archives_of_folders(world: World) -> None:
    top = data(world.admin.post("/folders", json={"name": "top/.."}))["id"]
    inner = data(world.admin.post("/folders", json={"name": "inner", "parent": top}))["id"]
    empty = error(world.admin.post(f"/assets/folder/{top}"), 400, "INVALID_PAYLOAD")
    assert empty["extensions"]["reason"] == "No files found in the selected folders tree"
    upload(world.admin, "a.txt", b"a" * 100_000, "text/plain", folder=top)
    upload(world.admin, "b.jpg", noise(50, 50), "image/jpeg", folder=inner)
    answer = world.admin.post(f"/assets/folder/{top}")
    found = names(answer)
    assert set(found) == {"a.txt", "inner/b.jpg"}
    assert found["a.txt"] == b"a" * 100_000
    assert size_of(found["inner/b.jpg"]) == (50, 50)
    assert len(answer.content) < 50_000
    with world.granted("read"), world.granted("read", collection="directus_folders", permissions={"id": {"_eq": top}}):
        assert list(names(world.editor.post(f"/assets/folder/{top}"))) == ["a.txt"]
        error(world.editor.post(f"/assets/folder/{inner}"), 403, "FORBIDDEN")
    error(world.admin.post("/assets/folder/nope"), 403, "FORBIDDEN")


def test_bodies_of_archives(world: World) -> None:
    def refusal(body: Any) -> str:
        found = error(world.admin.post("/assets/files", json=body), 400, "INVALID_PAYLOAD")
        return found["extensions"]["reason"]

    assert refusal({}) == 'Validation error: Invalid input: expected array, received undefined at "ids"'
    assert refusal({"ids": "x"}) == 'Validation error: Invalid input: expected array, received string at "ids"'
    assert "Invalid UUID" in refusal({"ids": ["x"]})
    assert "Too small" in refusal({"ids": []})


# --- what is held, and what is not


def test_versions_of_one_image_are_bounded(world: World) -> None:
    row = upload(world.admin, "a.png", picture(60, 30))
    for width in range(1, 31):
        assert size(shown(world, row, width=width))[0] == width
        assert len(versions_of(world, row)) <= 20
    eventually(lambda: len(versions_of(world, row)) > 0)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")
def test_no_descriptor_is_left_open(world: World, red_blue: dict[str, Any]) -> None:
    assert world.server.process is not None
    folder = Path(f"/proc/{world.server.process.pid}/fd")
    large = upload(world.admin, "large.bin", os.urandom(3_000_000), "application/octet-stream")
    path = f"/assets/{red_blue['id']}"
    tag = world.admin.get(path).headers["etag"]
    before = len(list(folder.iterdir()))
    for _ in range(40):
        world.admin.head(path)
        world.admin.head(f"{path}?width=9")
        world.admin.head(f"/assets/{large['id']}")
        world.admin.get(path, headers={"If-None-Match": tag})
        world.admin.get(path, headers={"Range": "bytes=999999-"})
        world.admin.get(f"{path}?width=x")
        with world.admin.stream("GET", f"/assets/{large['id']}") as answer:
            next(answer.iter_raw(1000))
    deadline = time.monotonic() + 5
    while len(list(folder.iterdir())) > before + 10 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(list(folder.iterdir())) <= before + 10
