"""What becomes of a request or an event in the logs: rows.

In charge of: the data of a row, its size, and taking secrets out. Not in charge of: when rows are written (`recorder`).
Runs on the event loop, a few rows at a time: a thread would fight for the interpreter with every request.
"""

from __future__ import annotations

import itertools
import random
import secrets
import time
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from satchel.observe import (
    DatabaseBack,
    DatabaseDown,
    Event,
    Noted,
    RequestFailed,
    RequestFinished,
    redact_target,
    redact_text,
)
from satchel.settings.model import Logs

DEBUG, INFO, WARNING, ERROR = -4, 0, 4, 8
LEVELS = {"debug": DEBUG, "info": INFO, "warning": WARNING, "error": ERROR}
DATA_BYTES_MAX = 16 * 1024
TEXT_LENGTH_MAX = 4096
TRUNCATED = "__pb_truncated__"

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_TIME_DIGITS, _COUNT_DIGITS = 9, 3
_CHANCE_DIGITS = 3
_CHANCES = len(_ALPHABET) ** _CHANCE_DIGITS
_chance = random.Random(secrets.token_bytes(16))
_count = itertools.count()
_encode = msgspec.json.Encoder(enc_hook=str, order="sorted").encode


class Seen(NamedTuple):
    """A request that was answered, as it is noted: nothing is computed yet. `at`: seconds since the epoch."""

    at: float
    method: str
    target: str
    status: int
    seconds: float
    referer: str
    user_agent: str
    user_ip: str
    remote_ip: str
    auth: str
    auth_id: str
    error: str
    details: str


class Row(NamedTuple):
    id: str
    created: str
    level: int
    message: str
    data: str  # JSON


def row_of(noted: Seen | tuple[float, Event], wanted: Logs) -> Row | None:
    """The row, or None for what the settings don't want."""
    if isinstance(noted, Seen):
        level, message, data = _request(noted, wanted)
        at = noted.at
    else:
        at, event = noted
        level, message, data = LEVELS[event.level], *_event(event)
    if level < wanted.min_level:
        return None
    return Row(make_id(at), stamp(at), level, message[:TEXT_LENGTH_MAX], _bounded(data, wanted.max_data_size))


def _request(seen: Seen, wanted: Logs) -> tuple[int, str, dict[str, Any]]:
    target = redact_target(seen.target)
    data: dict[str, Any] = {
        "type": "request",
        "auth": seen.auth,
        "execTime": round(seen.seconds * 1000, 6),
        "method": seen.method,
        "referer": redact_target(seen.referer),
        "status": seen.status,
        "url": target,
        "userAgent": seen.user_agent,
    }
    if wanted.log_auth_id and seen.auth:
        data["authId"] = seen.auth_id
    if wanted.log_ip:
        data["userIP"], data["remoteIP"] = seen.user_ip, seen.remote_ip
    failed = seen.status >= 400
    if failed:
        data["error"] = redact_text(seen.error)
        data["details"] = redact_text(seen.details) or None
    return ERROR if failed else INFO, f"{seen.method} {unquote(target)}", data


def _event(event: Event) -> tuple[str, dict[str, Any]]:
    data: dict[str, Any] = {
        name: redact_text(value) if isinstance(value, str) else value
        for name, value in msgspec.to_builtins(event).items()
        if name != "level" and value not in ("", (), [])
    }
    message = data.pop("message", None) or str(data["type"]).replace("_", " ")
    return str(message), data


def is_wanted(event: Event) -> bool:
    """Whether an event has a row of its own: requests have theirs from `Seen`, and of a database that is down nothing
    can be written.
    """
    return not isinstance(event, RequestFinished | RequestFailed | DatabaseDown | DatabaseBack) and not (
        isinstance(event, Noted) and event.level == "debug"
    )


def _bounded(data: dict[str, Any], limit: int) -> str:
    """As JSON within the limit: what does not fit is left out, in alphabetical order, and that is said."""
    limit = limit or DATA_BYTES_MAX
    text = _encode(data)
    if len(text) <= min(limit, TEXT_LENGTH_MAX):  # nearly all
        return text.decode()
    ordered = {name: _short(data[name]) for name in sorted(data)}
    text = _encode(ordered)
    if len(text) <= limit:
        return text.decode()
    kept: dict[str, Any] = {TRUNCATED: True}
    size = 0
    for name, value in ordered.items():
        size += len(_encode({name: value}))
        if size > limit:
            break
        kept[name] = value
    return _encode(kept).decode()


def _short(value: Any) -> Any:
    return value[:TEXT_LENGTH_MAX] if isinstance(value, str) else value


def make_id(at: float) -> str:
    """Fifteen letters and digits that sort by time, also within a millisecond of one process."""
    # the id keeps nobody out: it need not be hard to guess, only different from those of other workers
    chance = _chance.randrange(_CHANCES)
    return _moment(int(at * 1000)) + _digits(next(_count), _COUNT_DIGITS) + _digits(chance, _CHANCE_DIGITS)


@lru_cache(maxsize=8)
def _moment(milliseconds: int) -> str:
    return _digits(milliseconds, _TIME_DIGITS)


def _digits(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        found = _ALPHABET[digit] + found
    return found


def stamp(at: float) -> str:
    """`2026-11-28 01:02:03.456Z`."""
    return f"{_second(int(at))}.{int(at * 1000) % 1000:03d}Z"


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))
