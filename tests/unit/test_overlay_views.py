"""What is read from the SELECT of a view."""

from __future__ import annotations

import pytest

from satchel.errors import InvalidPayload
from satchel.model.catalog import Catalog, Collection, Field
from satchel.model.view_query import parse_view, view_fields

POSTS = Collection(
    "posts",
    "main",
    "posts",
    key=("id",),
    id="pbc_posts",
    fields={
        "id": Field("id", "string", "id", kind="text", id="text3208210256"),
        "title": Field("title", "string", "title", kind="text", required=True, options={"presentable": True, "max": 9}),
        "n": Field("n", "float", "n", kind="number", hidden=True),
        "owner": Field("owner", "string", "owner", kind="relation", options={"collectionId": "pbc_users"}),
    },
)
USERS = Collection(
    "users", "main", "users", key=("id",), id="pbc_users", fields={"id": Field("id", "string", "id", kind="text")}
)
CATALOG = Catalog.build([POSTS, USERS])


def kinds(query: str) -> dict[str, str]:
    return {item.name: item.kind for item in view_fields(parse_view(query), CATALOG, "main")}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id, title, n, owner FROM posts", {"id": "text", "title": "text", "n": "number", "owner": "relation"}),
        ("select p.id, p.title as t, u.id uid from posts as p left join users u on u.id = p.owner",
         {"id": "text", "t": "text", "uid": "relation"}),
        ('SELECT "id", [title], `n` FROM `POSTS`', {"id": "text", "title": "text", "n": "number"}),
        ("SELECT (ROW_NUMBER() OVER()) as id, count(*) c, TOTAL(n) AS t, sum(n) AS s FROM posts",
         {"id": "text", "c": "number", "t": "number", "s": "json"}),
        ("SELECT id, cast(n as int) i, cast(n as REAL) r, cast(n as bool) b, cast(n as text) t, cast(n as blob) x"
         ", cast(n as decimal(1,2)) d FROM posts",
         {"id": "text", "i": "number", "r": "number", "b": "bool", "t": "text", "x": "json", "d": "json"}),
        ("SELECT id, 'x' AS lit, 1 AS one, n + 1 AS plus, title || 'x' AS joined FROM posts",
         {"id": "text", "lit": "json", "one": "json", "plus": "json", "joined": "json"}),
        ("WITH x AS (SELECT id, title FROM posts) SELECT id, title FROM x", {"id": "text", "title": "json"}),
        ("WITH posts AS (SELECT id, title FROM posts) SELECT id, title FROM posts", {"id": "text", "title": "json"}),
        ("SELECT id, title FROM (SELECT id, title FROM posts)", {"id": "text", "title": "json"}),
        ("SELECT id, title FROM posts UNION SELECT id, id FROM users", {"id": "text", "title": "json"}),
        ("SELECT DISTINCT id, title FROM posts WHERE title IN (SELECT 'FROM') ORDER BY title LIMIT 3;",
         {"id": "text", "title": "text"}),
        ("SELECT title AS id, id AS post FROM posts", {"id": "text", "post": "relation"}),
        ("SELECT id, CASE WHEN n > 1 THEN 'a' ELSE 'b' END AS size, -n AS minus FROM posts",
         {"id": "text", "size": "json", "minus": "json"}),
        ("SELECT id, (SELECT count(*) FROM users) AS others FROM posts", {"id": "text", "others": "json"}),
        ("SELECT id, title FROM posts, users", {"id": "text", "title": "text"}),
        ("SELECT id FROM nowhere", {"id": "text"}),
    ],
)  # fmt: skip
def test_kinds(query: str, expected: dict[str, str]) -> None:
    assert kinds(query) == expected


def test_a_copy_keeps_what_matters() -> None:
    title, again, number = view_fields(parse_view("SELECT title, title AS t2, n, id FROM posts"), CATALOG, "main")[:3]
    assert title.id.startswith("_clone_")
    assert title.id != again.id
    assert (title.required, title.presentable, title.options["max"], title.options["primaryKey"]) == (
        True,
        True,
        9,
        False,
    )
    assert number.hidden
    same = view_fields(parse_view("SELECT title, id FROM posts"), CATALOG, "main")[0]
    assert same.id == title.id


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("SELECT * FROM posts", "wildcard"),
        ("SELECT p.* FROM posts p", "wildcard"),
        ("SELECT id FROM posts; DROP TABLE posts", "multiple"),
        ("SELECT id FROM posts)", "parentheses"),
        ("SELECT id FROM (posts", "parentheses"),
        ("selec id from posts", "SELECT was expected"),
        ("DELETE FROM posts", "SELECT was expected"),
        ("", "SELECT was expected"),
        ("WITH x AS (DELETE FROM posts RETURNING id) DELETE FROM x", "SELECT was expected"),
        ("SELECT title FROM posts", "missing required id"),
        ('SELECT id, title AS "my t" FROM posts', 'invalid field "my t" (1): name: must be in a valid format.'),
        ("SELECT id, title AS expand FROM posts", 'invalid field "expand" (1): name: must not be in list.'),
        ("SELECT id, title AS a, n AS A FROM posts", "twice"),
        ("SELECT id, n + 1 FROM posts", "invalid field"),
        ("SELECT id, , n FROM posts", "a column is missing"),
        ("SELECT id, token FROM satchel_sessions", "Satchel itself"),
        ('SELECT id, (SELECT password FROM "satchel_users") AS p FROM posts', "Satchel itself"),
        ("SELECT id FROM posts WHERE title = 'x", "not closed"),
    ],
)
def test_what_is_no_view(query: str, part: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        kinds(query)
    assert part in refused.value.message
