"""What is said to both servers, in order. Each session starts from a fresh server and makes what it needs."""

from __future__ import annotations

import json
from typing import Any

from tests.servers import EMAIL, PASSWORD
from tests.wire.pocketbase.talk import Talk

RECORDS = "/api/collections/things/records"


def basics(talk: Talk) -> None:
    """Health, unknown paths, methods, headers and cross-origin requests."""
    talk.keep_headers = True
    talk.guest("GET", "/api/health")
    talk.guest("HEAD", "/api/health")
    talk.guest("POST", "/api/health")
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        talk.guest(method, "/api/nope")
    for path in ("/api", "/api/", "/api/health/", "/api/collections/", "/api/collections//records", "/api/Health"):
        talk.guest("GET", path)
    talk.guest("DELETE", "/api/collections")
    talk.guest("PUT", "/api/collections/things/records/x")
    talk.guest("GET", "/api/collections/nope/records")
    talk.guest("GET", "/api/collections/nope/auth-methods")
    talk.guest("POST", "/api/collections/nope/auth-with-password", json={"identity": "a", "password": "b"})
    talk.guest("POST", "/api/collections/nope/auth-refresh")
    talk.guest("GET", "/api/collections")
    talk.guest("GET", "/api/health", headers={"Origin": "https://example.com"})
    talk.guest("GET", "/api/nope", headers={"Origin": "https://example.com"})
    talk.guest(
        "OPTIONS",
        "/api/collections/things/records",
        headers={
            "Origin": "https://example.com",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    talk.guest("OPTIONS", "/api/health", note="OPTIONS without a request method")
    talk.guest("OPTIONS", "/api/health", headers={"Origin": "https://example.com"}, note="OPTIONS with an origin alone")
    talk.guest("GET", "/api/health", params={"fields": "code"})
    talk.guest("GET", "/api/health", params={"fields": "message:excerpt(3,true)"})
    talk.guest("GET", "/api/health", params={"fields": "message:nope(3)"})
    talk.guest("GET", "/api/health", params={"fields": "nope"})
    talk.guest("GET", "/api/health", params={"fields": "*"})


def sign_in(talk: Talk) -> None:
    """Superusers: log-in, refresh, and what a bad token is."""
    path = "/api/collections/_superusers/auth-with-password"
    good = {"identity": EMAIL, "password": PASSWORD}
    talk.guest("GET", "/api/collections/_superusers/auth-methods")
    talk.guest("POST", path, json=good)
    talk.guest("POST", path, data=good, note="by form")
    talk.guest("POST", path, json={"IDENTITY": EMAIL, "Password": PASSWORD}, note="keys in any case")
    talk.guest("POST", "/api/collections/pbc_3142635823/auth-with-password", json=good)
    talk.guest("POST", "/api/collections/_SUPERUSERS/auth-with-password", json=good)
    talk.guest("POST", path, json={**good, "identityField": "email"})
    talk.guest("POST", path, json={**good, "identityField": "nope"})
    talk.guest("POST", path, json={**good, "password": "wrong"})
    talk.guest("POST", path, json={"identity": "nobody@example.com", "password": "wrong"})
    talk.guest("POST", path, json={"identity": EMAIL.upper(), "password": PASSWORD}, note="in capitals")
    talk.guest("POST", path, json={})
    talk.guest("POST", path)
    talk.guest("POST", path, json={"identity": "", "password": ""})
    talk.guest("POST", path, json={"identity": "a" * 256, "password": "b" * 256})
    talk.guest("POST", path, json={"identity": 1, "password": True}, note="wrong types")
    talk.guest("POST", path, json=[1], note="a list")
    talk.guest("POST", path, json=None, content=b"null", headers={"content-type": "application/json"}, note="null")
    talk.guest("POST", path, content=b"{", headers={"content-type": "application/json"}, note="malformed")
    talk.guest("POST", path, content=json.dumps(good).encode(), note="no content type")
    talk.guest("POST", path, json=good, params={"fields": "token,record.email"})
    talk.guest("POST", path, json=good, params={"expand": "nope"})
    refresh = "/api/collections/_superusers/auth-refresh"
    talk.guest("POST", refresh)
    talk.su("POST", refresh)
    talk.su("POST", refresh, headers={"Authorization": f"Bearer {talk.token}"}, note="Bearer")
    talk.su("POST", refresh, headers={"Authorization": f"bearer {talk.token}"}, note="bearer")
    talk.su("POST", refresh, headers={"Authorization": f"Basic {talk.token}"}, note="Basic")
    talk.su("POST", refresh, headers={"Authorization": "nonsense"}, note="nonsense")
    talk.su("POST", refresh, headers={"Authorization": talk.token[:-3] + "abc"}, note="forged")
    talk.su("POST", refresh, headers={"Authorization": ""}, note="empty")
    talk.su(
        "GET", "/api/collections", headers={"Authorization": talk.token[:-3] + "abc"}, note="a forged token is a guest"
    )
    talk.su("GET", "/api/health", params={"fields": "code,data.canBackup,data.possibleProxyHeader"})
    talk.su("GET", "/api/collections/_superusers/records")
    talk.guest("GET", "/api/collections/_superusers/records")
    talk.su("POST", refresh, params={"fields": "record.email"})


def bodies(talk: Talk) -> None:
    """How bodies are read."""
    talk.su(
        "POST",
        "/api/collections",
        json={
            "name": "things",
            "createRule": "",
            "fields": [
                {"name": "t", "type": "text"},
                {"name": "n", "type": "number"},
                {"name": "b", "type": "bool"},
                {"name": "j", "type": "json"},
                {"name": "s", "type": "select", "values": ["1", "2", "a", "true"], "maxSelect": 4},
            ],
        },
    )
    kind = {"content-type": "application/json"}

    def raw(content: bytes, content_type: str | None = "application/json", note: str = "", **more: Any) -> None:
        headers = {"content-type": content_type} if content_type is not None else {}
        talk.guest(
            "POST", RECORDS, content=content, headers=headers, note=note or content.decode(errors="replace"), **more
        )

    talk.guest("POST", RECORDS, note="no body")
    raw(b"{}")
    raw(b"null")
    raw(b"", note="empty json")
    raw(b" ", note="a space")
    raw(b"[]")
    raw(b'"x"')
    raw(b"1")
    raw(b"{")
    raw(b"nope")
    raw(b'{"t":"a"} trailing')
    raw(b'{"t":"a"}{"t":"b"}')
    raw(b'{"t":"a","t":"b"}')
    raw(b'{"j":{"a":1,"a":2}}')
    raw(b'{"T":"a"}')
    raw(b'{"t":"a",}')
    raw(b"{'t':'a'}")
    raw(b'{"t":"\xff"}', note="not UTF-8")
    raw(b'{"t":"\\ud800"}')
    raw(b'{"n":1e400}')
    raw(b'{"n":NaN}')
    raw(b'{"t":"a"}', None, note="no content type")
    raw(b'{"t":"a"}', "text/plain")
    raw(b'{"t":"a"}', "Application/JSON")
    raw(b'{"t":"a"}', "application/json; charset=utf-8")
    raw(b'{"t":"a"}', "application/json-patch")
    raw(b'{"t":"a"}', "text/json")
    raw(b"<a/>", "text/xml")
    raw(b"t=a", "application/x-www-form-urlencoded")
    raw(b"t=5&n=5&b=true&j=5&s=1&s=2", "application/x-www-form-urlencoded")
    raw(b"t=5&n=x&b=1&j=%7B%22a%22%3A1%7D&s=true", "application/x-www-form-urlencoded")
    for text in (
        "05",
        "0.0",
        "1e3",
        ".5",
        "+1",
        "-2.5",
        "-0",
        "1.50",
        "-",
        ".",
        "1.",
        "12345678901234567890",
        "1234567.125",
    ):
        raw(f"j={text}".encode().replace(b"+", b"%2B"), "application/x-www-form-urlencoded")
    for text in ("True", "FALSE", "null", "", "[1,2]", '{"a":"b"}', '"x"', "{bad", "0", "1", "a b"):
        raw(b"j=" + text.encode(), "application/x-www-form-urlencoded")
    raw(
        b"t=form", "application/x-www-form-urlencoded", note="query merged into a form", params={"n": "7", "t": "query"}
    )
    talk.guest("POST", RECORDS, json={"t": "json"}, params={"n": "7"}, note="query not merged into JSON")
    raw(b"n=1&@jsonPayload=%7B%22n%22%3A2%2C%22t%22%3A%225%22%7D", "application/x-www-form-urlencoded")
    raw(b"@jsonPayload=%7B%22n%22%3A2%7D&@jsonPayload=%7B%22t%22%3A%22x%22%7D&n=9", "application/x-www-form-urlencoded")
    raw(b"@jsonPayload=nope", "application/x-www-form-urlencoded")
    raw(b"@jsonPayload=%5B1%5D", "application/x-www-form-urlencoded")
    raw(b"@jsonPayload=", "application/x-www-form-urlencoded")
    parts = {"t": (None, "5"), "n": (None, "2.5"), "b": (None, "true"), "s": (None, "a")}
    talk.guest("POST", RECORDS, files=parts, note="multipart")
    talk.guest("POST", RECORDS, files=[("s", (None, "1")), ("s", (None, "2"))], note="multipart with a repeated name")
    talk.guest(
        "POST", RECORDS, files={"@jsonPayload": (None, '{"t":"x","j":{"a":[1]}}')}, note="multipart with a payload"
    )
    talk.guest("POST", RECORDS, content=b"x", headers={"content-type": "multipart/form-data"}, note="no boundary")
    talk.guest(
        "POST", RECORDS, content=b"x", headers={"content-type": "multipart/form-data; boundary=y"}, note="bad parts"
    )
    raw(b"%zz=1&t=a", "application/x-www-form-urlencoded")
    created = talk.guest("POST", RECORDS, json={"t": "for update"}).json()
    talk.su("PATCH", f"{RECORDS}/{created['id']}", content=b"[]", headers=kind, note="update with a list")
    talk.su("PATCH", f"{RECORDS}/{created['id']}", note="update without a body")
    talk.su("PATCH", f"{RECORDS}/{created['id']}", data={"n": "4"}, note="update by form")
