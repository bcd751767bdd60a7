"""Names of files, what contents are, sizes of versions: recorded from PocketBase."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from satchel.files.images import Box, Size, cut, fitted, parse_size, proportional
from satchel.files.names import original_name, record_folder, stored_name
from satchel.files.sniff import sniff
from satchel.storage.base import BadKey, check_key

# the client's name → the stored one, with R for ten characters of chance
NAMES = {
    "My Fîle 1.TXT": "my_f_le_1_R.TXT",
    "a.txt": "aR_R.txt",
    "ab": "abR_R.bin",
    "abc": "abc_R.bin",
    ".hidden": "R_R.hidden",
    "double.tar.gz": "double_R.tar.gz",
    "x.y.z.txt": "x_y_R.z.txt",
    "ÄÖÜ.png": "R_R.png",
    "../../etc/passwd": "passwd_R.bin",
    "a\\b.txt": "a_b_R.txt",
    "..": "R_R.bin",
    "CamelCase.Txt": "camel_case_R.Txt",
    "HTTPServer.txt": "httpserver_R.txt",
    "a1B2c3.txt": "a1_b2c3_R.txt",
    "aXéY.txt": "a_x_y_R.txt",
    "x_Yz.txt": "x_yz_R.txt",
    "--__--.txt": "R_R.txt",
    "f.e!x@t": "fR_R.ext",
    "abc.": "abc_R.bin",
    "abc..txt": "abc_R.txt",
    "abc._x-y.t_t": "abc_R._x-y.t_t",
    "ab_.txt": "abR_R.txt",
    "a" * 150 + ".txt": "a" * 100 + "_R.txt",
    "x" * 99 + "éa.txt": "x" * 99 + "__R.txt",
    "f." + "e" * 30: "fR_R." + "e" * 20,
    "abc." + "e" * 19 + ".tx": "abc_R." + "e" * 17 + ".tx",
    "abc.tar." + "g" * 19: "abc_R." + "g" * 19,
}


@pytest.mark.parametrize("name", NAMES)
def test_stored_names(name: str) -> None:
    pattern = re.escape(NAMES[name]).replace("R", "[a-z0-9]{10}")
    made = {stored_name(name, ".bin") for _ in range(3)}
    assert len(made) == 3
    assert all(re.fullmatch(pattern, item) and check_key(item) for item in made), made


def test_original_names() -> None:
    assert [original_name(name) for name in ("a/b.txt", "..", "x y.txt", "/")] == ["b.txt", "..", "x y.txt", "/"]


def test_folders_of_records() -> None:
    assert record_folder("pbc_1", "abc") == "pbc_1/abc"
    odd = ("..", ".", "a/b", "../x", "a\\b", "a\0b", "CON:", "")
    made = [record_folder("pbc_1", key) for key in odd if key]
    assert len(set(made)) == len(made)
    assert all(check_key(folder).count("/") == 1 for folder in made)


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/..", "a/./b", "a\\b", "a\0", "x" * 300, "a\n", "\ud800"]
)
def test_keys_that_could_lead_elsewhere(key: str) -> None:
    with pytest.raises(BadKey):
        check_key(key)


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            path, _, text = name.partition("|")
            made.writestr(path, text or "<a/>")
    return file.getvalue()


_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENTS = [
    (b"", "text/plain", ".txt"),
    (b"hello", "text/plain; charset=utf-8", ".txt"),
    (b"\xe9t\xe9", "text/plain; charset=iso-8859-1", ".txt"),
    (b"\xff\xfe<\0h\0", "text/plain; charset=utf-16le", ".txt"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff\xe0\0\0", "image/jpeg", ".jpg"),
    (b"GIF89a\0\0", "image/gif", ".gif"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", ".webp"),
    (b"\0\0\0\x18ftypavif" + bytes(20), "image/avif", ".avif"),
    (b"\0\0\0\x18ftypmp42" + bytes(20), "video/mp4", ".mp4"),
    (b"\0\0\0\x14ftypqt  " + bytes(20), "video/quicktime", ".mov"),
    (b"\x1aE\xdf\xa3\1\0\0\0\0\0\0\x1fB\x82\x84webm", "video/webm", ".webm"),
    (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", ".wav"),
    (b"\xff\xfb\x90D" + bytes(40), "audio/mpeg", ".mp3"),
    (b"%PDF-1.4\n", "application/pdf", ".pdf"),
    (b'{"a":1}', "application/json", ".json"),
    (b"[1,2]", "application/json", ".json"),
    (b'"x"', "text/plain; charset=utf-8", ".txt"),
    (b'{"a":1}\n{"b":2}\n', "application/x-ndjson", ".ndjson"),
    (b"a,b\n1,2\n3,4\n", "text/csv", ".csv"),
    (b"a\tb\n1\t2\n", "text/tab-separated-values", ".tsv"),
    (b"<html></html>", "text/html; charset=utf-8", ".html"),
    (b" \n<SCRIPT>alert(1)</script>", "text/html; charset=utf-8", ".html"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "image/svg+xml", ".svg"),
    (b'<?xml version="1.0"?><svg xmlns="x"/>', "image/svg+xml", ".svg"),
    (b'<?xml version="1.0"?><a/>', "text/xml; charset=utf-8", ".xml"),
    (b"#!/bin/sh\n", "text/x-shellscript", ".sh"),
    (b"#!/usr/bin/env python\n", "text/x-python", ".py"),
    (b"<?php echo 1", "text/x-php", ".php"),
    (b"\0\1\2\3", "application/octet-stream", ""),
    (b"\x1f\x8b\x08\0", "application/gzip", ".gz"),
    (b"SQLite format 3\0", "application/vnd.sqlite3", ".sqlite"),
    (_zip("a.txt"), "application/zip", ".zip"),
    (_zip("[Content_Types].xml", "word/document.xml"), f"{_OFFICE}wordprocessingml.document", ".docx"),
    (_zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), f"{_OFFICE}spreadsheetml.sheet", ".xlsx"),
    (_zip("mimetype|application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text", ".odt"),
    (_zip("mimetype|application/epub+zip"), "application/epub+zip", ".epub"),
]


@pytest.mark.parametrize(("content", "content_type", "extension"), CONTENTS, ids=lambda item: repr(item)[:30])
def test_what_contents_are(content: bytes, content_type: str, extension: str) -> None:
    found = sniff(content[:3072])
    assert (found.content_type, found.extension) == (content_type, extension)


def test_sniffing_survives_anything() -> None:
    for content, _, _ in CONTENTS:
        for end in range(0, len(content), max(len(content) // 40, 1)):
            sniff(content[:end])
            sniff(content[end:])


def test_sizes() -> None:
    assert parse_size("100x50t") == Size(100, 50, "t")
    assert parse_size("0x50") == Size(0, 50)
    assert [parse_size(text) for text in ("0x0", "abc", "", "100X100", " 1x1", "1x1x", "100", "1x1tb", "٣x٣")] == [
        None
    ] * 9


def test_the_numbers_of_versions() -> None:
    # recorded: (width, height) of the image, the size, that of the version
    for image, text, version in [
        ((101, 67), "50x60f", (50, 33)),
        ((200, 300), "200x100f", (66, 100)),
        ((300, 200), "1000x1000f", (300, 200)),
        ((40, 30), "400x10f", (13, 10)),
        ((1000, 10), "20x1000f", (20, 1)),
    ]:
        size = parse_size(text)
        assert size is not None
        assert fitted(*image, size) == version
    for image, text, version in [
        ((101, 67), "0x400", (603, 400)),
        ((101, 67), "400x0", (400, 265)),
        ((40, 30), "30x0", (30, 23)),
        ((1000, 10), "30x0", (30, 1)),
        ((1, 1), "0x30", (30, 30)),
    ]:
        size = parse_size(text)
        assert size is not None
        assert proportional(*image, size) == version
    assert cut(300, 200, 100, 100, "") == Box(50, 0, 200, 200)
    assert cut(200, 300, 50, 50, "b") == Box(0, 100, 200, 200)
    assert cut(200, 300, 50, 50, "t") == Box(0, 0, 200, 200)
