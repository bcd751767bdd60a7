"""Answers in this wire's shape: envelopes around bytes that the database made, and the headers all answers carry.

In charge of: `{"data": …}` with and without `meta`, ETag and 304, empty answers. Not in charge of: what is inside.
Called by the handlers; `finish` by the gate, once per request.
"""

from __future__ import annotations

from binascii import b2a_base64
from hashlib import sha1
from typing import Any

from satchel.engine.verbs import Answer
from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import Response, no_content, not_modified, tags_match
from satchel.wire.directus.query import Reading

JSON_TYPE = b"application/json; charset=utf-8"
TEXT_TYPE = b"text/plain; charset=utf-8"
HEADERS: list[tuple[bytes, bytes]] = [
    (b"x-powered-by", b"Directus"),
    (b"vary", b"Origin, Cache-Control"),
    (b"cache-control", b"no-cache"),
    (b"cross-origin-opener-policy", b"same-origin-allow-popups"),
    (b"x-content-type-options", b"nosniff"),
]

# pages of our own bring a policy of their own
CONTENT_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'self'")

_counts = {"total_count": "total", "filter_count": "matching"}


def ok(body: bytes, status: int = 200) -> Response:
    """JSON bytes as they are."""
    response = Response(status, body)
    response.headers.append((b"content-type", JSON_TYPE))
    return response


def envelope(data: bytes) -> bytes:
    """`{"data": …}` around bytes that are JSON."""
    return b'{"data":' + data + b"}"


def enveloped(data: bytes) -> Response:
    return ok(envelope(data))


def value(data: Any) -> Response:
    """`{"data": …}` around a Python value."""
    return enveloped(json.encode(data))


def text(body: str) -> Response:
    response = Response(200, body.encode())
    response.headers.append((b"content-type", TEXT_TYPE))
    return response


def empty() -> Response:
    return no_content()


def listed(answer: Answer, reading: Reading, *, system: bool) -> Response:
    """A list. With `meta` asked for, it stands before the data of items, and after that of system collections."""
    data = answer.data or b"[]"
    if not reading.meta:
        return enveloped(data)
    counts = {name: getattr(answer, _counts[name]) for name in _counts if name in reading.meta}
    meta = json.encode(counts)
    if system:
        return ok(b'{"data":' + data + b',"meta":' + meta + b"}")
    return ok(b'{"meta":' + meta + b',"data":' + data + b"}")


def entity_tag(body: bytes) -> str:
    """The weak tag of a body: its length in hex and a digest of it."""
    digest = b2a_base64(sha1(body, usedforsecurity=False).digest(), newline=False)
    return f'W/"{len(body):x}-{digest[:27].decode()}"'


def finish(request: Request, response: Response) -> Response:
    """Tag an answer to GET, HEAD or SEARCH, and answer 304 when the caller has it already."""
    body = response.body
    given = dict(response.headers)
    if b"content-security-policy" not in given:
        response.headers.append(CONTENT_POLICY)
    if not isinstance(body, bytes) or response.status != 200 or not body:
        return response
    if b"etag" in given:
        tag = given[b"etag"].decode()
    else:
        tag = entity_tag(body)
        response.headers.append((b"etag", tag.encode()))
    if request.method in ("GET", "HEAD"):
        known = request.header("if-none-match")
        if known is not None and tags_match(known, tag):
            return not_modified(response, tag)
    return response
