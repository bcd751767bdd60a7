"""JSON text in and out: quick in the ordinary case, and safe for the odd one.

In charge of: decoding request bodies and JSON parameters with errors a caller understands, encoding answers; deep
nesting, repeated keys, text after the value. Not in charge of: what the value means. Called by `http/request` and the
wires.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Generator
from typing import Any, cast

import msgspec

from satchel.errors import InvalidPayload

# Deeper values are refused: each level costs stack in every program that ever reads the value.
DEPTH_MAX = 5000
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NOT_BRACKET = re.compile(rb"[^\[\]{}]+")

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class RepeatedKey(InvalidPayload):
    """An object names the same key twice."""


def decode(body: bytes | bytearray | str, *, what: str = "body") -> Any:
    """The value of one JSON text: dict, list, str, int, float, bool or None.

    Raises InvalidPayload that says what is wrong and at which byte; `what` names the text in the message. Nesting up
    to DEPTH_MAX levels is accepted.
    """
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise _malformed(what, str(error)) from None
    except UnicodeDecodeError as error:
        raise _malformed(what, f"the text is not UTF-8 (byte {error.start})") from None
    except UnicodeEncodeError:
        raise _malformed(what, "the text is not Unicode") from None
    except RecursionError:
        pass
    depth = nesting_depth(body)
    if depth > DEPTH_MAX:
        raise InvalidPayload(f"The {what} is nested {depth} levels deep; {DEPTH_MAX} are allowed.", reason="too deep")
    try:
        with _room_for(depth):
            return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise _malformed(what, str(error)) from None
    except RecursionError:
        raise InvalidPayload(f"The {what} is nested too deeply ({depth} levels).", reason="too deep") from None


def decode_first(body: bytes | bytearray, *, what: str = "body") -> Any:
    """Like `decode`, but text after the first value is ignored."""
    try:
        return decode(body, what=what)
    except InvalidPayload as error:
        if "trailing" not in str(error.details.get("reason", "")):
            raise
    end = _first_value_end(body)
    return decode(bytes(body[:end]), what=what)


def decode_unique(body: bytes | bytearray, *, what: str = "body") -> Any:
    """Like `decode_first`, but raises RepeatedKey when an object names a key twice."""
    value = decode_first(body, what=what)
    # Each key has one colon outside of strings: as many colons as keys, and nothing can be doubled. Only texts that
    # hold colons in strings (times, addresses) need the slow look.
    if body.count(b":") != _key_count(value):
        _refuse_repeated_keys(body, what)
    return value


def encode(value: Any) -> bytes:
    """The JSON text of a value, as compact UTF-8. Raises TypeError for what JSON can't hold."""
    try:
        return _encoder.encode(value)
    except RecursionError:
        with _room_for(DEPTH_MAX):
            return _encoder.encode(value)


def nesting_depth(body: bytes | bytearray | str) -> int:
    """How deep the brackets of a JSON text go, without recursion. Strings do not count."""
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    brackets = _NOT_BRACKET.sub(b"", _STRING.sub(b"", raw))
    depth = deepest = 0
    for byte in brackets:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _malformed(what: str, reason: str) -> InvalidPayload:
    reason = reason.removeprefix("JSON is malformed: ").removesuffix(".")
    return InvalidPayload(f"The {what} is not valid JSON: {reason}.", reason=reason)


@contextlib.contextmanager
def _room_for(depth: int) -> Generator[None]:
    """A higher recursion limit for one call; the frames that are already on the stack count too."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 2 * depth + before))
    try:
        yield
    finally:
        # Lowering the limit is refused while the stack is deeper than it; the call is over, so it is not.
        with contextlib.suppress(RecursionError):
            sys.setrecursionlimit(before)


def _first_value_end(body: bytes | bytearray) -> int:
    """The byte after the first JSON value. The value is known to be well-formed."""
    raw = bytes(body)
    start = len(raw) - len(raw.lstrip(b" \t\r\n"))
    if raw[start : start + 1] not in (b"{", b"["):
        match = re.compile(rb'"(?:[^"\\]|\\.)*"|[^\s,\]}{\[":]+', re.DOTALL).match(raw, start)
        return match.end() if match else len(raw)
    depth = 0
    for token in re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL).finditer(raw, start):
        mark = token.group()
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return token.end()
    return len(raw)


def _key_count(value: Any) -> int:
    count = 0
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            entries = cast("dict[str, Any]", item)
            count += len(entries)
            waiting.extend(entries.values())
        elif isinstance(item, list):
            waiting.extend(cast("list[Any]", item))
    return count


def _refuse_repeated_keys(body: bytes | bytearray, what: str) -> None:
    def check(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise RepeatedKey(f'The {what} names the key "{name}" twice.', reason="repeated key")
            seen.add(name)

    text = bytes(body).decode("utf-8", "replace").lstrip(" \t\r\n")
    depth = nesting_depth(body)
    with _room_for(depth):
        json.JSONDecoder(object_pairs_hook=check, parse_int=_ignore, parse_float=_ignore).raw_decode(text)


def _ignore(text: str) -> None:
    """Numbers are not needed to compare keys, and turning very long ones into ints is slow."""
