"""Defaults of columns as clients are told them."""

from __future__ import annotations

from typing import Any

import pytest

from satchel.model.catalog import Field
from satchel.snapshots.defaults import default_value


@pytest.mark.parametrize(
    ("kind", "sql", "value"),
    [
        ("string", None, None),
        ("string", "NULL", None),
        ("string", "NULL::character varying", None),
        ("string", "'My site'", "My site"),
        ("string", "'it''s'", "it's"),
        ("string", "'x'::character varying", "x"),
        ("string", "('draft'::text)", "draft"),
        ("string", "'a'::text || 'b'::text", "'a'::text || 'b'::text"),
        ("integer", "0", 0),
        ("integer", "'0'", 0),
        ("integer", "(1)", 1),
        ("decimal", "1.50", 1.5),
        ("boolean", "'0'", False),
        ("boolean", "true", True),
        ("boolean", "1", True),
        ("timestamp", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        ("timestamp", "now()", "now()"),
        ("integer", "nextval('a_id_seq'::regclass)", "nextval('a_id_seq'::regclass)"),
        ("uuid", "gen_random_uuid()", "gen_random_uuid()"),
    ],
)
def test_defaults(kind: str, sql: str | None, value: Any) -> None:
    assert default_value(Field("f", kind, column="f", default=sql)) == value
