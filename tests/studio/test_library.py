"""Journey 18: files go up, also large ones that were broken off; they have a centre, new content, and places of use.
The library is put in order: folders, kinds, selections; presets make versions of its pictures.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyvips

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen


def picture(seed: int) -> bytes:
    image = pyvips.Image.xyz(600, 400)
    return (
        (image[0] * (seed + 1) / 8)
        .bandjoin([image[1] / 2, image[0] / 4])
        .cast("uchar")
        .copy(interpretation="srgb")
        .pngsave_buffer()
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("library")) as started:
        yield started


def choose(page: Any, button: str, files: Any) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(files)


def drop(page: Any, target: Any, paths: list[Path]) -> None:
    """Drop files from outside of the browser, as the desktop does."""
    box = target.bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def written(folder: Path, name: str, count: int, seed: int = 0) -> list[Path]:
    """Pictures on the disk: `NAME-0.png` and so on."""
    paths = [folder / f"{name}-{at}.png" for at in range(count)]
    for at, path in enumerate(paths):
        path.write_bytes(picture(at + seed))
    return paths


@pytest.mark.smoke
def test_twelve_files_and_what_is_done_with_them(server: Server, signed_in_page: NewScreen, tmp_path: Path) -> None:
    """Journey 18. Twelve files: thumbnails, the point that matters, new content under the same id, where it is used."""
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/files")
    page.get_by_text("There are no files here yet").wait_for()
    screen.checkpoint("no files")
    page.get_by_role("button", name="New folder").click()
    page.get_by_role("textbox", name="Name").fill("Photos")
    page.get_by_role("button", name="Create folder").click()
    page.get_by_role("link", name="Photos").click()
    page.get_by_text("There are no files here yet").wait_for()
    drop(page, page.get_by_text("There are no files here yet"), written(tmp_path, "shot", 12))
    page.get_by_text("12 of 12 uploaded").wait_for(timeout=30_000)
    page.get_by_role("button", name=re.compile("^Shot ")).nth(11).wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('li img')].filter((one) => one.naturalWidth > 0).length === 12"
    )
    page.get_by_role("button", name="Clear finished").click()
    screen.checkpoint("twelve files")
    with server.client(server.directus_token()) as http:
        files = http.get("/files", params={"fields": "id,folder.name,filename_download"}).json()["data"]
        assert {one["folder"]["name"] for one in files} == {"Photos"}
        one = next(file for file in files if file["filename_download"] == "shot-3.png")
        fields = [
            {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
            {"field": "image", "type": "uuid", "meta": {"interface": "file-image", "special": ["file"]}},
        ]
        assert (
            http.post("/collections", json={"collection": "pages", "schema": {}, "fields": fields}).status_code == 200
        )
        relation = {"collection": "pages", "field": "image", "related_collection": "directus_files"}
        assert http.post("/relations", json=relation).status_code == 200
        assert http.post("/items/pages", json={"image": one["id"]}).status_code == 200

        page.reload()
        page.get_by_role("button", name=re.compile("^Shot 3 ")).click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_role("region", name="Pages").get_by_role("link", name="1").wait_for()
        centre = drawer.get_by_role("button", name=re.compile("Centre of the picture"))
        box = centre.bounding_box()
        assert box is not None
        centre.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
        drawer.get_by_role("textbox", name="Title").fill("The third")
        screen.checkpoint("file drawer")
        drawer.get_by_role("button", name="Save file").click()
        page.get_by_role("heading", name="The third").wait_for()
        kept = http.get(f"/files/{one['id']}").json()["data"]
        assert (kept["title"], kept["focal_point_y"]) == ("The third", pytest.approx(200, abs=3))
        assert kept["focal_point_x"] == pytest.approx(150, abs=3)

        choose(page, "Replace", [{"name": "other.png", "mimeType": "image/png", "buffer": picture(30)}])
        page.get_by_text("has new content").wait_for()
        assert http.get(f"/assets/{one['id']}").content == picture(30)
        assert http.get("/items/pages/1").json()["data"]["image"] == one["id"]


def test_the_library_is_put_in_order(server: Server, signed_in_page: NewScreen) -> None:
    with server.client(server.directus_token()) as http:
        parent = http.post("/folders", json={"name": "Trips"}).json()["data"]["id"]
        target = http.post("/folders", json={"name": "Rome"}).json()["data"]["id"]
        for at in range(3):
            file = {"file": (f"order-{at}.png", picture(at), "image/png")}
            assert http.post("/files", data={"folder": parent}, files=file).status_code == 200
        note = {"file": ("order-note.txt", b"plain words", "text/plain")}
        assert http.post("/files", data={"folder": parent}, files=note).status_code == 200

        def places() -> dict[str, str | None]:
            query = {"fields": "filename_download,folder.name", "filter[filename_download][_starts_with]": "order-"}
            rows = http.get("/files", params=query).json()["data"]
            return {row["filename_download"]: (row["folder"] or {}).get("name") for row in rows}

        screen = signed_in_page("Admin")
        page = screen.page
        screen.go(f"/files?folder={parent}")
        cards = page.get_by_role("button", name=re.compile("^Order "))
        cards.nth(3).wait_for()
        page.get_by_role("button", name=re.compile("Kind of file")).click()
        page.get_by_role("option", name="Documents").click()
        page.get_by_role("button", name=re.compile("^Order 0")).wait_for(state="detached")
        assert cards.count() == 1
        page.get_by_role("button", name=re.compile("Kind of file")).click()
        page.get_by_role("option", name="All kinds").click()
        cards.nth(3).wait_for()
        page.get_by_role("button", name=re.compile("Newest first")).click()
        page.get_by_role("option", name="By name").click()
        page.wait_for_function(
            "() => [...document.querySelectorAll('li[draggable]')].map((one) => one.innerText).join()"
            ".match(/Order 0[^]*Order 1[^]*Order 2[^]*Order Note/)"
        )
        screen.checkpoint("library sorted")

        # one by the mouse, two by the menu
        folders = page.get_by_role("navigation", name="Files")
        cards.nth(0).drag_to(folders.get_by_role("link", name="Rome"))
        page.get_by_text("1 file is in “Rome” now").wait_for()
        cards.nth(3).wait_for(state="detached")
        for name in ("Order 1", "Order 2"):
            page.get_by_role("checkbox", name=f"Select {name}").check(force=True)
        page.get_by_text("2 files selected").wait_for()
        screen.checkpoint("library selection")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        with zipfile.ZipFile(download.value.path()) as archive:
            assert sorted(archive.namelist()) == ["order-1.png", "order-2.png"]
        page.get_by_role("button", name="Move", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=re.compile("Folder")).click()
        page.get_by_role("option", name="Rome").click()
        page.get_by_role("dialog").get_by_role("button", name="Move", exact=True).click()
        cards.nth(1).wait_for(state="detached")
        assert places() == {
            "order-0.png": "Rome", "order-1.png": "Rome", "order-2.png": "Rome", "order-note.txt": "Trips"
        }  # fmt: skip
        folders.get_by_role("link", name="Rome").drag_to(folders.get_by_role("link", name="Trips"))
        folders.get_by_role("link", name="Rome").wait_for()
        page.get_by_role("button", name="Actions for Rome").click()
        page.get_by_role("menuitem", name="Rename or move").click()
        assert "Trips" in page.get_by_role("dialog").get_by_role("button", name=re.compile("Lies in")).inner_text()
        page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Roma")
        page.get_by_role("button", name="Save folder").click()
        folders.get_by_role("link", name="Roma").wait_for()
        page.get_by_role("button", name="Actions for Trips").click()
        page.get_by_role("menuitem", name="Delete folder").click()
        page.get_by_text("1 file and 1 folder in it move one level up. Nothing else is deleted.").wait_for()
        screen.checkpoint("folder deleted")
        page.get_by_role("alertdialog").get_by_role("button", name="Delete folder").click()
        folders.get_by_role("link", name="Trips").wait_for(state="detached")
        assert places()["order-note.txt"] is None
        moved = http.get(f"/folders/{target}", params={"fields": "name,parent"}).json()["data"]
        assert moved == {"name": "Roma", "parent": None}

        screen.go(f"/files?folder={target}&view=table")
        page.get_by_role("checkbox", name="Select Order 0").check(force=True)
        page.get_by_role("button", name="Select all 3 shown").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
        page.get_by_text("3 files are deleted").wait_for()
        assert places() == {"order-note.txt": None}


def test_presets_make_versions_of_pictures(server: Server, signed_in_page: NewScreen) -> None:
    with server.client(server.directus_token()) as http:
        file = {"file": ("preset.png", picture(2), "image/png")}
        one = http.post("/files", files=file).json()["data"]["id"]
        screen = signed_in_page("Admin")
        page = screen.page
        screen.go("/settings/project")
        page.get_by_role("button", name="Add preset").click()
        save = page.get_by_role("button", name="Save settings")
        assert save.is_disabled()
        page.get_by_role("textbox", name="Key").fill("system-x")
        page.get_by_text("are the program's own").wait_for()
        page.get_by_role("textbox", name="Key").fill("teaser")
        page.get_by_text("400 × 300").wait_for()
        screen.checkpoint("preset")
        page.get_by_role("button", name=re.compile("Versions")).click()
        page.get_by_role("option", name="Only presets").click()
        save.click()
        page.get_by_text("The settings are saved").wait_for()
        version = http.get(f"/assets/{one}", params={"key": "teaser"})
        image = pyvips.Image.new_from_buffer(version.content, "")
        assert (image.width, image.height) == (400, 300)
        # the studio's own pictures do not depend on it
        screen.go("/files")
        page.get_by_role("button", name=re.compile("^Preset")).wait_for()
        page.wait_for_function("() => [...document.querySelectorAll('li img')].some((one) => one.naturalWidth > 0)")
        screen.checkpoint("library by presets")
        assert http.patch("/settings", json={"storage_asset_transform": "all"}).status_code == 200


def test_a_large_file_among_twelve_goes_on_where_it_was(
    server: Server, signed_in_page: NewScreen, tmp_path: Path
) -> None:
    """Journey 18, the broken network: 200 MB go on where they were after a reload."""
    large = tmp_path / "film.bin"
    with large.open("wb") as file:
        for number in range(200):
            file.write(number.to_bytes(4, "big") * 250_000)
    size = large.stat().st_size
    screen = signed_in_page("Admin")
    page = screen.page
    offsets: list[int] = []

    def route(found: Any) -> None:
        request = found.request
        if request.method == "PATCH":
            offset = int(request.headers["upload-offset"])
            if offset >= size / 2 and not done:
                cut.append(offset)
            else:
                offsets.append(offset)
        if cut and not done:
            found.abort("connectionfailed")
        else:
            found.continue_()

    cut: list[int] = []
    done: list[bool] = []
    page.route("**/files/tus**", route)
    screen.allow("/files/tus", None)
    screen.allow_error("ERR_|tus")
    screen.go("/files")
    small = written(tmp_path, "small", 11, 40)
    choose(page, "Upload files", [str(path) for path in (large, *small)])
    page.get_by_text("11 of 12 uploaded").wait_for(timeout=60_000)
    while not cut:
        page.wait_for_timeout(100)
    page.on("dialog", lambda dialog: dialog.accept())
    done.append(True)
    page.reload()
    choose(page, "Upload files", str(large))
    page.get_by_text("1 of 1 uploaded").wait_for(timeout=60_000)
    with server.client(server.directus_token()) as http:
        (row,) = http.get("/files", params={"filter[filename_download][_eq]": "film.bin"}).json()["data"]
        assert int(row["filesize"]) == size
        assert http.get(f"/assets/{row['id']}").content == large.read_bytes()
        small_rows = http.get("/files", params={"filter[filename_download][_starts_with]": "small-"}).json()["data"]
        assert len(small_rows) == 11
    # what was there already was not sent again
    assert min(size, cut[0]) >= size / 2
    assert sum(min(8_000_000, size - offset) for offset in offsets) < size * 1.1
