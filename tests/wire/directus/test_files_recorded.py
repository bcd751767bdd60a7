"""Recorded conversations about files and assets, replayed: JSON as in `test_recordings`, forms and assets as they are
told apart here.

Bytes are not compared: another encoder of the same library made them. What differs on purpose is in DIFFERENT.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.pictures import picture
from tests.wire.directus.replay import LINE, UUID, Call, Conversation

pytestmark = pytest.mark.process

ASSET = re.compile(r"ASSET (\S+) (\{.*?\}) -> (\d{3}) (\{.*?\}) (.*)", re.DOTALL)
HEADERS = ("content-type", "content-disposition", "accept-ranges", "cache-control", "vary", "content-range")
FORMS: dict[int, Any] = {
    1: {"data": {"title": "My pic"}, "files": {"file": ("red.png", picture(40, 20), "image/png")}},
    2: {
        "files": [
            ("title", (None, "t1")),
            ("file", ("a.txt", b"aaa", "text/plain")),
            ("title", (None, "t2")),
            ("file", ("b.txt", b"bbb", "text/plain")),
        ]
    },
    3: {"content": b"--x--\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    4: {"data": {"title": "New title"}, "files": {"file": ("blue.png", picture(60, 30), "image/png")}},
}
DIFFERENT = {
    "moments": "moments carry their zone on every database",
    "filename_disk": "other bytes have another name, so that the old ones stay until the change is committed",
    "filesize": "other encoders",
    "folder": "a folder that others are in is not deleted: that is the caller's error (400), not the server's",
    "order": "rows whose keys are random come back in any order",
}


@pytest.fixture(scope="module")
def recording(shared_folder: Path) -> list[str]:
    path = shared_folder / "wire" / "directus-recordings" / "files-sqlite.txt"
    if not path.is_file():
        pytest.skip("the shared folder holds no recordings")
    return path.read_text(errors="replace").splitlines()


def settled(value: Any) -> Any:
    """Without what differs on purpose."""
    if isinstance(value, dict):
        return {
            name: "…" if name in ("filename_disk", "filesize") and item is not None else settled(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        listed = [settled(item) for item in value]
        named = next((name for name in ("title", "name") if all(isinstance(i, dict) and name in i for i in listed)), "")
        return sorted(listed, key=lambda item: str(item[named])) if named else listed
    if isinstance(value, str):
        return re.sub(r"(2026-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z", r"\1", value)
    return value


class Files(Conversation):
    def _compare(self, recorded: Any, ours: Any, at: str, found: list[str], *, whole: bool) -> None:
        if at == "":
            recorded, ours = settled(recorded), settled(ours)
        super()._compare(recorded, ours, at, found, whole=whole)


def replayed(talk: Files, guest: httpx.Client, lines: list[str]) -> Iterator[tuple[int, str, list[str]]]:
    for number, line in enumerate(lines, 1):
        asset, call = ASSET.fullmatch(line), LINE.fullmatch(line)
        if asset is not None:
            yield number, line, asset_differences(talk, guest, *asset.groups())
        elif call is not None and "/files/tus" not in line and '/assets/files {"ids' not in line:
            method, target, body, status, answer = call.groups()
            known = Call(number, method, target, body or "", int(status), answer or "")
            if number in FORMS:
                response = talk.client.request(method, talk.translated(target), **FORMS[number])
            else:
                response = talk.send(known, known.body, {})
            yield number, line, talk.differences(known, response)


def asset_differences(
    talk: Files, guest: httpx.Client, path: str, sent: str, status: str, headers: str, body: str
) -> list[str]:
    client = guest if "directus_files" in body and "permission to access collection" in body else talk.client
    answer = client.get(talk.translated(path), headers=ast.literal_eval(sent))
    found = [] if answer.status_code == int(status) else [f"status {answer.status_code}, recorded {status}"]
    recorded = {name.lower(): value for name, value in ast.literal_eval(headers).items()}
    for name in HEADERS:
        if answer.status_code < 400 or name == "content-type":
            ours, theirs = answer.headers.get(name), recorded.get(name)
            if name == "content-range":
                ours, theirs = (ours or "").partition("/")[0], (theirs or "").partition("/")[0]
            if ours != theirs:
                found.append(f"{name} is {ours!r}, recorded {theirs!r}")
    if body.startswith("b'"):
        text = ast.literal_eval(body if body.endswith("'") else body + "'").decode().removesuffix("…")
        if not answer.text.startswith(text):
            found.append(f"body {answer.text!r}, recorded {text!r}")
    return found


def test_files_and_assets(recording: list[str], server: Server) -> None:
    with server.client(server.directus_token()) as admin, server.client() as guest:
        talk = Files(admin)
        me = admin.get("/users/me").json()["data"]["id"]
        first = UUID.findall(recording[0].partition('"uploaded_by"')[2])
        talk.ids[first[0]] = me
        problems = {
            f"{number}: {line[:150]}": found for number, line, found in replayed(talk, guest, recording) if found
        }
    different = {name for name in problems if "DELETE /folders/" in name or "limit=1&meta" in name}
    unexpected = {name: found for name, found in problems.items() if name not in different}
    assert not unexpected, "\n".join(f"{name}\n    " + "\n    ".join(found) for name, found in unexpected.items())
    assert any("DELETE /folders/" in name for name in different), DIFFERENT["folder"]
