"""Answers.

In charge of: status, headers and body of an answer, and the small decisions around them (ETag, Server-Timing). Not in
charge of: sending (`http/server`), or how a wire words its answers. Made by the wires.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from satchel.http import json
from satchel.http.sse import EventStream
from satchel.observe import Trace

RawHeaders = list[tuple[bytes, bytes]]
Body = bytes | list[bytes] | AsyncIterator[bytes] | EventStream

JSON_TYPE = b"application/json"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Response:
    """One answer. `body`: bytes, a list of parts that are sent in order, an async iterator of parts, or a stream that
    is written to from elsewhere.

    `headers` holds lower-case names; Content-Length is added when the answer is sent.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(
        self,
        status: int = 200,
        body: Body = b"",
        headers: Mapping[str, str] | None = None,
        *,
        content_type: str | bytes | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.headers: RawHeaders = []
        if content_type is not None:
            value = content_type if isinstance(content_type, bytes) else content_type.encode("latin-1")
            self.headers.append((b"content-type", value))
        if headers:
            for name, value in headers.items():
                self.add_header(name, value)

    def add_header(self, name: str, value: str) -> None:
        """Add a header beside others of the same name. Raises ValueError for control characters."""
        if _FORBIDDEN.search(value) or _FORBIDDEN.search(name):
            raise ValueError(f"The header {name!r} can't hold control characters.")
        self.headers.append((name.lower().encode("latin-1"), value.encode("utf-8")))

    def set_header(self, name: str, value: str) -> None:
        """Replace a header."""
        raw = name.lower().encode("latin-1")
        self.headers = [entry for entry in self.headers if entry[0] != raw]
        self.add_header(name, value)

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        raw = name.lower().encode("latin-1")
        for key, value in self.headers:
            if key == raw:
                return value.decode("utf-8", "replace")
        return None


class BareResponse(Response):
    """An answer that is in no wire's manners: the headers of its mount are not added, but for what CORS asks."""

    __slots__ = ()


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON. Raises TypeError for what JSON can't hold."""
    return Response(status, json.encode(value), headers, content_type=JSON_TYPE)


def json_body(body: bytes | list[bytes], status: int = 200, content_type: bytes = JSON_TYPE) -> Response:
    """Bytes that are JSON already, as the database made them."""
    response = Response(status, body)
    response.headers.append((b"content-type", content_type))
    return response


def text_response(text: str, status: int = 200) -> Response:
    return Response(status, text.encode(), content_type=b"text/plain; charset=utf-8")


def no_content() -> Response:
    return Response(204)


def redirect(location: str, status: int = 302) -> Response:
    """A redirect. The caller has made sure that `location` is a place worth sending people to."""
    return Response(status, headers={"location": location})


# ------------------------------------------------------------------------------------------------------------- caching
def entity_tag(body: bytes | Sequence[bytes], *, weak: bool = True) -> str:
    """An ETag of the body's content: equal bodies have equal tags, in every process."""
    digest = hashlib.sha1(usedforsecurity=False)
    for part in (body,) if isinstance(body, bytes) else body:
        digest.update(part)
    tag = f'"{digest.hexdigest()[:27]}"'
    return f"W/{tag}" if weak else tag


def tags_match(header: str, tag: str, *, strong: bool = False) -> bool:
    """Whether an If-None-Match or If-Match header names `tag`.

    `strong`: as If-Match compares, where a weak tag matches nothing.
    """
    if header.strip() == "*":
        return True
    if strong and tag.startswith("W/"):
        return False
    plain = tag.removeprefix("W/")
    for candidate in re.findall(r'(?:W/)?"[^"]*"', header):
        if strong and candidate.startswith("W/"):
            continue
        if candidate.removeprefix("W/") == plain:
            return True
    return False


def not_modified(response: Response, etag: str) -> Response:
    """The 304 that stands for `response`: same headers, no body."""
    answer = type(response)(304)
    answer.headers = [
        (name, value) for name, value in response.headers if name not in (b"content-type", b"content-length", b"etag")
    ]
    answer.headers.append((b"etag", etag.encode("latin-1")))
    return answer


# -------------------------------------------------------------------------------------------------------------- timing
def server_timing(trace: Trace, total_seconds: float) -> bytes:
    """`parse;dur=0.03, plan;dur=0.01, total;dur=0.20`: milliseconds, in the order of first mention."""
    total = b"total;dur=%.3g" % (total_seconds * 1000)
    if not trace.marks:
        return total
    stages = ", ".join(f"{stage};dur={seconds * 1000:.3g}" for stage, seconds in trace.totals().items())
    return stages.encode("latin-1") + b", " + total
