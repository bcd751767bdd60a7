"""Sessions about files: uploading, replacing, reading, protecting."""

from __future__ import annotations

import json
from typing import Any

import httpx
from tests.wire.pocketbase.talk import Talk

RECORDS = "/api/collections/docs/records"
OPEN = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}
FIELDS: list[dict[str, Any]] = [
    {"name": "title", "type": "text"},
    {"name": "one", "type": "file", "maxSelect": 1, "thumbs": ["60x60"]},
    {"name": "many", "type": "file", "maxSelect": 3, "maxSize": 1000, "mimeTypes": ["text/plain", "image/png"]},
    {"name": "kept", "type": "file", "maxSelect": 1, "protected": True},
]
MINIMAL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)


def make_collection(talk: Talk, name: str = "docs", **more: Any) -> None:
    body = {"name": name, "type": "base", **OPEN, "fields": FIELDS, **more}
    talk.su("POST", "/api/collections", json=body, note=f"make {name}")


def text(name: str, content: bytes = b"hello") -> tuple[str, bytes, str]:
    return name, content, "text/plain"


def sent(talk: Talk, note: str, files: list[tuple[str, Any]], data: Any = None, record: str = "") -> dict[str, Any]:
    """Create a record, or change the one of that id, with a form."""
    method, path = ("PATCH", f"{RECORDS}/{record}") if record else ("POST", RECORDS)
    # without a file httpx would not make it a multipart form
    answer = talk.guest(method, path, data=data or {}, files=files, note=note)
    return answer.json()


def uploads(talk: Talk) -> None:
    make_collection(talk)
    talk.guest("POST", RECORDS, json={"one": "x.txt"}, note="a name that nobody uploaded")
    talk.guest("POST", RECORDS, json={"many": ["x.txt", "y.txt"]}, note="names that nobody uploaded")
    talk.guest("POST", RECORDS, data={"one": "x.txt"}, note="such a name in a form")
    sent(talk, "two files for one", [("one", text("abc.txt")), ("one", text("def.txt"))])
    sent(talk, "too many", [("many", text(f"abc{n}.txt")) for n in range(4)])
    sent(talk, "too large", [("many", text("big.txt", b"x" * 1001))])
    sent(talk, "wrong type", [("many", ("abc.pdf", b"%PDF-1.4"))])
    sent(talk, "a type in disguise", [("many", ("abc.png", b"<html></html>", "image/png"))])
    sent(talk, "large and wrong", [("many", ("big.pdf", b"%PDF-1.4" + b"x" * 2000))])
    sent(talk, "many and large", [("many", text(f"abc{n}.txt", b"x" * 2000)) for n in range(4)])
    sent(talk, "unknown and many", [("many", text(f"abc{n}.txt")) for n in range(4)], {"many": "zz.txt"})
    sent(talk, "several bad ones", [("many", text("big.txt", b"x" * 1001)), ("many", ("abc.pdf", b"%PDF"))])
    sent(talk, "a file without a name", [("one", ("", b"hello"))])
    sent(talk, "an empty file", [("one", text("empty.txt", b""))])
    sent(talk, "a file for a text", [("title", text("abc.txt"))])
    sent(talk, "a file for no field", [("nope", text("abc.txt"))], {"title": "ok"})
    for name in ("My Fîle 1.TXT", "double.tar.gz", "CamelCase.Txt", "a/b/ccc.txt", "UPPER.TXT", "noext"):
        sent(talk, f"named {name}", [("one", text(name))])


