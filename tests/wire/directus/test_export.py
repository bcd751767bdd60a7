"""The export formats, byte for byte."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from satchel.wire.directus.export import Parts, export, to_csv, to_json, to_xml, to_yaml
from satchel.wire.directus.import_rows import csv_rows

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
    assert (b"".join(parts.csv(made.splitlines())) if parts.in_csv else made) == whole


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
