"""Everything worth logging or counting, as one union of events.

In charge of: the events, the trace of the request in progress, redaction of secrets, and the sinks (text and JSON logs
on standard error). Not in charge of: when something is worth an event; every room emits its own. Called everywhere.

Access lines are the only frequent events: they are kept and written a few times per second, so that a request pays for
one append. Everything else is written at once, in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Literal, Protocol, TextIO
from urllib.parse import unquote

import msgspec

Level = Literal["debug", "info", "warning", "error"]
LEVELS: dict[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}

FLUSH_SECONDS = 0.2
FLUSH_EVENTS = 500


# --------------------------------------------------------------------------------------------------------- the events
class Started(msgspec.Struct, frozen=True, tag="started"):
    """The program answers requests. `seconds`: from its start until now."""

    version: str
    url: str
    databases: tuple[str, ...]
    seconds: float
    level: Level = "info"


class Stopped(msgspec.Struct, frozen=True, tag="stopped"):
    """The program has ended in order. `reason`: the signal, or why."""

    reason: str
    level: Level = "info"


class RequestFinished(msgspec.Struct, frozen=True, tag="request"):
    """One request was answered. `target`: path and query, secrets removed when it is written."""

    request_id: str
    method: str
    target: str
    status: int
    seconds: float
    answer_bytes: int
    client: str
    level: Level = "info"


class RequestFailed(msgspec.Struct, frozen=True, tag="failed"):
    """A request met an error nobody foresaw, or one that the operator should know of."""

    request_id: str
    method: str
    target: str
    error: str
    trace: str
    level: Level = "error"


class SlowStatement(msgspec.Struct, frozen=True, tag="slow_statement"):
    """A statement took longer than the setting allows unseen. `sql` has placeholders, never values."""

    request_id: str
    seconds: float
    sql: str
    database: str = ""
    level: Level = "warning"


class SchemaChanged(msgspec.Struct, frozen=True, tag="schema_changed"):
    """The catalog has a new version. `by`: this program or another one."""

    database: str
    version: int
    by: Literal["satchel", "outside"]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    level: Level = "info"


class DatabaseDown(msgspec.Struct, frozen=True, tag="database_down"):
    """A database can't be reached. `retry_seconds`: when the next attempt is made; 0 for "at the next request"."""

    database: str
    error: str
    retry_seconds: float = 0
    level: Level = "error"


class DatabaseBack(msgspec.Struct, frozen=True, tag="database_back"):
    """A database that was down answers again."""

    database: str
    level: Level = "info"


class WorkerEnded(msgspec.Struct, frozen=True, tag="worker_ended"):
    """A worker process ended by itself and is started again after `retry_seconds`."""

    worker: int
    code: int
    retry_seconds: float
    level: Level = "error"


class Noted(msgspec.Struct, frozen=True, tag="note"):
    """Anything else, as a sentence."""

    message: str
    level: Level = "info"
    request_id: str = ""
    trace: str = ""


Event = (
    Started
    | Stopped
    | RequestFinished
    | RequestFailed
    | SlowStatement
    | SchemaChanged
    | DatabaseDown
    | DatabaseBack
    | WorkerEnded
    | Noted
)


# ----------------------------------------------------------------------------------------------------------- the trace
class Trace:
    """What one request has done so far: its id, and how long each stage took."""

    __slots__ = ("marks", "request_id")

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.marks: list[tuple[str, float]] = []

    def mark(self, stage: str, seconds: float) -> None:
        """Add the time of a stage (parse, plan, sql, db, shape); the same stage may come more than once."""
        self.marks.append((stage, seconds))

    def totals(self) -> dict[str, float]:
        """Stage → seconds, in the order of first mention."""
        totals: dict[str, float] = {}
        for stage, seconds in self.marks:
            totals[stage] = totals.get(stage, 0.0) + seconds
        return totals


TRACE: ContextVar[Trace | None] = ContextVar("satchel_trace", default=None)


def current_request_id() -> str:
    """The id of the request that this code runs for, or ""."""
    trace = TRACE.get()
    return trace.request_id if trace is not None else ""


_ID_ALLOWED = re.compile(rb"[A-Za-z0-9_.:\-/+=]{1,64}")


