"""The text syntax of filters and rules: what it accepts, what it refuses, and what it makes of both."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Call, Compare, Literal, Node, Or, Param, Path, Variable
from satchel.expr.syntax_text import MACROS, Limits, parse, parse_path, parse_rule, to_pattern


def shape(text: str) -> str:
    """A parsed filter as text with all its parentheses, for short expectations."""

    def show(node: Node) -> str:
        match node:
            case And():
                return "(" + " && ".join(map(show, node.items)) + ")"
            case Or():
                return "(" + " || ".join(map(show, node.items)) + ")"
            case Compare():
                return f"{operand(node.left)}{'?' if node.any else ''}{node.operator}{operand(node.right)}"
            case _:
                raise AssertionError(node)

    def operand(item: object) -> str:
        match item:
            case Path():
                return ".".join(item.parts) + (f":{item.modifier}" if item.modifier else "")
            case Literal():
                return repr(item.value)
            case Variable():
                return item.name
            case Call():
                return f"{item.name}({', '.join(map(operand, item.arguments))})"
            case _:
                raise AssertionError(item)

    return show(parse_rule(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n=1", "n=1"),
        ("  n  =\n1\t", "n=1"),
        ("a=1 || b=2 && c=3", "(a=1 || (b=2 && c=3))"),
        ("a=1 && b=2 || c=3", "((a=1 && b=2) || c=3)"),
        ("a=1 || b=2 && c=3 || d=4 && e=5", "(a=1 || (b=2 && c=3) || (d=4 && e=5))"),
        ("(a=1 || b=2) && c=3", "((a=1 || b=2) && c=3)"),
        ("((((a=1))))", "a=1"),
        ("(a=1)(b=2)", "(a=1 && b=2)"),
        ("a=1 (b=2)", "(a=1 && b=2)"),
        ("a=1 || (b=2)(c=3)", "(a=1 || b=2 || c=3)"),
        ("a=1 || (b=2) && c=3 (d=4)", "(a=1 || (b=2 && c=3 && d=4))"),
        ("a=1 // comment", "a=1"),
        ("// first\na=1 // second\n&& b='//no'", "(a=1 && b='//no')"),
        ("1=n", "1=n"),
        ("''=title", "''=title"),
        ("1=1", "1=1"),
        ("n=true && m=FALSE && o=Null", "(n=True && m=False && o=None)"),
        ("n=-2.5 && m=007", "(n=-2.5 && m=7)"),
        ("a?=1 && b?!=1 && c?>=1 && d?!~1", "(a?=1 && b?!=1 && c?>=1 && d?!~'%1%')"),
        ("@now>d && @yearStart<d", "(@now>d && @yearStart<d)"),
        ("a.b.c:lower='x'", "a.b.c:lower='x'"),
        ("j.a.0.1x=1", "j.a.0.1x=1"),
        ("@request.body.title:isset=true", "@request.body.title:isset=True"),
        ("@collection.tags:a.name:lower?='x'", "@collection.tags:a.name:lower?='x'"),
        ("posts_via_rm.title='x'", "posts_via_rm.title='x'"),
        ("geoDistance(g.lon, g.lat, 23.3,42.7)<10", "geoDistance(g.lon, g.lat, 23.3, 42.7)<10"),
        ("strftime('%Y', d , )='2024'", "strftime('%Y', d)='2024'"),
        ("strftime('%Y')>2000", "strftime('%Y')>2000"),
        ("a(b(c(1)))=1", "a(b(c(1)))=1"),
        (r"t='it\'s' || t=" + r'"it' + "'" + 's"', '(t="it\'s" || t="it\'s")'),
        ("größe=1", "größe=1"),
    ],
)
def test_accepts(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\t", "// only", "()", "( )", "()&&n=1", "n=1&&()", "(n=1&&)", "(&&n=1)"),
        *("n==1", "n<>1", "n=", "=1", "n", "1", "''", "true", "@now", "f(1)", "n=1 &&", "n=1 || ", "(n=1))", "((n=1)"),
        *("n=1 b=true", "(n=1) b=true", "n=1 and b=true", "n=1 AND b=true", "n=1&b=true", "n=1|b=true", "n=1 ||| n=2"),
        *("!n=1", "!(n=1)", "(n)=1", "n=(1)", "n = 1 = 1", "n! =1", "n > = 1", "n ? = 1", "n!?~1", "'a' 'b'", "n=1;"),
        *("n='1", 'n="1', r"n='a\'", "n=.5", "n=1.", "n=+1", "n=1e1", "n=--1", "n=- 1", "n=1_0", "n=0x1", "1a=1"),
        *("j.a[0]=1", "j['a']=1", "j.a-b=1", "n=1\x0b", "n=1\u00a0", "n=1 && /* x */ b=true", "n='\x00'"),
        *(
            "a..b=1",
            ".a=1",
            "a.=1",
            "title:nope='x'",
            "title:='x'",
            ":lower='x'",
            "title:lower:lower='x'",
            "title.:lower=1",
        ),
        *("title:lower.x=1", "a:b:c=1", "@collection.tags:a:b.name=1", "@collection.tags:.name=1"),
        *("strftime ('%Y',d)='x'", "strftime('%Y' d)='x'", "strftime('%Y',,d)='x'", "strftime(,)='x'", "f(a=1)=1"),
        *("f((a))=1", "f(1):lower=1", "@now()=1", "a(b(c(d(1))))=1"),
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(InvalidQuery):
        parse(text)
    with pytest.raises(InvalidQuery):
        parse_rule(text)


def test_errors_name_the_position_and_what_was_expected() -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse("title = 'x' && status 1")
    assert caught.value.details["position"] == 22
    assert caught.value.message == 'Expected an operator such as = or ~ at position 22, not "1".'
    with pytest.raises(InvalidQuery, match=r'Expected "\)" for the "\(" at position 6 at position 10, not the end'):
        parse("n=1 &&(n=1")


def test_lifts_values_out_with_hints() -> None:
    parsed = parse("a='x' && b='' && c=1.5 && d=true && e=null && f~'x_' && g!~1 && h~true && i~null && j~k")
    hints = [item.right.hint for item in parsed.node.items if isinstance(item.right, Param)]
    assert hints == ["text", "empty", "number", "bool", "null", "pattern", "pattern", "pattern", "null"]
    assert parsed.values == ("x", "", 1.5, True, None, r"%x\_%", "%1%", "%1%", None)


def test_only_the_right_side_of_like_is_a_pattern() -> None:
    parsed = parse("'a' ~ 'a'")
    assert parsed.values == ("a", "%a%")
    assert parse("strftime('%Y',d) ~ strftime('%Y')").values == ("%Y", "%Y")


def test_equal_shapes_are_equal_whatever_their_values() -> None:
    assert parse("a='x' && b>1").node == parse("a='y'&&b>22").node
    assert parse("a='x'").node != parse("a=''").node
    assert hash(parse("a='x'").node) == hash(parse("a = 'zz'").node)


def test_rules_keep_their_values() -> None:
    assert parse_rule("a~'x%' && b=''") == And(
        (
            Compare("~", Path(("a",)), Literal("x%", "pattern")),
            Compare("=", Path(("b",)), Literal("")),
        )
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'a\b'", r"a\b"),
        (r"'a\\b'", r"a\b"),
        (r"'a\\\b'", r"a\\b"),
        (r"'\\'", "\\"),
        (r"'\\\''", r"\'"),
        (r"'q\"q'", 'q"q'),
        (r'"it\'s"', "it's"),
        (r"'a\nb\tc\rd'", "a\nb\tc\rd"),
        (r"'\x41\u0041\0'", r"\x41\u0041\0"),
        ("'a\nb'", "a\nb"),
    ],
)
def test_escapes_in_texts(text: str, value: str) -> None:
    assert parse(f"t={text}").values == (value,)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("one", "%one%"),
        ("", "%%"),
        ("O%", "O%"),
        ("%E", "%E"),
        ("_", r"%\_%"),
        ("a_b%", "a_b%"),
        (r"\%", r"%\%%"),
        (r"\_%", r"\_%"),
        ("\\", r"%\\%"),
        (r"a\b", r"%a\\b%"),
        (r"\\%", r"\\%"),
        (r"%\%", r"%\%"),
        ("%\\", "%\\\\"),
        (r"%\\", r"%\\"),
    ],
)
def test_patterns(text: str, pattern: str) -> None:
    assert to_pattern(text) == pattern


def test_numbers() -> None:
    assert parse("n=-0").values == (0,)
    assert parse("n=99999999999999999999").values == (1e20,)
    assert parse("n=999999999999999999").values == (999999999999999999,)
    with pytest.raises(InvalidQuery, match="too large"):
        parse("n=" + "9" * 400)


def test_every_macro_is_a_variable() -> None:
    for macro in MACROS:
        assert parse(f"d>{macro}").node == Compare(">", Path(("d",)), Variable(macro))
    assert parse("d>@NOW").node == Compare(">", Path(("d",)), Path(("@NOW",)))


def test_limits() -> None:
    assert parse("n=1" + "&&n=1" * 199)
    with pytest.raises(InvalidQuery, match="more than 200 comparisons"):
        parse("n=1" + "&&n=1" * 200)
    assert parse("t='" + "x" * 3496 + "'")
    with pytest.raises(InvalidQuery, match="longer than 3500 bytes"):
        parse("t='" + "x" * 3497 + "'")
    with pytest.raises(InvalidQuery, match="longer than 3500 bytes"):
        parse("t='" + "é" * 1749 + "'")
    with pytest.raises(InvalidQuery, match="nested 1 deep"):
        parse("f(g(1))=1", limits=Limits(calls=1))
    assert parse("(" * 1700 + "n=1" + ")" * 1700)


def test_paths_of_sorts() -> None:
    assert parse_path("author.name:lower") == Path(("author", "name"), "lower")
    with pytest.raises(InvalidQuery):
        parse_path("author..name")


@given(st.text(max_size=200))
def test_never_fails_otherwise(text: str) -> None:
    with contextlib.suppress(InvalidQuery):
        parse(text)


@given(st.text(max_size=60).filter(lambda text: "\0" not in text))
def test_a_quoted_text_comes_back(text: str) -> None:
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    assert parse(f"t={quoted}").values == (text,)
