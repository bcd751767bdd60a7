"""The interpreter: PocketBase's recorded truth table, Directus's relations and quantifiers, payloads."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.memory import Alias, Column, Memory, MemoryRow, MemoryScope

from satchel.errors import InvalidQuery
from satchel.expr.evaluate import evaluate
from satchel.expr.syntax_text import parse
from satchel.expr.syntax_tree import parse_filter, parse_rule

# --- PocketBase ------------------------------------------------------------------------------------------------------

TAG = "tag00000000000{}"
POST = "post0000000000{}"
POSTS = {
    "id": Column("string"),
    "title": Column("text"),
    "n": Column("float"),
    "b": Column("boolean"),
    "s1": Column("string", listed="single"),
    "sm": Column("json", listed="many"),
    "r1": Column("string", to="tags", listed="single"),
    "rm": Column("json", to="tags", many=True, listed="many"),
    "j": Column("json"),
    "g": Column("json"),
    "d": Column("string"),
    "hid": Column("text"),
}


def post(
    number: int, title: str, n: float, b: bool, s1: str, sm: str, r1: str, rm: list[int], j: str, g: str, d: str
) -> dict[str, Any]:
    keys = ",".join(f'"{TAG.format(tag)}"' for tag in rm)
    return {
        "id": POST.format(number),
        "title": title,
        "n": n,
        "b": b,
        "s1": s1,
        "sm": sm,
        "r1": r1,
        "rm": f"[{keys}]",
        "j": j,
        "g": g,
        "d": d,
        "hid": "",
    }


ZERO = '{"lon":0,"lat":0}'
PB = Memory(
    {"posts": POSTS, "tags": {"id": Column("string"), "name": Column("text")}},
    {
        "tags": [
            {"id": TAG.format(index), "name": name} for index, name in enumerate(("red", "Green", "50%_off", "x y"))
        ],
        "posts": [
            post(
                1,
                "One",
                1,
                True,
                "a",
                '["a","b"]',
                TAG.format(0),
                [0, 1],
                '{"a":[1,2],"s":"x","n":5,"b":true,"z":null}',
                '{"lon":23.32,"lat":42.69}',
                "2024-01-15 10:00:00.000Z",
            ),
            post(2, "Two", -2.5, False, "b", '["a"]', "", [1], "[]", ZERO, "2023-06-01 00:00:00.000Z"),
            post(3, "", 0, False, "", "[]", "", [], "null", ZERO, ""),
            post(
                4, "ONE_%", 10, False, "", '["c","b"]', TAG.format(2), [0, 2], '"txt"', ZERO, "2024-03-01 23:59:59.999Z"
            ),
        ],
    },
)
SCOPE = MemoryScope(
    PB,
    signed_in=None,
    values={
        "method": "GET",
        "query": {"filter": "x", "fields": "id"},
        "headers": {},
        "body": {},
        "auth": {"email": "root@x.y"},
    },
    variables={
        "@yearStart": "2026-01-01 00:00:00.000Z",
        "@now": "2026-11-23 12:30:15.250Z",
        "@second": 15,
        "@month": 11,
        "@weekday": 1,
        "@todayStart": "2026-11-23 00:00:00.000Z",
        "@todayEnd": "2026-11-23 23:59:59.999Z",
        "@hour": 12,
        "@monthStart": "2026-11-01 00:00:00.000Z",
        "@yesterday": "2026-11-22 12:30:15.250Z",
        "@minute": 30,
        "@day": 23,
        "@tomorrow": "2026-11-24 12:30:15.250Z",
        "@year": 2026,
    },
)

TRUTH = r"""
n=1 → 1 · n='1' → 1 · n!=1 → 234 · n>0 → 14 · n>=0 → 134 · n<0 → 2 · n=-2.5 → 2 · b=true → 1 · b=false → 234 · b=1 → 1 · b!=true → 234
title='' → 3 · title!='' → 124 · title=null → 3 · title!=null → 124 · title='one' → ∅ · title:lower='one' → 1 · title~'one' → 14
title~'ONE' → 14 · title!~'one' → 23 · title~'O%' → 14 · title~'%E' → 1 · title~'_' → 4 · title~'\\%' → 4 · title~'\_%' → ∅
s1='a' → 1 · s1='' → 34 · s1=null → 34 · sm='a' → ∅ · sm~'a' → 12 · sm:each='a' → 2 · sm:each?='a' → 12 · sm:each~'a' → 2
sm:each!='c' → 123 · sm:each?!='a' → 134 · sm:length=0 → 3 · sm:length>1 → 14 · sm='[]' → 3 · sm='' → ∅ · rm.name='red' → ∅
rm.name?='red' → 14 · rm.name!='red' → 23 · rm.name?!='red' → 1234 · rm.name~'r' → 12 · rm.name?~'r' → 124 · rm:length=2 → 14
rm='tag000000000000' → ∅ · rm~'tag000000000000' → 14 · rm?='tag000000000000' → ∅ · rm:each='tag000000000001' → 2
rm:each?='tag000000000000' → 14 · rm.id?='tag000000000000' → 14 · rm.id='tag000000000001' → 2 · r1.name='red' → 1 · r1.name='' → 23
r1.name=null → 23 · r1.name!='red' → 234 · r1.id='tag000000000000' → 1 · r1='tag000000000000' → 1 · r1.name:lower='red' → 1
j.a.0=1 → 1 · j.s='x' → 1 · j.n>4 → 1 · j.b=true → 1 · j.z=null → 1234 · j.missing=null → 1234 · j='txt' → 4 · j=null → 3
j!=null → 124 · j='[]' → 2 · j~'x' → 14 · j.a~'1' → 1 · j:length=0 → ∅ · g.lon>10 → 1 · g.lat=0 → 234
geoDistance(g.lon,g.lat,23.3,42.7)<10 → 1 · geoDistance(g.lon,g.lat,23.3,42.7)>10 → 234 · d>'2024-01-01' → 14
d>='2024-01-15 10:00:00.000Z' → 14 · d='2024-01-15' → ∅ · d~'2024' → 14 · d>@yearStart → ∅ · d<@now → 1234 · d='' → 3
strftime('%Y',d)='2024' → 14 · strftime('%Y-%m',d,'+1 month')='2024-02' → 1 · strftime('%H',d)='' → 3 · strftime('%Y')>2000 → 1234
strftime('%Y-%m', rm.id)='' → 1234 · id='post00000000001' || id='post00000000002' && n=5 → 1
(id='post00000000001' || id='post00000000002') && n=1 → 1 · n=1&&b=true → 1 · 1=1 → 1234 · 1=2 → ∅ · 'a'='a' → 1234
true=true → 1234 · n=n → 1234 · 1=n → 1 · null=title → 3 · ''=title → 3 · n>title → ∅ · @request.method='GET' → 1234
@request.auth.email~'root' → 1234 · @request.query.filter!='' → 1234 · @request.headers.user_agent='' → 1234
@request.body.x:isset=false → 1234 · @request.query.fields:isset=true → 1234 · @collection.tags.name='red' → ∅
@collection.tags.name?='red' → 1234 · @collection.tags.name?='red' && r1=@collection.tags.id → ∅ · r1?=@collection.tags.id → 14
@collection.tags:a.name?='red' && @collection.tags:b.name?='Green' → 1234 · rm.posts_via_rm.title?='Two' → 12
rm.posts_via_rm.n>0 → 4 · r1.posts_via_r1.title='One' → 1 · title>'O' → 124 · title<'P' → 134 · hid='' → 1234 · title:length=1 → ∅
title:each='x' → ∅ · n:lower='1' → 1 · title="it's" → ∅ · @second>=0 → 1234 · @month>0 → 1234 · @weekday<7 → 1234
@todayStart<@todayEnd → 1234 · @monthStart<=@now → 1234 · @yesterday<@tomorrow → 1234
@hour<24 && @minute<60 && @day>0 && @year>2000 → 1234
"""  # noqa: E501


def truth() -> list[tuple[str, str]]:
    pairs = [entry.rsplit(" → ", 1) for line in TRUTH.strip().splitlines() for entry in line.split(" · ")]
    return [(text, "" if answer == "∅" else answer) for text, answer in pairs]


@pytest.mark.parametrize(("text", "answer"), truth(), ids=[text for text, _ in truth()])
def test_truth_table(text: str, answer: str) -> None:
    parsed = parse(text)
    met = [
        str(number)
        for number, row in enumerate(PB.rows("posts"), 1)
        if evaluate(parsed.node, row, SCOPE, parsed.values) is True
    ]
    assert "".join(met) == answer


@pytest.mark.parametrize("text", ["nope=1", "r1.nope='x'"])
def test_unknown_field(text: str) -> None:
    parsed = parse(text)
    with pytest.raises(InvalidQuery):
        evaluate(parsed.node, PB.rows("posts")[0], SCOPE, parsed.values)


@pytest.mark.parametrize(
    ("sought", "answer"),
    [("One", "14"), ("_", "4"), ("%", "1234"), ("O%", "14"), ("\\%", "4"), ("", "1234"), (5, ""), (None, "")],
    ids=repr,
)
def test_values_of_the_request_are_sought_like_texts_of_the_filter(sought: Any, answer: str) -> None:
    parsed = parse("title ~ @request.query.x")
    scope = MemoryScope(PB, values={"query": {"x": sought}})
    met = [
        str(number)
        for number, row in enumerate(PB.rows("posts"), 1)
        if evaluate(parsed.node, row, scope, parsed.values) is True
    ]
    assert "".join(met) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("@request.query.x = 5", False),
        ("@request.query.x > 5", True),
        ("@request.query.x = '5'", True),
        ("@request.body.n = 5", True),
        ("@request.body.n > 5", False),
        ("'5' = 5", False),
        ("5 < '5'", True),
        ("5 = 5.0", True),
        ("null = ''", True),
        ("strftime('%Y', d) = 2024", False),
        ("strftime('%Y', d) > 2023", True),
        ("n = '1.0'", True),
        ("n = ' 1'", True),
        ("n = '1x'", False),
        ("'x5y' ~ n", False),
        ("'x1y' ~ '1'", True),
        ("s1 != @request.headers.nope", True),
        ("hid = @request.headers.nope", True),
    ],
)
def test_types_meet_as_in_sqlite(text: str, answer: bool) -> None:
    """Recorded from the binary."""
    parsed = parse(text)
    scope = MemoryScope(PB, values={"query": {"x": "5"}, "body": {"n": 5}, "headers": {}})
    assert (evaluate(parsed.node, PB.rows("posts")[0], scope, parsed.values) is True) is answer


def test_guest_has_empty_id() -> None:
    row = PB.rows("posts")[0]
    scope = MemoryScope(PB)
    for text in ("@request.auth.id=''", "@request.auth.id=null", "@request.auth.team.name=''"):
        parsed = parse(text)
        assert evaluate(parsed.node, row, scope, parsed.values) is True


def test_changed() -> None:
    row = PB.rows("posts")[0]
    for body, answer in (({}, False), ({"title": "One"}, False), ({"title": "Other"}, True), ({"title": None}, True)):
        parsed = parse("@request.body.title:changed = true")
        assert evaluate(parsed.node, row, MemoryScope(PB, values={"body": body}), parsed.values) is answer


# --- Directus --------------------------------------------------------------------------------------------------------

DIRECTUS = Memory(
    {
        "articles": {
            "id": Column("integer"),
            "title": Column("string"),
            "views": Column("integer"),
            "author": Column("integer", to="authors"),
            "published": Column("timestamp"),
            "data": Column("json"),
            "labels": Column("csv"),
            "tags": Alias("articles_tags", "articles_id"),
        },
        "authors": {"id": Column("integer"), "name": Column("string"), "articles": Alias("articles", "author")},
        "articles_tags": {
            "id": Column("integer"),
            "articles_id": Column("integer", to="articles"),
            "tags_id": Column("integer", to="tags"),
        },
        "tags": {"id": Column("integer"), "name": Column("string"), "rank": Column("integer")},
    },
    {
        "authors": [{"id": 1, "name": "Anna"}, {"id": 2, "name": "Bob"}, {"id": 3, "name": None}],
        "articles": [
            {
                "id": 1,
                "title": "First",
                "views": 10,
                "author": 1,
                "published": "2024-01-02 03:04:05.000Z",
                "data": '{"k":{"c":[1,2]},"color":"red"}',
                "labels": "a,b",
            },
            {
                "id": 2,
                "title": "first",
                "views": None,
                "author": 2,
                "published": "2023-06-01 00:00:00.000Z",
                "data": None,
                "labels": "",
            },
            {"id": 3, "title": None, "views": 0, "author": None, "published": None, "data": "nope", "labels": None},
        ],
        "tags": [{"id": 1, "name": "red", "rank": 1}, {"id": 2, "name": "green", "rank": 2}],
        "articles_tags": [
            {"id": 1, "articles_id": 1, "tags_id": 1},
            {"id": 2, "articles_id": 1, "tags_id": 2},
            {"id": 3, "articles_id": 2, "tags_id": 2},
            {"id": 4, "articles_id": 2, "tags_id": None},
        ],
    },
)


def tree(filter: Any, collection: str = "articles", **scope: Any) -> list[int]:
    parsed = parse_filter(filter)
    return [
        row.values["id"]
        for row in DIRECTUS.rows(collection)
        if row.values and evaluate(parsed.node, row, MemoryScope(DIRECTUS, **scope), parsed.values) is True
    ]


@pytest.mark.parametrize(
    ("filter", "answer"),
    [
        ({"views": {"_eq": 10}}, [1]),
        ({"views": {"_neq": 10}}, [3]),
        ({"views": {"_eq": "10"}}, [1]),
        ({"views": {"_null": True}}, [2]),
        ({"views": {"_null": False}}, [1, 3]),
        ({"views": {"_in": [0, 10]}}, [1, 3]),
        ({"views": {"_nin": [10]}}, [3]),
        ({"views": {"_between": [0, 5]}}, [3]),
        ({"views": {"_nbetween": [0, 5]}}, [1]),
        ({"title": {"_contains": "IRS"}}, [1, 2]),
        ({"title": {"_ncontains": "z"}}, [1, 2]),
        ({"title": {"_starts_with": "F"}}, [1, 2]),
        ({"title": {"_ends_with": "st"}}, [1, 2]),
        ({"title": {"_empty": True}}, [3]),
        ({"labels": {"_empty": True}}, [2, 3]),
        ({"labels": {"_contains": "b"}}, [1]),
        ({"published": {"_gt": "2024-01-01"}}, [1]),
        ({"published": {"_gt": "2024-01-02T04:04:05+01:00"}}, []),
        ({"published": {"_gte": "2024-01-02T04:04:05+01:00"}}, [1]),
        ({"year(published)": {"_eq": 2024}}, [1]),
        ({"weekday(published)": {"_eq": 4}}, [2]),
        ({"count(tags)": {"_gt": 1}}, [1, 2]),
        ({"count(tags)": {"_eq": 0}}, [3]),
        ({"count(labels)": {"_eq": 2}}, [1]),
        ({"data": {"_json": {"k.c[0]": {"_gt": 0}}}}, [1]),
        ({"data": {"_json": {"color": {"_eq": "red"}}}}, [1]),
        ({"json(data, color)": {"_contains": "e"}}, [1]),
        ({"author": {"name": {"_eq": "Anna"}}}, [1]),
        ({"author": {"name": {"_null": True}}}, [3]),
        ({"author": 1}, [1]),
        ({"author": {"articles": {"title": {"_eq": "first"}}}}, [2]),
        # one related row must meet both, where both go the same way
        ({"tags": {"tags_id": {"name": {"_eq": "red"}}}}, [1]),
        (
            {
                "_and": [
                    {"tags": {"tags_id": {"name": {"_eq": "red"}}}},
                    {"tags": {"tags_id": {"name": {"_eq": "green"}}}},
                ]
            },
            [],
        ),
        ({"_and": [{"tags": {"tags_id": {"name": {"_eq": "red"}}}}, {"tags": {"tags_id": {"rank": {"_eq": 1}}}}]}, [1]),
        ({"tags": {"_null": True}}, [3]),
        ({"tags": {"tags_id": {"_null": True}}}, [2, 3]),
        # quantifiers stand each for itself
        ({"tags": {"_some": {"tags_id": {"name": {"_eq": "red"}}}}}, [1]),
        ({"tags": {"_none": {"tags_id": {"name": {"_eq": "red"}}}}}, [2, 3]),
        (
            {
                "_and": [
                    {"tags": {"_some": {"tags_id": {"name": {"_eq": "red"}}}}},
                    {"tags": {"_some": {"tags_id": {"name": {"_eq": "green"}}}}},
                ]
            },
            [1],
        ),
        ({"_or": [{"views": {"_eq": 10}}, {}]}, [1, 2, 3]),
        ({}, [1, 2, 3]),
    ],
    ids=str,
)
def test_tree(filter: Any, answer: list[int]) -> None:
    assert tree(filter) == answer


def test_variables() -> None:
    variables = {
        "$CURRENT_USER": 2,
        "$CURRENT_ROLES": [1, 3],
        "$NOW": "2024-01-01T00:00:00.000Z",
        "$CURRENT_USER.team": None,
    }
    assert tree({"author": {"_eq": "$CURRENT_USER"}}, variables=variables) == [2]
    assert tree({"author": {"_in": "$CURRENT_ROLES"}}, variables=variables) == [1]
    assert tree({"published": {"_lt": "$NOW"}}, variables=variables) == [2]
    # what is not there equals nothing, and excludes nothing
    assert tree({"author": {"_eq": "$CURRENT_USER.team"}}, variables=variables) == []
    assert tree({"author": {"_neq": "$CURRENT_USER.team"}}, variables=variables) == []
    assert tree({"author": {"_in": ["$CURRENT_USER.team"]}}, variables=variables) == []
    assert tree({"author": {"_nin": ["$CURRENT_USER.team"]}}, variables=variables) == []


@pytest.mark.parametrize(
    ("rule", "payload", "answer"),
    [
        ({"title": {"_regex": "^[A-Z]"}}, {"title": "Abc"}, True),
        ({"title": {"_regex": "^[A-Z]"}}, {"title": "abc"}, False),
        ({"title": {"_regex": "/^[A-Z]/i"}}, {"title": "abc"}, True),
        ({"title": {"_regex": "^[A-Z]"}}, {}, True),
        ({"title": {"_regex": "("}}, {"title": "x"}, False),
        ({"title": {"_submitted": True}}, {}, False),
        ({"title": {"_submitted": True}}, {"title": None}, True),
        ({"title": {"_nnull": True}}, {"title": None}, False),
        ({"title": {"_nnull": True}}, {}, True),
        ({"_and": [{"views": {"_gte": 1}}, {"title": {"_nempty": True}}]}, {"views": 0, "title": "x"}, False),
        ({"_or": [{"views": {"_gte": 1}}, {"title": {"_eq": "x"}}]}, {"views": 0, "title": "x"}, True),
        ({"views": {"_between": [1, 3]}}, {"views": 2}, True),
        ({"views": {"_in": ["$CURRENT_USER", 5]}}, {"views": 7}, True),
    ],
    ids=str,
)
def test_payload(rule: Any, payload: dict[str, Any], answer: bool) -> None:
    row = MemoryRow(DIRECTUS, "articles", payload, payload=True)
    scope = MemoryScope(DIRECTUS, variables={"$CURRENT_USER": 7})
    assert (evaluate(parse_rule(rule), row, scope) is True) is answer
