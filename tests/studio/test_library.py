"""Journey 18: files go up, also large ones that were broken off; they have a centre, new content, and places of use."""

from __future__ import annotations

import re
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


def uploads(names: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "mimeType": "image/png", "buffer": picture(at)} for at, name in enumerate(names)]


def choose(page: Any, button: str, files: Any) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(files)


@pytest.mark.smoke
def test_twelve_files_and_what_is_done_with_them(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/files")
    page.get_by_text("There are no files here yet").wait_for()
    screen.checkpoint("no files")
    page.get_by_role("button", name="New folder").click()
    page.get_by_role("textbox", name="Name").fill("Photos")
    page.get_by_role("button", name="Create folder").click()
    page.get_by_role("link", name="Photos").click()
    choose(page, "Upload files", uploads([f"shot-{n}.png" for n in range(12)]))
    page.get_by_text("12 of 12 uploaded").wait_for(timeout=30_000)
    page.get_by_role("button", name=re.compile("^Shot ")).nth(11).wait_for()
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
        drawer.get_by_role("link", name="Pages · 1").wait_for()
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


@pytest.mark.parametrize("megabytes", [60])
def test_a_large_file_goes_on_where_it_was(
    server: Server, signed_in_page: NewScreen, tmp_path: Path, megabytes: int
) -> None:
    large = tmp_path / "film.bin"
    with large.open("wb") as file:
        for number in range(megabytes):
            file.write(number.to_bytes(4, "big") * 250_000)
    size = large.stat().st_size
    screen = signed_in_page("Admin")
    page = screen.page
    sent: list[int] = []

    def count(request: Any) -> None:
        if request.method == "PATCH" and "/files/tus/" in request.url:
            sent.append(int(request.headers.get("content-length", 0) or 0))

    cut = {"on": False}

    def route(found: Any) -> None:
        if cut["on"]:
            found.abort("connectionfailed")
        elif len(sent) >= 4 and found.request.method == "PATCH":
            cut["on"] = True
            found.abort("connectionfailed")
        else:
            count(found.request)
            found.continue_()

    page.route("**/files/tus**", route)
    screen.allow("/files/tus", None)
    screen.allow_error("ERR_|tus")
    screen.go("/files")
    choose(page, "Upload files", str(large))
    while not cut["on"]:
        page.wait_for_timeout(100)
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/files/tus**")
    before = len(sent)
    page.route("**/files/tus**", lambda found: (count(found.request), found.continue_())[1])
    page.reload()
    choose(page, "Upload files", str(large))
    page.get_by_text("1 of 1 uploaded").wait_for(timeout=60_000)
    with server.client(server.directus_token()) as http:
        (row,) = http.get("/files", params={"filter[filename_download][_eq]": "film.bin"}).json()["data"]
        assert int(row["filesize"]) == size
        assert http.get(f"/assets/{row['id']}").content == large.read_bytes()
    assert before == 4
    # what was there already was not sent again
    assert len(sent) - before <= -(-size // 8_000_000) - before + 1
