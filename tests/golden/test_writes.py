"""Golden cases of writes: every statement that an item's write can need, in every dialect. Reviewed like code.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; the difference is then read before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from satchel.model.catalog import Collection, Field
from satchel.sql import write
from satchel.sql.dialects import DIALECTS

FOLDER = Path(__file__).parent / "writes"
FIELDS = {
    item.name: item
    for item in (
        Field("id", "uuid", "id", "uuid", nullable=False),
        Field("no", "integer", "no", "integer", nullable=False, identity=True),
        Field('Ti"tle', "string", 'Ti"tle', "varchar(20)"),
        Field("data", "json", "data", "json"),
        Field("tags", "json", "tags", "text[]", array=True),
        Field("mood", "unknown", "mood", "mood", enum=("glad", "sad")),
        Field("address", "unknown", "address", "inet"),
        Field("price", "decimal", "price", "numeric(10,2)"),
        Field("at", "timestamp", "at", "timestamp with time zone"),
        Field("list", "json", "list", "json"),
    )
}
TABLE = Collection("posts", "main", "po sts", schema="s", key=("id", "no"), fields=FIELDS)


def statements(name: str) -> list[write.Statement | None]:
    dialect = DIALECTS[name]
    fields = [FIELDS[item] for item in FIELDS if item != "no"]
    number, title = FIELDS["no"], FIELDS['Ti"tle']
    out = [number] if write.can_return(dialect) else []
    return [
        write.insert(dialect, TABLE, fields, out),
        write.insert(dialect, TABLE, [], out),
        write.insert(dialect, TABLE, [number], [], rows=2),
        write.update(dialect, TABLE, [title, FIELDS["tags"]]),
        write.delete(dialect, TABLE),
        write.select(dialect, TABLE, [title], TABLE.key_fields, lock=True),
        write.select(dialect, TABLE, [title], [FIELDS["at"]]),
        write.select_among(dialect, TABLE, FIELDS["id"], 2),
        write.select_folded(dialect, TABLE, title),
        write.select_max(dialect, TABLE, number, [FIELDS["id"]]),
        write.select_listing(dialect, TABLE, [FIELDS["id"]], FIELDS["list"]),
        write.catch_up(dialect, TABLE, number),
    ]


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_statements(name: str):
    lines = [item.sql for item in statements(name) if item is not None]
    path = FOLDER / f"{name}.sql"
    text = ";\n".join(lines) + ";\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_placeholder_has_its_field(name: str):
    for item in statements(name):
        if item is None:
            continue
        marks = {"mariadb": "%s", "mysql": "%s", "postgres": "::text", "cockroach": "::text"}.get(name, "?")
        assert item.sql.count(marks) == len(item.binds)


def test_lists_for_array_columns():
    encode = write.encoder(DIALECTS["postgres"], FIELDS["tags"], str)
    assert encode(["a", None, 'b "c" \\', ["d", 1, True]]) == '{"a",NULL,"b \\"c\\" \\\\",{"d","1","true"}}'
    assert encode([]) == "{}"
    assert encode(None) is None
