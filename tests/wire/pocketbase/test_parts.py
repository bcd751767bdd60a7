"""The parts of the wire that need no server: bodies, parameters, picked fields, envelopes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from satchel.errors import ConstraintFailed, FieldError, InvalidQuery, Unavailable, ValidationFailed
from satchel.expr.nodes import Param, Path
from satchel.http.response import Response
from satchel.plan.query import Expand, Sort
from satchel.wire.pocketbase.body import collect, infer
from satchel.wire.pocketbase.collection_query import select
from satchel.wire.pocketbase.errors import ApiError, data_of, response_of, sentence, write_error
from satchel.wire.pocketbase.fields_param import excerpt, parse_fields
from satchel.wire.pocketbase.query import expand_tree, integer, list_query, sort_keys
from satchel.wire.pocketbase.shape import list_response, pages


def body_of(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


# --- bodies ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("true", True), ("false", False), ("5", 5), ("-2.5", -2.5), ("0", 0), ("1234567.125", 1234567.125)),
        *(
            (text, text)
            for text in (
                "",
                "True",
                "null",
                "05",
                "0.0",
                "1e3",
                ".5",
                "+1",
                "-0",
                "1.",
                "1.50",
                "-",
                ".",
                "1.2.3",
                " 1",
            )
        ),
    ],
)
def test_inferred_values(text: str, value: Any) -> None:
    found = infer(text)
    assert found == value
    assert type(found) is type(value)


def test_forms() -> None:
    pairs = [("a", "1"), ("b", "x"), ("a", "y"), ("@jsonPayload", '{"b":"5","c":[1]}'), ("d", "true")]
    assert collect(pairs) == {"a": [1, "y"], "b": "5", "d": True, "c": [1]}
    for payload in ("", "nope", "[1]", '{"a":1,"a":2}'):
        with pytest.raises(ApiError) as caught:
            collect([("@jsonPayload", payload)])
        assert caught.value.answer_status == 400


# --- parameters ------------------------------------------------------------


def ask(query: str, *, superuser: bool = False) -> Any:
    return list_query("posts", query.encode(), superuser=superuser)


def test_list_defaults() -> None:
    asked = ask("")
    assert (asked.page, asked.per_page, asked.skip_total, asked.fields) == (1, 30, False, None)
    assert asked.values == (30, 0)
    assert asked.query.matching
    assert asked.query.arguments.page.limit == Param(0, "number")


def test_values_come_before_limit_and_offset() -> None:
    asked = ask("filter=n%3E5%20%26%26%20t%3D%27x%27&page=3&perPage=10&skipTotal=1")
    assert asked.values == (5, "x", 10, 20)
    assert asked.query.arguments.page.offset == Param(3, "number")
    assert not asked.query.matching


@pytest.mark.parametrize(
    ("text", "number"), [("", 30), ("0", 30), ("-1", 30), ("1000", 1000), ("1001", 1000), ("+5", 5)]
)
def test_page_sizes(text: str, number: int) -> None:
    assert ask(f"perPage={text.replace('+', '%2B')}").per_page == number


@pytest.mark.parametrize(
    "query",
    [
        *("page=x", "page=1.5", "page=1e1", "page=99999999999999999999", "page=%201", "perPage=x", "skipTotal=yes"),
        *(
            "filter=%20",
            "filter=n",
            "sort=,",
            "sort=id,",
            "sort=--id",
            "sort=-",
            "sort=a,a,a,a,a,a,a,a,a",
            "fields=a:nope(1)",
        ),
        "filter=" + "+%7C%7C+".join(["n%3D1"] * 201),
    ],
)
def test_refused_parameters(query: str) -> None:
    with pytest.raises(ApiError) as caught:
        ask(query)
    assert (caught.value.answer_status, caught.value.message) == (
        400,
        "Something went wrong while processing your request.",
    )


def test_only_superusers_ask_for_the_request() -> None:
    for name in ("@request.", "@collection."):
        for parameter in ("filter", "sort"):
            with pytest.raises(ApiError) as caught:
                ask(f"{parameter}={name}a.b")
            assert (caught.value.answer_status, caught.value.message) == (403, f"Only superusers can filter by {name}")
    assert ask("sort=@request.auth.id", superuser=True).query.arguments.sort


def test_huge_pages_do_not_overflow() -> None:
    assert ask("page=9223372036854775807&perPage=1000").values == (1000, 2**63 - 1)


def test_parsed_queries_are_kept() -> None:
    assert ask("filter=n%3D1&sort=-id") is ask("filter=n%3D1&sort=-id")
    assert ask("filter=n%3D1").query == ask("filter=n%3D2").query


def test_sorting() -> None:
    assert sort_keys("-created, +author.name:lower,@random,-@rowid") == (
        Sort(Path(("created",)), descending=True),
        Sort(Path(("author", "name"), "lower")),
        Sort(Path(("@random",)), special="random"),
        Sort(Path(("@rowid",)), descending=True, special="rowid"),
    )
    with pytest.raises(InvalidQuery):
        sort_keys("x" * 256)


def test_expand() -> None:
    assert expand_tree(" d, a.c,a.b ") == (Expand("a", (Expand("b"), Expand("c")), wanted=False), Expand("d"))
    assert expand_tree("a,a.b") == (Expand("a", (Expand("b"),)),)
    deep = expand_tree("a.b.c.d.e.f.g.h")
    names = []
    while deep:
        names.append(deep[0].name)
        deep = deep[0].children
    assert names == list("abcdef")
    assert expand_tree("") == expand_tree(",") == ()


def test_integers() -> None:
    assert integer("", 7) == 7
    assert integer("-3", 7) == -3


# --- picked fields ------------------------------------------------------------

RECORD = {
    "id": "1",
    "g": {"lon": 1, "lat": 2},
    "t": "<p>Hello <b>big</b></p>",
    "l": ["a", {"x": 1, "y": 2}],
    "e": {"r": [{"n": "ab", "m": 1}]},
}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("id", {"id": "1"}),
        (" id , g.lon", {"id": "1", "g": {"lon": 1}}),
        ("*", RECORD),
        ("nope", {}),
        ("g,g.lon", {"g": RECORD["g"]}),
        ("g.lon,g", {"g": RECORD["g"]}),
        ("g.", {"g": RECORD["g"]}),
        ("id.x", {"id": "1"}),
        ("l.x", {"l": ["a", {"x": 1}]}),
        ("*.lon", {}),
        ("e.r.n:excerpt(1,true)", {"e": {"r": [{"n": "a..."}]}}),
        ("t:excerpt(6)", {"t": "Hello"}),
        ("t,t:excerpt(5)", {"t": "Hello"}),
        ("t:excerpt(5),t", {"t": RECORD["t"]}),
        ("*,t:excerpt(5)", {**RECORD, "t": "Hello"}),
        ("g:excerpt(1)", {"g": RECORD["g"]}),
    ],
)
def test_picking(text: str, picked: Any) -> None:
    picker = parse_fields(text)
    assert picker is not None
    assert picker.pick(RECORD) == picked


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_nothing_asked_is_everything(text: str) -> None:
    assert parse_fields(text) is None


@pytest.mark.parametrize(
    "text", ["t:nope(1)", "t:excerpt", "t:excerpt(0)", "t:excerpt(-1)", "t:excerpt(x)", "t:excerpt(1,2,3)", "t:", "t:("]
)
def test_bad_modifiers(text: str) -> None:
    with pytest.raises(ApiError):
        parse_fields(text)


def test_excerpts_of_broken_html() -> None:
    for html in ("<", "a<", "<p", "</", "<!--", "&#xD800;", "<script>", "<a b='", "\0", "<p>" * 5000):
        assert len(excerpt(html, 10, True)) <= 13


# --- answers ------------------------------------------------------------


def test_list_envelope() -> None:
    response = list_response(b'[{"id":"1"}]', page=2, per_page=30, total=31, fields=None)
    assert isinstance(response.body, list)
    text = b"".join(response.body)
    assert text == b'{"items":[{"id":"1"}],"page":2,"perPage":30,"totalItems":31,"totalPages":2}'
    skipped = list_response(b"[]", page=1, per_page=1, total=None, fields=None)
    assert isinstance(skipped.body, list)
    assert b"".join(skipped.body).endswith(b'"totalItems":-1,"totalPages":-1}')


def test_pages() -> None:
    assert [pages(total, 30) for total in (0, 1, 30, 31)] == [0, 1, 1, 2]


def test_error_envelope() -> None:
    response = response_of(ApiError(404))
    assert body_of(response) == b'{"data":{},"message":"The requested resource wasn\'t found.","status":404}'
    assert body_of(response_of(ApiError(400, "a <b>"))) == b'{"data":{},"message":"A <b>.","status":400}'
    assert [sentence(text) for text in ("x", "x.", "x?", "x!", "", "éa")] == ["X.", "X.", "X?", "X!", "", "Éa."]


def test_field_errors_nest() -> None:
    errors = [
        FieldError(("fields", 10, "max"), "too_much", "too much", {"b": 1, "a": 2}),
        FieldError(("fields", 2, "max"), "first", "First."),
        FieldError(("fields", 2, "max"), "second", "Second."),
        FieldError(("name",), "required", "Cannot be blank."),
    ]
    found = data_of(errors)
    assert found == {
        "fields": {
            "10": {"max": {"code": "validation_too_much", "message": "Too much.", "params": {"a": 2, "b": 1}}},
            "2": {"max": {"code": "validation_first", "message": "First."}},
        },
        "name": {"code": "validation_required", "message": "Cannot be blank."},
    }
    assert list(found["fields"]) == ["10", "2"]
    assert list(found["fields"]["10"]["max"]["params"]) == ["a", "b"]


def test_write_errors() -> None:
    unique = write_error(ConstraintFailed("unique", "no", columns=("b", "a")), "Failed.")
    assert isinstance(unique, ApiError)
    assert list(unique.data) == ["a", "b"]
    assert unique.data["a"] == {"code": "validation_not_unique", "message": "Value must be unique."}
    invalid = write_error(ValidationFailed([FieldError(("t",), "required", "Cannot be blank.")]), "Failed.")
    assert isinstance(invalid, ApiError)
    assert invalid.message == "Failed."
    down = Unavailable("down")
    assert write_error(down, "Failed.") is down
    assert response_of(down).status == 503


# --- collections in memory ------------------------------------------------------------

OBJECTS = [
    {"id": "a", "name": "posts", "type": "base", "system": False, "created": "2024-01-01 00:00:00.000Z", "updated": ""},
    {"id": "b", "name": "tags", "type": "view", "system": True, "created": "2024-02-01 00:00:00.000Z", "updated": ""},
]


@pytest.mark.parametrize(
    ("text", "sort", "names"),
    [
        ("", "", "posts tags"),
        ("", "-name", "tags posts"),
        ("", "type,-id", "posts tags"),
        ("", "-@rowid", "tags posts"),
        ("name = 'posts'", "", "posts"),
        ("name ~ 'S' && system = true", "", "tags"),
        ("name = 'posts' || type = 'view'", "-type", "tags posts"),
        ("updated = null && created < @now", "", "posts tags"),
        ("created >= '2024-01-15'", "", "tags"),
        ("system != true", "", "posts"),
    ],
)
def test_asking_for_collections(text: str, sort: str, names: str) -> None:
    found = select(OBJECTS, text, sort, datetime(2025, 1, 1, tzinfo=UTC))
    assert " ".join(item["name"] for item in found) == names


@pytest.mark.parametrize(
    "text",
    [
        "fields = 'x'",
        "name = 'x' && nope = 1",
        "name:lower = 'x'",
        "a.b = 1",
        "strftime('%Y') = 'x'",
        "@request.auth.id = ''",
    ],
)
def test_collections_have_few_fields_to_ask_for(text: str) -> None:
    with pytest.raises(InvalidQuery):
        select(OBJECTS, text, "", datetime(2025, 1, 1, tzinfo=UTC))
