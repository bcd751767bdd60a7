"""Conditional and partial answers for contents whose size is known.

In charge of: what `Range`, `If-Range`, `If-Modified-Since` and their like ask for. Not in charge of: where a content
comes from. Called by whoever answers with files.

The order of the conditions is RFC 9110's (section 13.2.2), for contents that have a date, and maybe a tag. Which
malformed ranges are answered, and how, is as Go's servers do it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from satchel.http.request import Request
from satchel.http.response import tags_match

RANGES_MAX = 100
"""Whoever asks for more pieces than this gets the whole."""
UNIT = "bytes="

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


class BadRange(Exception):
    """A range that can't be answered. `overlaps_nothing`: well formed, but past the end."""

    def __init__(self, text: str, *, overlaps_nothing: bool = False) -> None:
        super().__init__(text)
        self.overlaps_nothing = overlaps_nothing


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a content, in bytes."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def http_date(seconds: float) -> str:
    """A time as headers spell it."""
    return _spelled(int(seconds))


@lru_cache(maxsize=1024)
def _spelled(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def condition_status(request: Request, modified: float, tag: str = "") -> int:
    """200 when the content is to be sent, 304 when the caller has it, 412 when it asks not to. `tag`: "" for none."""
    if_match = request.header("if-match")
    if if_match is not None:
        if not _names(if_match, tag, strong=True):
            return 412
    elif _is_older(request.header("if-unmodified-since"), modified):
        return 412
    if_none_match = request.header("if-none-match")
    if if_none_match is not None:
        return 304 if _names(if_none_match, tag) else 200
    since = _seconds(request.header("if-modified-since"))
    return 304 if since is not None and int(modified) <= since else 200


def _names(header: str, tag: str, *, strong: bool = False) -> bool:
    return tags_match(header, tag, strong=strong) if tag else header.strip() == "*"


def _is_older(header: str | None, modified: float) -> bool:
    seconds = _seconds(header)
    return seconds is not None and seconds < int(modified)


def _seconds(header: str | None) -> float | None:
    if not header:
        return None
    try:
        return parsedate_to_datetime(header).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def wanted_spans(request: Request, size: int, modified: float, tag: str = "") -> list[Span]:
    """The pieces that are asked for; none for the whole. Raises BadRange."""
    header = request.header("range")
    if not header:
        return []
    if_range = request.header("if-range")
    if if_range is not None:
        seconds = None if if_range == tag else _seconds(if_range)
        if if_range != tag and (seconds is None or int(seconds) != int(modified)):
            return []
    spans = parse_ranges(header, size)
    if len(spans) > RANGES_MAX or sum(span.length for span in spans) > size:
        return []
    return spans


def parse_ranges(header: str, size: int) -> list[Span]:
    """`bytes=0-4,-3` as pieces of a content of this size. Raises BadRange."""
    if not header.startswith(UNIT):
        raise BadRange("invalid range")
    spans: list[Span] = []
    past_the_end = False
    for part in header[len(UNIT) :].split(","):
        text = part.strip(" \t")
        if not text:
            continue
        span = _span(text, size)
        if span is None:
            past_the_end = True
        elif len(spans) <= RANGES_MAX:
            spans.append(span)
    if past_the_end and not spans:
        raise BadRange("invalid range: failed to overlap", overlaps_nothing=True)
    return spans


def _span(text: str, size: int) -> Span | None:
    first, dash, last = (piece.strip(" \t") for piece in text.partition("-"))
    if not dash or (first and not _NUMBER.fullmatch(first)) or (last and not _NUMBER.fullmatch(last)):
        raise BadRange("invalid range")
    if not first:
        if not last:
            raise BadRange("invalid range")
        length = min(int(last), size)
        return Span(size - length, length)
    start = int(first)
    if start >= size:
        return None
    end = min(int(last), size - 1) if last else size - 1
    if last and start > int(last):
        raise BadRange("invalid range")
    return Span(start, end - start + 1)