class _IdSeries:
    """Ids of one process: a random beginning and a count."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._prefix = secrets.token_hex(4)
        self._count = itertools.count(1)

    def next(self) -> str:
        return f"{self._prefix}-{next(self._count):x}"


_ids = _IdSeries()
# a forked worker must not repeat the ids of its siblings
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ids.restart)


def request_id_from(header: bytes | None) -> str:
    """The client's own id when it is short and harmless, else a new one, unique in this program's life."""
    if header is not None and _ID_ALLOWED.fullmatch(header):
        return header.decode("ascii")
    return _ids.next()


# ----------------------------------------------------------------------------------------------------------- redaction
_SENSITIVE = re.compile(
    r"token|passw|secret|authorization|cookie|api[-_]?key|jwt|signature|(?:^|&)(?:otp|code)=", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):([^@\s]*)@")
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.IGNORECASE)
_JWT_START = "eyJ"  # {" in base64
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
_NAMED_VALUE = re.compile(
    r"""(?P<name>["']?[\w-]*(?:token|password|passwd|secret|authorization|cookie|api[-_]?key)["']?\s*[=:]\s*)"""
    r"""(?P<value>"[^"]*"|'[^']*'|[^\s,;&)}]+)""",
    re.IGNORECASE,
)
HIDDEN = "***"


def redact_target(target: str) -> str:
    """Path and query without the values of parameters that name, or mention, something secret."""
    if _JWT_START in target:
        target = _JWT.sub(HIDDEN, target)
    path, mark, query = target.partition("?")
    if not mark or ("%" not in query and not _SENSITIVE.search(query)):
        return target
    parts: list[str] = []
    for part in query.split("&"):
        if _SENSITIVE.search(unquote(part)):
            parts.append(f"{part.partition('=')[0]}={HIDDEN}")
        else:
            parts.append(part)
    return f"{path}?{'&'.join(parts)}"


def redact_text(text: str) -> str:
    """A message or trace without passwords in URLs, bearer tokens, signed tokens and `password=…` values."""
    text = _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _JWT.sub(HIDDEN, text)
    return _NAMED_VALUE.sub(rf"\g<name>{HIDDEN}", text)


def redact_url(url: str) -> str:
    """A database URL without its password."""
    return _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", url)


# --------------------------------------------------------------------------------------------------------------- sinks
class Sink(Protocol):
    """Where events go. Called from any thread, one batch at a time."""

    def write(self, events: Sequence[tuple[float, Event]]) -> None:
        """`events`: (seconds since the epoch, event), oldest first."""
        ...


class TextLog:
    """One readable line per event."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def write(self, events: Sequence[tuple[float, Event]]) -> None:
        _put(self._stream, "".join(f"{_clock(when)} {event.level:<7} {_sentence(event)}\n" for when, event in events))


class JsonLog:
    """One JSON object per line: `time` (RFC 3339), `level`, `event`, and the fields of the event."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def write(self, events: Sequence[tuple[float, Event]]) -> None:
        lines: list[bytes] = []
        for when, event in events:
            row: dict[str, Any] = {"time": _rfc3339(when), "level": event.level}
            fields: dict[str, Any] = msgspec.to_builtins(event)
            row["event"] = fields.pop("type")
            fields.pop("level")
            for name, value in fields.items():
                row[name] = _clean(name, value)
            lines.append(msgspec.json.encode(row))
        _put(self._stream, b"\n".join(lines).decode() + "\n")


class Observer:
    """Where the program reports. `emit` never raises: a log that can't be written stops nothing."""

    def __init__(self, sinks: Iterable[Sink] = (), *, level: Level = "info", access: bool = True) -> None:
        self._sinks = tuple(sinks)
        self._more: tuple[Sink, ...] = ()
        self._threshold = LEVELS[level]
        self.access = access and bool(self._sinks) and self._threshold <= LEVELS["info"]
        self._waiting: list[tuple[float, Event]] = []
        self._lock = threading.Lock()
        self._timer: asyncio.TimerHandle | None = None

    def add_sink(self, sink: Sink) -> None:
        """Have another sink told from now on, of everything but access lines."""
        self._more = (*self._more, sink)

    def remove_sink(self, sink: Sink) -> None:
        self._more = tuple(item for item in self._more if item is not sink)

    def emit(self, event: Event) -> None:
        """Write an event, unless it is below the level. May be called from any thread."""
        if LEVELS[event.level] < self._threshold:
            return
        for sink in self._more:
            with contextlib.suppress(Exception):
                sink.write([(time.time(), event)])
        if not self._sinks:
            return
        with self._lock:
            self._waiting.append((time.time(), event))
        self.flush()

    def note(self, message: str, level: Level = "info", *, error: BaseException | None = None) -> None:
        """Write a sentence, with the trace of an error where there is one."""
        trace = "".join(traceback.format_exception(error)) if error is not None else ""
        self.emit(Noted(message=message, level=level, request_id=current_request_id(), trace=trace))

    def keep(self, event: RequestFinished) -> None:
        """Write an access line soon. Only from the event loop; callers ask `access` first."""
        with self._lock:
            self._waiting.append((time.time(), event))
        if len(self._waiting) >= FLUSH_EVENTS:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.flush()

    def flush(self) -> None:
        """Write what waits. Called by the program before it ends."""
        with self._lock:
            batch, self._waiting = self._waiting, []
            if not batch:
                return
            for sink in self._sinks:
                # a full disk or a closed pipe under the log must not fail the request that is logged
                with contextlib.suppress(OSError, ValueError):
                    sink.write(batch)


SILENT = Observer()


def make_observer(*, log_format: str, level: Level, access: bool, stream: TextIO | None = None) -> Observer:
    """The observer that the settings ask for."""
    sink: Sink = JsonLog(stream) if log_format == "json" else TextLog(stream)
    return Observer([sink], level=level, access=access)


# ------------------------------------------------------------------------------------------------------------- wording
def _sentence(event: Event) -> str:
    word: Callable[[Any], str] = _WORDING[type(event)]
    return word(event)


def _request_line(event: RequestFinished) -> str:
    milliseconds = event.seconds * 1000
    target = _one_line(redact_target(event.target))
    return (
        f"{event.method} {target} {event.status} {milliseconds:.1f}ms {event.answer_bytes}B"
        f" {event.client} {event.request_id}"
    )


def _failed_line(event: RequestFailed) -> str:
    head = f"{event.method} {_one_line(redact_target(event.target))} failed: {_one_line(redact_text(event.error))}"
    return f"{head} [{event.request_id}]{_indented(event.trace)}"


def _slow_line(event: SlowStatement) -> str:
    tail = f" [{event.request_id}]" if event.request_id else ""
    place = f" on {event.database}" if event.database else ""
    return f"slow statement{place}, {event.seconds * 1000:.0f}ms: {_one_line(event.sql)}{tail}"


def _schema_line(event: SchemaChanged) -> str:
    parts = [
        f"{word} {', '.join(names)}"
        for word, names in (("added", event.added), ("removed", event.removed), ("changed", event.changed))
        if names
    ]
    origin = "" if event.by == "satchel" else " by another program"
    return (
        f"schema of {event.database} changed{origin} (version {event.version}){': ' if parts else ''}{'; '.join(parts)}"
    )


def _started_line(event: Started) -> str:
    return f"Satchel {event.version} answers on {event.url} after {event.seconds:.2f}s ({', '.join(event.databases)})"


def _down_line(event: DatabaseDown) -> str:
    again = f"; next attempt in {event.retry_seconds:g}s" if event.retry_seconds else ""
    return f"database {event.database} can't be reached: {_one_line(redact_text(event.error)).rstrip('.')}{again}"


def _note_line(event: Noted) -> str:
    tail = f" [{event.request_id}]" if event.request_id else ""
    return f"{redact_text(event.message)}{tail}{_indented(event.trace)}"


_WORDING: dict[type[Any], Callable[[Any], str]] = {
    Started: _started_line,
    Stopped: lambda event: f"stopped: {event.reason}",
    RequestFinished: _request_line,
    RequestFailed: _failed_line,
    SlowStatement: _slow_line,
    SchemaChanged: _schema_line,
    DatabaseDown: _down_line,
    DatabaseBack: lambda event: f"database {event.database} answers again",
    WorkerEnded: lambda event: (
        f"worker {event.worker} ended ({event.code}); starting it again in {event.retry_seconds:g}s"
    ),
    Noted: _note_line,
}


def _clean(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return redact_target(value) if name == "target" else redact_text(value)


def _one_line(text: str) -> str:
    """Line breaks and control characters would let a request forge log lines."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def _indented(trace: str) -> str:
    if not trace:
        return ""
    return "".join(f"\n    {line}" for line in redact_text(trace).rstrip().splitlines())


def _clock(when: float) -> str:
    return f"{_clock_second(int(when))}.{int(when * 1000) % 1000:03d}"


@lru_cache(maxsize=8)
def _clock_second(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


def _rfc3339(when: float) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(when))}.{int(when * 1000) % 1000:03d}Z"


def _put(stream: TextIO | None, text: str) -> None:
    target = stream or sys.stderr
    target.write(text)
    target.flush()
