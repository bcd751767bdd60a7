"""The plain form of a CHECK is read; nothing is guessed of any other."""

from __future__ import annotations

import pytest

from satchel.db.check_text import conditions, listed_texts


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("status IN ('a','b')", ("status", ("a", "b"))),
        (" \"my \"\"own\"\"\" in ('it''s' , 'b') ", ('my "own"', ("it's", "b"))),
        ("`status` in ('a','a')", ("status", ("a",))),
        ("[the state] IN ('x')", ("the state", ("x",))),
        ("(status = ANY (ARRAY['a'::text, 'b'::text]))", ("status", ("a", "b"))),
        (
            "((\"State\")::text = ANY ((ARRAY['a b'::character varying, 'c'::character varying])::text[]))",
            ("State", ("a b", "c")),
        ),
        ("(code = ANY (ARRAY['x'::bpchar, 'y'::bpchar]))", ("code", ("x", "y"))),
        ("status NOT IN ('a','b')", None),
        ("status IN ('a','b') OR other = 1", None),
        ("lower(status) IN ('a')", None),
        ("status IN (1, 2)", None),
        ("status IN ('a', other)", None),
        ("status IN ('a' || 'b')", None),
        (r"`status` in ('it\'s','b')", None),
        ("(NOT (status = ANY (ARRAY['a'::text])))", None),
        ("((status = ANY (ARRAY['a'::text])) OR (x > 1))", None),
        ("(status <> ALL (ARRAY['a'::text, 'b'::text]))", None),
        ("", None),
    ],
)
def test_the_plain_form(condition: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    assert listed_texts(condition) == expected


def test_the_checks_of_a_statement() -> None:
    sql = """CREATE TABLE t (id INTEGER CHECK(id > (1 + 2)), "check" TEXT DEFAULT 'CHECK (x)' /* CHECK (no) */,
      s TEXT CONSTRAINT c CHECK -- why
      (s IN ('(', ')')), CHECK (s <> "check"), d TEXT DEFAULT (lower('x')))"""
    assert list(conditions(sql)) == ["id > (1 + 2)", "s IN ('(', ')')", 's <> "check"']
