"""The export formats, byte for byte."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from satchel.errors import InvalidPayload
from satchel.wire.directus import xlsx
from satchel.wire.directus.export import Parts, export, to_csv, to_json, to_xlsx, to_xml, to_yaml
from satchel.wire.directus.import_rows import csv_rows, sheet_rows

GUARDED = ("=1+1", "+x", "-x", "@x", "\tx", "'=x", "''-x")
ROWS = [
    {
        "title": "One",
        "author": {"name": "Anna"},
        "tags": [{"id": {"n": "py"}}, {"id": {"n": "go"}}],
        "data": {"k": {"c": [1, 2]}, "color": "red"},
    },
    {"title": "Two", "author": {"name": 'C"id'}, "tags": [], "data": None},
]


def test_csv() -> None:
    assert to_csv(ROWS).decode() == (
        '"title","author.name","tags","data.k.c","data.color","data"\n'
        '"One","Anna","[{""id"":{""n"":""py""}},{""id"":{""n"":""go""}}]","[1,2]","red",\n'
        '"Two","C""id","[]",,,'
    )
    assert to_csv([{"a": False, "b": 1.5, "c": None}]) == b'"a","b","c"\nfalse,1.5,'
    assert to_csv([]) == b""


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx", "'=x", "''-x", "'plain", "-5", "1e5"])
def test_what_a_spreadsheet_would_run_comes_back_as_it_was(text: str) -> None:
    row = {"a": text, "b": "fine"}
    for guarded in (True, False):
        made = to_csv([row], guarded=guarded)
        assert list(csv_rows(io.BytesIO(made), guarded=guarded)) == [row]
        cell = next(csv.DictReader(io.StringIO(made.decode(), newline="")))["a"]
        assert cell == (f"'{text}" if guarded and text in GUARDED else text)


@pytest.mark.parametrize("kind", ["csv", "csv_utf8", "json", "xml", "yaml"])
async def test_in_parts_it_is_the_same_file(kind: str) -> None:
    """Columns of CSV that come late too."""
    rows = [*ROWS, {"title": "=3", "late": {"x": "a\nb"}}, {"title": None}]
    whole = (await export(json.dumps(rows).encode(), kind, "x", datetime.now(UTC), guarded=True)).body
    parts = Parts(kind, guarded=True)
    made = b"".join(parts.add([row]) for row in rows) + parts.end()
    if parts.is_table:
        parts.table(made.splitlines(), file := io.BytesIO())
        made = file.getvalue()
    assert made == whole


def workbook(rows: list[list[object]], **formats: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, shown in formats.items():
        book.active[place].number_format = shown
    book.save(file := io.BytesIO())
    return file.getvalue()


def taken(content: bytes, folder: Path, *, unpacked_bytes: int = 10**7, cells: int = 10**5) -> list[Any]:
    xlsx.to_lines(content, folder / "lines", unpacked_bytes=unpacked_bytes, cells=cells)
    with (folder / "lines").open("rb") as lines:
        return list(sheet_rows(lines))


VALUES = (
    "=1+1", "+x", "'=x", "#N/A", " spaced ", "a\nb", "a\r\nb\tc", "bell\x07", "_x0041_", "00123", "1e5",
    "2026-01-02", "ü𝄞", 0, -5, 1.5, 0.1 + 0.2, 1e-7, True, False, None, 999999999999999,
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
async def test_a_workbook_gives_back_what_it_was_made_of(value: Any, tmp_path: Path) -> None:
    rows = [{"n": 1, "a": value}, {"n": 2, "a": None}]
    made = (await export(json.dumps(rows).encode(), "xlsx", "x", datetime.now(UTC), guarded=True)).body
    found = taken(made, tmp_path)
    assert found == rows
    assert type(found[0]["a"]) is type(value)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    parts = Parts("xlsx", guarded=True)
    lines = parts.add(rows[:1]) + parts.add(rows[1:]) + parts.end()
    parts.table(lines.splitlines(), file := io.BytesIO())
    assert taken(file.getvalue(), tmp_path) == rows


def test_a_workbook_of_nested_rows(tmp_path: Path) -> None:
    made = to_xlsx(
        [{"id": 12345678901234567, "author": {"name": "Anna"}, "tags": ["a"], "late": None}, {"x": {"y": 1}}]
    )
    assert taken(made, tmp_path) == [
        {"id": "12345678901234567", "author": {"name": "Anna"}, "tags": ["a"], "late": None},
        {"id": None, "tags": None, "late": None, "x": {"y": 1}},
    ]
    assert taken(to_xlsx([]), tmp_path) == []
    with pytest.raises(InvalidPayload, match='"a" of item 1 has more'):
        to_xlsx([{"a": "x" * 32768}])


def test_what_a_spreadsheet_program_writes(tmp_path: Path) -> None:
    when = datetime(2026, 1, 31, 12, 30)  # noqa: DTZ001, a workbook knows no zones
    rows = [
        ["day", "moment", "hour", "whole", None],
        [when, when, time(8, 5), 5.0, None],
        [],
        [None, "true", "", 1, None],
    ]
    found = taken(workbook(rows, A2="dd.mm.yyyy", B2="yyyy-mm-dd hh:mm"), tmp_path)
    assert found == [
        {"day": "2026-01-31", "moment": "2026-01-31T12:30:00", "hour": "08:05:00", "whole": 5},
        {"day": None, "moment": True, "hour": None, "whole": 1},
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["a"], ["x", "y"]], "row 1 has cells beyond the header"),
        ([["a", None, "b"], [1, 2, 3]], "row 1 has a cell in a column without a name"),
        ([["a", "a"], [1, 2]], 'the column "a" is there twice'),
        ([["a"], *[[1]] * 20], "may have at most 20 cells"),
        ([["a"], ["#N/A"]], "The cell A2 holds the error #N/A"),
    ],
)
def test_a_workbook_that_is_refused(rows: list[list[object]], message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidPayload, match=message):
        taken(workbook(rows), tmp_path, cells=20)


def test_a_hostile_workbook(tmp_path: Path) -> None:
    """Bombs of bytes, entities and places, and what is no workbook at all."""

    def packed(sheet: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(workbook([["a"]]))) as source, io.BytesIO() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
                for part in source.infolist():
                    content = source.read(part)
                    target.writestr(part, sheet if part.filename.endswith("sheet1.xml") else content)
            return file.getvalue()

    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def sheet(rows: str, before: str = "") -> str:
        return f'{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'

    far = '<row r="{0}"><c r="ZZZ{0}"><v>1</v></c></row>'
    cases = {
        "unpacks to more than": sheet(" " * 2 * 10**7),
        "may have at most": sheet('<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'),
        "may have at most 100000 cells": sheet("".join(far.format(row) for row in range(1, 100))),
        "declares entities": sheet("<row/>", '<!DOCTYPE x [<!ENTITY a "aaaa">]>'),
        "can't be read": sheet("<row")[:-20],
    }
    for message, content in cases.items():
        with pytest.raises(InvalidPayload, match=message):
            taken(packed(content), tmp_path)
    for content in (b"", b"PK\x03\x04", b"name\nx\n", workbook([["a"]])[:-30]):
        with pytest.raises(InvalidPayload, match="can't be read"):
            taken(content, tmp_path)


def test_json_is_indented_with_tabs() -> None:
    assert to_json([{"a": "ü", "b": [1]}]).decode() == '[\n\t{\n\t\t"a": "ü",\n\t\t"b": [\n\t\t\t1\n\t\t]\n\t}\n]'


def test_xml() -> None:
    assert to_xml(ROWS[:1]).decode() == (
        "<?xml version='1.0'?>\n<data>\n    <data>\n        <title>One</title>\n        <author>\n"
        "            <name>Anna</name>\n        </author>\n        <tags>\n            <id>\n"
        "                <n>py</n>\n"
        "            </id>\n        </tags>\n        <tags>\n            <id>\n                <n>go</n>\n"
        "            </id>\n        </tags>\n        <data>\n            <k>\n                <c>1</c>\n"
        "                <c>2</c>\n            </k>\n            <color>red</color>\n        </data>\n"
        "    </data>\n</data>"
    )
    assert to_xml([{"my col": "<&>\x00", "1": None}]).decode() == (
        "<?xml version='1.0'?>\n<data>\n    <data>\n        <my_col>&lt;&amp;&gt;</my_col>\n        <_1/>\n"
        "    </data>\n</data>"
    )
    assert to_xml([]).decode() == "<?xml version='1.0'?>\n<data/>"


def test_yaml() -> None:
    assert to_yaml(ROWS[:1]).decode() == (
        "- title: One\n  author:\n    name: Anna\n  tags:\n    - id:\n        n: py\n    - id:\n        n: go\n"
        "  data:\n    k:\n      c:\n        - 1\n        - 2\n    color: red\n"
    )
    assert (
        to_yaml([{"a": None, "b": "2024-01-02", "c": "yes"}]).decode() == "- a: null\n  b: '2024-01-02'\n  c: 'yes'\n"
    )


async def test_the_file_has_a_name_and_a_type() -> None:
    now = datetime(2026, 11, 23, 11, 5, 41, tzinfo=UTC)
    answer = await export(b'[{"a":1}]', "csv", 'x"y', now, guarded=True)
    assert answer.header("content-type") == "text/csv; charset=utf-8"
    assert answer.header("content-disposition") == 'attachment; filename="x_y 20261123-11541.csv"'
