"""Answers with a content that can be had piece by piece: a file.

In charge of: conditions, pieces, and sending no more of a content than was asked for, without ever holding a large one
in memory. Not in charge of: where it comes from, or the headers around it. Called by whoever answers with files.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from satchel.http.ranges import BadRange, Span, condition_status, http_date, wanted_spans
from satchel.http.request import Request
from satchel.http.response import RawHeaders, Response

CHUNK_BYTES = 512 * 1024
"""How much of a file is read, and sent, at a time."""


class Content(Protocol):
    """A file opened for reading. `modified`: seconds since 1970, in UTC. Close it in any case."""

    size: int
    modified: float

    async def read(self, start: int, length: int) -> bytes:
        """This part of the content, whole. Raises Unavailable when the file is shorter by now."""
        ...

    def chunks(self, start: int, length: int) -> AsyncIterator[bytes]:
        """This part of the content, piece by piece."""
        ...

    def close(self) -> None: ...


async def content_response(
    request: Request,
    content: Content,
    content_type: str,
    *,
    always: RawHeaders,
    kept: RawHeaders,
    tag: str = "",
    spans: Sequence[Span] | None = None,
) -> Response:
    """The content, or as much of it as is asked for. Whoever sends the answer closes it; so does this, when it fails.

    `always`: headers of every answer; `kept`: of those that speak of the content itself, a 304 among them. `tag`: the
    content's, "" for none. `spans`: the pieces, for whoever has read the request's conditions and ranges already.
    """
    try:
        return await _answer(request, content, content_type, always, kept, tag, spans)
    except BaseException:
        content.close()
        raise


async def _answer(
    request: Request,
    content: Content,
    content_type: str,
    always: RawHeaders,
    kept: RawHeaders,
    tag: str,
    given: Sequence[Span] | None,
) -> Response:
    status = condition_status(request, content.modified, tag) if given is None else 200
    typed: RawHeaders = [(b"content-type", content_type.encode("latin-1", "replace"))]
    headers = [*always, *kept, (b"last-modified", http_date(content.modified).encode())]
    if tag:
        headers.append((b"etag", tag.encode()))
    if status != 200:
        content.close()
        return _response(status, headers + ([] if status == 304 else typed))
    try:
        spans = list(given) if given is not None else wanted_spans(request, content.size, content.modified, tag)
    except BadRange as error:
        content.close()
        answer = _response(416, [*always], f"{error}\n".encode())
        if error.overlaps_nothing:
            answer.add_header("content-range", f"bytes */{content.size}")
        answer.add_header("content-type", "text/plain; charset=utf-8")
        return answer
    headers.append((b"accept-ranges", b"bytes"))
    if len(spans) > 1:
        return _pieces(request, content, content_type, spans, headers)
    span = spans[0] if spans else Span(0, content.size)
    if spans:
        headers.append((b"content-range", span.content_range(content.size).encode()))
    status = 206 if spans else 200
    if span.length > CHUNK_BYTES or request.method == "HEAD":
        body = content.chunks(span.start, span.length)
        return _sent(request, status, headers + typed, content, span.length, body)
    data = await content.read(span.start, span.length)
    content.close()
    return _response(status, headers + typed, data)


def _response(status: int, headers: RawHeaders, body: bytes = b"") -> Response:
    response = Response(status, body)
    response.headers = headers
    return response


def _sent(
    request: Request, status: int, headers: RawHeaders, content: Content, length: int, body: AsyncIterator[bytes]
) -> Response:
    headers.append((b"content-length", b"%d" % length))
    response = Response(status, _closing(content, body if request.method != "HEAD" else _nothing()))
    response.headers = headers
    return response


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def _closing(content: Content, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same parts; at the end, or when nobody wants the rest, the content is closed."""
    try:
        async for part in body:
            yield part
    finally:
        content.close()


def _pieces(request: Request, content: Content, content_type: str, spans: list[Span], headers: RawHeaders) -> Response:
    """Several pieces in one answer, as `multipart/byteranges`."""
    boundary = secrets.token_hex(30)
    heads = [
        f"{'' if place == 0 else chr(13) + chr(10)}--{boundary}\r\n"
        f"Content-Range: {span.content_range(content.size)}\r\n"
        f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
        for place, span in enumerate(spans)
    ]
    end = f"\r\n--{boundary}--\r\n".encode()

    async def body() -> AsyncIterator[bytes]:
        for head, span in zip(heads, spans, strict=True):
            yield head
            async for chunk in content.chunks(span.start, span.length):
                yield chunk
        yield end

    length = sum(map(len, heads)) + sum(span.length for span in spans) + len(end)
    headers.append((b"content-type", f"multipart/byteranges; boundary={boundary}".encode()))
    return _sent(request, 206, headers, content, length, body())
