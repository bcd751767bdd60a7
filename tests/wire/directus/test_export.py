"""The export formats, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime

from satchel.wire.directus.export import export, to_csv, to_csv_utf8, to_json, to_xml, to_yaml

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
    assert to_csv_utf8([{"a": 1}]) == b'\xef\xbb\xbf"a"\n1'


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
    answer = await export(b'[{"a":1}]', "csv", 'x"y', now)
    assert answer.header("content-type") == "text/csv; charset=utf-8"
    assert answer.header("content-disposition") == 'attachment; filename="x_y 20261123-11541.csv"'