def file_changes(talk: Talk) -> None:
    make_collection(talk)
    made = sent(talk, "two", [("many", text("aaa.txt")), ("many", text("bbb.txt"))])
    record, (first, second) = made["id"], made["many"]
    path = f"{RECORDS}/{record}"
    talk.guest("PATCH", path, json={"many+": "zzz"}, note="append a name")
    talk.guest("PATCH", path, json={"title": "x", "many": [first, second]}, note="send them back")
    sent(talk, "append", [("many+", text("ccc.txt"))], record=record)
    sent(talk, "append too many", [("many+", text("ddd.txt"))], record=record)
    talk.guest("PATCH", path, json={"many-": second}, note="remove one")
    talk.guest("PATCH", path, json={"many-": ["nope", second]}, note="remove what is not there")
    sent(talk, "prepend", [("+many", text("eee.txt"))], record=record)
    sent(talk, "replace but one", [("many", text("fff.txt"))], {"many": first}, record=record)
    made = sent(talk, "replace", [("many", text("ggg.txt"))], record=record)
    kept = made["many"][0]
    talk.guest("PATCH", path, json={"many": [kept, kept]}, note="the same twice")
    talk.guest("GET", f"/api/files/docs/{record}/{first}", note="one that was given up")
    talk.guest("GET", f"/api/files/docs/{record}/{kept}", note="one that is kept")
    talk.guest("PATCH", path, json={"one": kept}, note="a name of another field")
    talk.guest("PATCH", path, json={"many": []}, note="remove all")
    talk.guest("PATCH", path, json={"many": [kept]}, note="bring back")
    made = sent(talk, "single", [("one", text("iii.txt"))], record=record)
    talk.guest("PATCH", path, json={"one": "x"}, note="another name")
    made = sent(talk, "a name and a file", [("one", text("jjj.txt"))], {"one": made["one"]}, record=record)
    made = sent(talk, "append to a single one", [("one+", text("kkk.txt"))], record=record)
    talk.guest("PATCH", path, json={"one-": made["one"]}, note="remove the single one")
    talk.guest("PATCH", path, json={"one": None}, note="null")
    sent(talk, "with json", [("one", text("lll.txt"))], {"@jsonPayload": '{"title":"tt"}'}, record=record)
    made = sent(
        talk, "json of the same field", [("one", text("mmm.txt"))], {"@jsonPayload": '{"one":""}'}, record=record
    )
    sent(
        talk,
        "json of a name",
        [("many", text("mmm.txt"))],
        {"@jsonPayload": json.dumps({"many": ["x"]})},
        record=record,
    )
    made = sent(talk, "plain and append", [("many", text("nnn.txt")), ("many+", text("ooo.txt"))], record=record)
    sent(talk, "file and remove", [("many", text("ppp.txt"))], {"many-": made["many"][0]}, record=record)
    talk.guest("PATCH", path, json={"one": 5}, note="a number")
    talk.guest("PATCH", path, json={"one": {"a": 1}}, note="an object")
    talk.guest("DELETE", path, note="delete")
    talk.guest("GET", f"/api/files/docs/{record}/{kept}", note="of a deleted record")
    required = [{**field, "required": True} if field["name"] == "many" else field for field in FIELDS]
    talk.su("PATCH", "/api/collections/docs", json={"fields": required}, note="make it required")
    talk.guest("POST", RECORDS, json={}, note="without a required one")
    sent(talk, "with a required one", [("many", text("abc.txt"))])


def downloads(talk: Talk) -> None:
    make_collection(talk)
    made = sent(talk, "a text", [("one", text("hello.txt", b"0123456789" * 3))])
    url = f"/api/files/docs/{made['id']}/{made['one']}"
    talk.keep_headers = True
    modified = talk.guest("GET", url, note="whole").headers["last-modified"]
    talk.guest("HEAD", url, note="head")
    talk.guest("GET", url, headers={"origin": "http://x.y"}, note="from a page")
    for wanted in (
        *("0-4", "5-", "-3", "0-4,6-8", "30-", "100-200", "5-3", "abc", "0-29", "0-100", "-100", "0-0,-1", "", ","),
        *("0-4, 100-200", "-0", "0-29,0-29,0-29", " 1-2 ,  4-5"),
    ):
        talk.guest("GET", url, headers={"range": f"bytes={wanted}"}, note=f"bytes={wanted}")
    talk.guest("GET", url, headers={"range": "items=0-1"}, note="items")
    talk.guest("HEAD", url, headers={"range": "bytes=0-4"}, note="head of a range")
    past = "Mon, 01 Jan 2001 00:00:00 GMT"
    for name, value in (
        ("if-modified-since", modified),
        ("if-modified-since", past),
        ("if-modified-since", "nope"),
        ("if-unmodified-since", past),
        ("if-none-match", '"x"'),
        ("if-none-match", "*"),
        ("if-match", "*"),
        ("if-match", '"x"'),
    ):
        shown = "now" if value == modified else value
        talk.guest("GET", url, headers={name: value}, note=f"{name} {shown}")
    for value in (modified, past):
        talk.guest("GET", url, headers={"if-range": value, "range": "bytes=0-1"}, note=f"if-range {value == past}")
    paths = (
        *("/api/files/nope/x/y", "/api/files/docs/nope/y.txt", f"{url}x", f"{url}/", "/api/files/docs", "/api/files"),
        f"/api/files/docs/{made['id']}/..%2f..%2fdata.db",
        f"{url}.attrs",
        url.replace("docs", "DOCS"),
        url.replace("docs", made["collectionId"]),
        url.replace("_", "%5f"),
    )
    for number, path in enumerate(paths):
        talk.guest("GET", path, note=f"path {number}")
    talk.guest("POST", url, json={}, note="post")
    kinds(talk)


