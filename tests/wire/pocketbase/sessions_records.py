"""What is said to both servers about records: values, validation, modifiers, lists, expand, rules."""

from __future__ import annotations

from typing import Any

from tests.wire.pocketbase.talk import Talk

POSTS = "/api/collections/posts/records"
TAGS = "/api/collections/tags/records"


def make_posts(talk: Talk) -> None:
    """The collections and rows of the filter truth table; the rows' own answers are part of the session."""
    tags = talk.su(
        "POST", "/api/collections", json={"name": "tags", "fields": [{"name": "name", "type": "text"}]}
    ).json()
    fields: list[dict[str, Any]] = [
        {"name": "title", "type": "text"},
        {"name": "n", "type": "number"},
        {"name": "b", "type": "bool"},
        {"name": "s1", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1},
        {"name": "sm", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
        {"name": "r1", "type": "relation", "collectionId": tags["id"], "maxSelect": 1},
        {"name": "rm", "type": "relation", "collectionId": tags["id"], "maxSelect": 5},
        {"name": "j", "type": "json"},
        {"name": "g", "type": "geoPoint"},
        {"name": "d", "type": "date"},
        {"name": "hid", "type": "text", "hidden": True},
    ]
    talk.su("POST", "/api/collections", json={"name": "posts", "listRule": "", "viewRule": "", "fields": fields})
    for index, name in enumerate(("red", "Green", "50%_off", "x y")):
        talk.su("POST", TAGS, json={"id": tag(index), "name": name})
    rows: list[dict[str, Any]] = [
        {
            "title": "One",
            "n": 1,
            "b": True,
            "s1": "a",
            "sm": ["a", "b"],
            "r1": tag(0),
            "rm": [tag(0), tag(1)],
            "j": {"a": [1, 2], "b": True, "n": 5, "s": "x", "z": None},
            "g": {"lon": 23.32, "lat": 42.69},
            "d": "2024-01-15 10:00:00.000Z",
        },
        {"title": "Two", "n": -2.5, "b": False, "s1": "b", "sm": ["a"], "rm": [tag(1)], "j": [], "d": "2023-06-01"},
        {"title": "", "n": 0},
        {
            "title": "ONE_%",
            "n": 10,
            "sm": ["c", "b"],
            "r1": tag(2),
            "rm": [tag(0), tag(2)],
            "j": "txt",
            "d": "2024-03-01 23:59:59.999",
        },
    ]
    for index, row in enumerate(rows):
        talk.su("POST", POSTS, json={"id": post(index + 1), **row})


def tag(number: int) -> str:
    return f"tag00000000000{number}"


def post(number: int) -> str:
    return f"post0000000000{number}"


def lists(talk: Talk) -> None:
    """Pages, totals, sorting, and parameters that can't be read."""
    make_posts(talk)

    def ask(**params: str) -> None:
        talk.guest(
            "GET", POSTS, params={"fields": "id", **params} if "fields" not in params else params, note=str(params)
        )

    talk.guest("GET", POSTS)
    talk.su("GET", POSTS)
    talk.guest("GET", TAGS)
    talk.su("GET", TAGS)
    for page in (
        "0",
        "-1",
        "2",
        "1.5",
        "x",
        "",
        " 1",
        "+1",
        "99999999999999999999",
        "1000",
        "1e1",
        "0x1",
        "9223372036854775807",
    ):
        ask(page=page)
    for size in ("0", "-1", "1", "2", "1000", "1001", "99999999999", "x", "", "2.0"):
        ask(perPage=size)
    ask(page="2", perPage="3")
    ask(page="3", perPage="3")
    ask(page="2", perPage="2")
    for skip in ("1", "t", "T", "true", "TRUE", "True", "0", "f", "false", "x", "", "yes", "tRue"):
        ask(skipTotal=skip)
    ask(skipTotal="1", page="9")
    talk.guest("GET", POSTS + "?perPage=1&perPage=2&fields=id", note="repeated parameter")
    talk.guest("GET", POSTS + "?PERPAGE=1&perpage=1&fields=id", note="parameter in another case")
    talk.guest("GET", POSTS + "?nope=1&fields=id", note="unknown parameter")
    for sort in (
        *("id", "-id", "+id", "n", "-n", "title", "-title", "b,-n", "s1,-id", "d", "-d", "title:lower", "-title:lower"),
        *("r1.name", "-r1.name", "r1.name,-id", "rm.name", "@random", "-@random", "@rowid", "-@rowid", "hid", "nope"),
        *(
            "",
            ",",
            "id,",
            ",id",
            " id ",
            "id, -n",
            "- id",
            "--id",
            "+-id",
            "-",
            "id asc",
            "id:nope",
            "j.n",
            "-j.n",
            "g.lon",
        ),
        *(
            "-g.lon",
            "sm",
            "sm:length",
            "-sm:length",
            "sm:each",
            "rm:length,id",
            "posts_via_rm.id",
            "collectionName",
            "expand",
        ),
        *(
            "id,n,title,b,s1,sm,d,j",
            "id,n,title,b,s1,sm,d,j,g",
            "id,id,id,id,id,id,id,id,id",
            "@request.auth.id",
            "@now",
        ),
        *(
            "ID",
            "Title",
            "1",
            "'a'",
            "@collection.tags.name",
            "strftime('%Y',d)",
            "x" * 255,
            "x" * 256,
            "r1",
            "-rm",
            "created",
        ),
    ):
        if "@random" not in sort:
            ask(sort=sort)
    talk.su("GET", POSTS, params={"sort": "hid,-id", "fields": "id"})
    talk.su(
        "GET", POSTS, params={"sort": "@collection.tags.name,id", "fields": "id"}, note="superuser sorts by @collection"
    )
    talk.su("GET", POSTS, params={"sort": "@request.auth.id,id", "fields": "id"}, note="superuser sorts by @request")
    talk.su("GET", TAGS, params={"sort": "-posts_via_rm.title", "fields": "id"}, note="sort by many values")
    for text in (
        "",
        " ",
        "n=1",
        "n = 1 ",
        "hid=''",
        "nope=1",
        "n==1",
        "@request.auth.id=''",
        "@collection.tags.id!=''",
        "r1.name='red'",
    ):
        ask(filter=text)
    ask(filter="title='@request.'")
    ask(filter="title='@collection.x'")
    ask(sort="@request.query.a")
    ask(filter="n=1" + " || n=1" * 200)
    ask(filter="n=1" + " || n=1" * 199)
    ask(filter="title='" + "x" * 3500 + "'")
    talk.guest("GET", POSTS + "?filter=n%3D1&filter=n%3D10&fields=id", note="repeated filter")
    talk.guest("HEAD", POSTS)


def fields(talk: Talk) -> None:
    """`?fields=`, with all that can be said in it."""
    make_posts(talk)
    talk.su("PATCH", f"{POSTS}/{post(1)}", json={"title": "<p>Hello   <b>big</b> wide</p>\n world &amp; more"})
    one = f"{POSTS}/{post(1)}"

    def ask(fields: str, expand: str = "") -> None:
        params = {"fields": fields}
        if expand:
            params["expand"] = expand
        talk.guest("GET", one, params=params, note=f"{fields} {expand}")

    for text in (
        *(
            "id",
            "id,n",
            " id , n ",
            "*",
            "*,id",
            "nope",
            "",
            ",",
            " ",
            "id,",
            ",id",
            "id,id",
            "g.lon",
            "g",
            "g.*",
            "g.lon,g",
            "g,g.lon",
        ),
        *(
            "j.a",
            "j.n",
            "j.a.0",
            "j.*",
            "j.nope",
            "j.s.x",
            "id.x",
            "id.*",
            "*.lon",
            "*.*",
            "expand",
            "expand.r1.name",
            "rm",
            "rm.0",
        ),
        *("collectionId", "collectionName", "hid", "ID", "Id", "id;n", "id n", "j.a.*", "sm.*", "sm"),
        *(
            "title:excerpt(5)",
            "title:excerpt(5,true)",
            "title:excerpt(5,false)",
            "title:excerpt(100,true)",
            "title:excerpt(12,true)",
        ),
        *(
            "title:excerpt( 5 , true )",
            "title:excerpt(0)",
            "title:excerpt(-1)",
            "title:excerpt()",
            "title:excerpt(x)",
            "title:excerpt",
        ),
        *(
            "title:excerpt(5,1)",
            "title:excerpt(5,x)",
            "title:excerpt(5,true,1)",
            "title:excerpt(5.5)",
            "title:nope(1)",
            "title:",
            "title:(",
        ),
        *(
            "title:excerpt(5",
            "title:excerpt(5)x",
            "title :excerpt(5)",
            "n:excerpt(1)",
            "sm:excerpt(1)",
            "j:excerpt(1)",
            "j.s:excerpt(1)",
        ),
        *(
            "*:excerpt(3)",
            "g:excerpt(1)",
            "title:excerpt(5),id",
            "id,title:excerpt(5,true)",
            "nope:excerpt(3)",
            "title:excerpt(5):excerpt(2)",
        ),
        *(
            "title,title:excerpt(2)",
            "title:excerpt(2),title",
            "*,title:excerpt(2)",
            "title:EXCERPT(2)",
            "a.b.c.d.e.f.g.h",
            ".",
            "..",
            "g.",
            ".g",
        ),
    ):
        ask(text)
    for text in (
        *(
            "expand",
            "expand.*",
            "expand.r1",
            "expand.r1.name",
            "*,expand.r1.name",
            "expand.rm.name",
            "expand.rm",
            "id,expand.rm.id",
        ),
        *(
            "expand.*.name",
            "*,expand.rm.name:excerpt(1,true)",
            "expand.rm.*",
            "expand.rm.0",
            "*.name",
            "*",
            "id,expand.nope.id",
        ),
    ):
        talk.su("GET", one, params={"fields": text, "expand": "r1,rm"}, note=f"expanded {text}")
    for html in (
        *(
            "<p>a</p><p>b</p>",
            "a<br>b",
            "a<b>b</b>c",
            "<div>a</div>\n\n<div> b </div>",
            "a  b\tc\nd",
            " lead",
            "trail ",
            "1 < 2 > 3",
        ),
        *(
            "<script>x</script>y",
            "<style>x</style>y",
            "<!-- c -->y",
            "a &nbsp;b &lt;i&gt; &eacute;",
            "<img src=x>y",
            "<a href='z'>link</a>!",
        ),
        *(
            "ünïcödé text",
            "<p>",
            "&",
            "<",
            "a<",
            "<ul><li>one</li><li>two</li></ul>",
            "<table><tr><td>1</td><td>2</td></tr></table>",
            "",
        ),
    ):
        talk.su(
            "PATCH",
            one,
            json={"title": html},
            params={"fields": "title:excerpt(100,true)"},
            note=f"excerpt of {html!r}",
        )
    talk.su(
        "PATCH",
        one,
        json={"title": "Hello big wide world"},
        params={"fields": "title:excerpt(6)"},
        note="cut after a space",
    )
    talk.su("PATCH", one, json={}, params={"fields": "title:excerpt(6,true)"}, note="cut after a space, ellipsis")
    talk.su("PATCH", one, json={}, params={"fields": "title:excerpt(20,true)"}, note="exactly as long")
    talk.su("PATCH", one, json={}, params={"fields": "title:excerpt(19,true)"}, note="one less")
    talk.su("GET", POSTS, params={"fields": "id,title:excerpt(3)"})
    talk.su("GET", POSTS, params={"fields": "items.id"})
    talk.su("GET", POSTS, params={"fields": "page"})
    talk.su("GET", POSTS, params={"fields": "nope:x(1)"})
    talk.su("POST", TAGS, params={"fields": "name"}, json={"name": "new"})
    talk.su("POST", TAGS, params={"fields": "name:bad(1)"}, json={"name": "kept"}, note="a bad modifier on create")
    talk.su("GET", TAGS, params={"fields": "name"}, note="what a bad modifier on create left")
    talk.su("GET", "/api/collections", params={"fields": "name,fields.name", "filter": "name='tags'"})
    talk.su("GET", "/api/collections/tags", params={"fields": "name,fields.name"})
    talk.guest("GET", "/api/collections/nope", params={"fields": "status"}, note="errors are whole")