def kinds(talk: Talk) -> None:
    """What is shown in the browser, and as what."""
    for name, content in (
        ("abc.svg", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("abc.svg", b"hello"),
        ("abc.svg", MINIMAL_PNG),
        ("abc.html", b"<html></html>"),
        ("abc.css", b"body{}"),
        ("abc.js", b"var a"),
        ("abc.mjs", b"var a"),
        ("abc.pdf", b"%PDF-1.4"),
        ("abc.png", MINIMAL_PNG),
        ("abc.png", b"<html></html>"),
        ("abc.json", b"{}"),
        ("abc.xml", b'<?xml version="1.0"?><a/>'),
        ("abc.ico", b"\0\0\1\0\1\0" + bytes(20)),
    ):
        made = sent(talk, f"upload {name} {content[:8]!r}", [("one", (name, content))])
        url = f"/api/files/docs/{made['id']}/{made['one']}"
        talk.guest("HEAD", url, note=f"{name} {content[:8]!r}")
        for flag in ("1", "true", "t", "0", "", "yes") if content == MINIMAL_PNG else ():
            talk.guest("HEAD", f"{url}?download={flag}", note=f"{name} download {flag}")
    for thumb in ("60x60", "100x100", "10x10", "abc", "0x0", ""):
        talk.guest("HEAD", f"{url}?thumb={thumb}", note=f"no image, {thumb}")


def file_views(talk: Talk) -> None:
    make_collection(talk)
    made = sent(talk, "a file", [("one", text("aaa.txt")), ("many", text("bbb.txt")), ("many", text("ccc.txt"))])
    sent(talk, "another", [("one", text("other.txt"))])
    same = {"name": "same", "type": "view", "viewQuery": "select id, one, many, title from docs"}
    talk.su("POST", "/api/collections", json={**same, "viewRule": "", "listRule": ""}, note="a view")
    query = "select (ROW_NUMBER() OVER()) as id, one as uno, many as mas, title from docs"
    own = {"name": "own", "type": "view", "viewQuery": query, "viewRule": "", "listRule": ""}
    talk.su("POST", "/api/collections", json=own, note="a view with ids of its own")
    over = {"name": "over", "type": "view", "viewQuery": "select id, one as eins from same", "listRule": ""}
    talk.su("POST", "/api/collections", json=over, note="a view of a view")
    for view in ("same", "over"):
        talk.guest("GET", f"/api/files/{view}/{made['id']}/{made['one']}", note=f"through {view}")
        talk.guest("GET", f"/api/files/{view}/{made['id']}/{made['many'][1]}", note=f"one of many through {view}")
    for number in ("1", "2", "3"):
        talk.guest("GET", f"/api/files/own/{number}/{made['one']}", note=f"through own {number}")
        talk.guest("GET", f"/api/files/own/{number}/{made['many'][1]}", note=f"one of many through own {number}")


def protected(talk: Talk) -> None:
    make_collection(talk)
    people = {"name": "people", "type": "auth", **OPEN, "fields": []}
    talk.su("POST", "/api/collections", json=people, note="people")
    words = {"email": "a@example.com", "password": "12345678", "passwordConfirm": "12345678"}
    talk.guest("POST", "/api/collections/people/records", json=words, note="a person")
    login = {"identity": "a@example.com", "password": "12345678"}
    answer = talk.guest("POST", "/api/collections/people/auth-with-password", json=login, note="sign in")
    person = answer.json()["token"]
    talk.guest("POST", "/api/files/token", note="a guest's token")
    talk.guest("POST", "/api/files/token", headers={"Authorization": "nonsense"}, note="a nonsense token")
    tokens = {
        "superuser": talk.su("POST", "/api/files/token", note="a superuser's").json()["token"],
        "person": talk.guest("POST", "/api/files/token", headers={"Authorization": person}, note="a person's").json()[
            "token"
        ],
        "nonsense": "nonsense",
        "login": person,
        "none": "",
    }
    made = sent(talk, "a protected file", [("kept", text("secret.txt")), ("one", text("public.txt"))])
    url = f"/api/files/docs/{made['id']}/{made['kept']}"
    for rule in (
        None,
        "",
        "@request.auth.id != ''",
        "@request.auth.email = 'a@example.com'",
        "@request.context = 'protectedFile' && @request.method = 'GET' && @request.query.token != ''",
        "title = 'nobody'",
    ):
        talk.su("PATCH", "/api/collections/docs", json={"viewRule": rule}, note=f"rule {rule}")
        for who, token in tokens.items():
            talk.guest("GET", url, params={"token": token}, note=f"{who} under {rule}")
        talk.guest("HEAD", url, params={"token": tokens["person"]}, note=f"head under {rule}")
        talk.su("GET", url, note=f"a superuser without a file token under {rule}")
        talk.guest("GET", f"/api/files/docs/{made['id']}/{made['one']}", note=f"a public one under {rule}")
    talk.guest("GET", RECORDS, headers={"Authorization": tokens["person"]}, note="a file token is no log-in")
    talk.guest("POST", "/api/files/token", headers={"Authorization": tokens["person"]}, note="nor a way to another")
    more = {"password": "87654321", "passwordConfirm": "87654321", "oldPassword": "12345678"}
    path = f"/api/collections/people/records/{answer.json()['record']['id']}"
    talk.guest("PATCH", path, json=more, headers={"Authorization": person}, note="a new password")
    talk.su("PATCH", "/api/collections/docs", json={"viewRule": "@request.auth.id != ''"}, note="for all who sign in")
    talk.guest("GET", url, params={"token": tokens["person"]}, note="the token is void now")


def batches(talk: Talk) -> None:
    make_collection(talk)

    def batch(note: str, requests: list[dict[str, Any]], files: list[tuple[str, Any]]) -> httpx.Response:
        return talk.guest("POST", "/api/batch", data={"@jsonPayload": json.dumps({"requests": requests})}, files=files,
                          note=note)  # fmt: skip

    def create(**body: Any) -> dict[str, Any]:
        return {"method": "POST", "url": RECORDS, "body": body}

    # both spellings for one item, but not for one field: PocketBase then puts its files in one order or the other
    done = batch(
        "files for items",
        [create(title="b0"), create(title="b1", many=[])],
        [("requests.0.one", text("baa.txt")), ("requests[1].many", text("bbb.txt")),
         ("requests[1].many", text("bcc.txt")), ("requests.1.one", text("bff.txt"))],
    )  # fmt: skip
    batch("for no item", [create(title="x")], [(name, text("aaa.txt")) for name in
          ("requests.4.one", "foo", "requests.0", "requests.0.", "requests.x.one")])  # fmt: skip
    batch("one fails", [create(title="x"), create(one="zz")], [("requests.0.one", text("aaa.txt"))])
    talk.guest("GET", RECORDS, note="what there is after that")
    record = done.json()[1]["body"]["id"]
    change = {"method": "PATCH", "url": f"{RECORDS}/{record}", "body": {"title": "c"}}
    batch("append", [change], [("requests.0.many+", text("bdd.txt"))])
    batch("append too many", [change], [("requests.0.many+", text("bee.txt"))])


def file_rules(talk: Talk) -> None:
    make_collection(talk)
    two = [("many", text("aa1.txt", b"xyz")), ("many", text("aa2.txt", b"xyzw"))]
    for rule in (
        *("@request.body.one:length = 1", "@request.body.many:length = 2", "@request.body.many:length = 0"),
        *("@request.body.one:isset = true", "@request.body.many:isset = true", "@request.body.many.0.name ~ 'aa%'"),
        *("@request.body.many.0.originalName = 'aa1.txt'", "@request.body.many.0.size = 3"),
        *("@request.body.many.1.size = 3", "@request.body.one.0.size = 3", "@request.body.one.size = 3"),
        *("@request.body.one.originalName = 'aa1.txt'", "@request.body.one.name ~ 'aa1_'", "one ~ 'aa1_'"),
        *("many:length = 2", "@request.body.one != ''", "@request.body.one ~ 'aa1'", "many:each ~ 'aa'", "one = ''"),
        *("@request.body.many:each ~ 'aa'", "@request.body.many.size = 3", "@request.body.many != ''"),
        *("@request.body.many ~ 'aa1'", "@request.body.one:length = 0", "@request.body.many.0 ~ 'aa'"),
    ):
        talk.su("PATCH", "/api/collections/docs", json={"createRule": rule}, note=f"rule {rule}")
        talk.guest("POST", RECORDS, files=[("one", text("aa1.txt", b"xyz"))], note=f"one under {rule}")
        talk.guest("POST", RECORDS, files=two, note=f"many under {rule}")
        talk.guest("POST", RECORDS, json={"title": "x"}, note=f"none under {rule}")
        talk.guest("POST", RECORDS, files=[(f"{name}+", file) for name, file in two], note=f"many+ under {rule}")


def bucket_test(talk: Talk) -> None:
    path = "/api/settings/test/s3"
    for name in ({}, {"filesystem": ""}, {"filesystem": "nope"}, {"filesystem": 5}):
        talk.su("POST", path, json=name, note=f"filesystem {name}")
    for name in ("storage", "backups"):
        talk.su("POST", path, json={"filesystem": name}, note=f"{name}, not enabled")
    talk.guest("POST", path, json={}, note="a guest")


def file_options(talk: Talk) -> None:
    for option in (
        {"maxSelect": -1}, {"maxSize": -1}, {"thumbs": ["abc"]}, {"thumbs": ["0x0"]}, {"thumbs": ["0x0t", "10x10"]},
        {"thumbs": ["100x"]}, {"thumbs": ["100x0f"]}, {"thumbs": ["0x10t"]}, {"thumbs": ["100000x1"]},
        {"mimeTypes": ["nope"]}, {"maxSelect": 2**53}, {"maxSize": 2**53}, {"thumbs": [""]},
    ):  # fmt: skip
        body = {"name": "opt", "type": "base", "fields": [{"name": "a", "type": "file", **option}]}
        talk.su("POST", "/api/collections", json=body, note=f"option {option}")
        talk.su("DELETE", "/api/collections/opt", note=f"after {option}")
    types = ["text/plain", "image/jpg", "application/zip", "text/*", "application/xml", "TEXT/PLAIN; x=y",
             "application/octet-stream", "application/x-gzip"]  # fmt: skip
    fields = [{"name": f"f{n}", "type": "file", "mimeTypes": [item]} for n, item in enumerate(types)]
    talk.su("POST", "/api/collections", json={"name": "types", "type": "base", **OPEN, "fields": fields}, note="types")
    for content in (b"hi", b"", b'{"a":1}', b"<html></html>", b"\xff\xd8\xff\xe0" + bytes(20), b"\x1f\x8b\x08",
                    b'<?xml version="1.0"?><a/>', b"\xe9t\xe9", b"#!/bin/sh\n", b"a,b\n1,2\n"):  # fmt: skip
        for number, item in enumerate(types):
            file = (f"f{number}", ("xxx.bin", content))
            talk.guest("POST", "/api/collections/types/records", files=[file], note=f"{content[:12]!r} as {item}")
