"""Log rows: secrets, sizes, order; and what taking a note costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from satchel.errors import Unavailable
from satchel.http.request import Request, RequestLimits
from satchel.logs.recorder import BATCH_ROWS, WRITE_ROWS, Recorder
from satchel.logs.rows import TRUNCATED, Row, Seen, make_id, row_of, stamp
from satchel.observe import Noted, RequestFailed
from satchel.policy.actor import Actor
from satchel.settings.model import Logs

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl"


def seen(**changes: Any) -> Seen:
    whole = Seen(1764291600.123, "GET", "/api/x", 200, 0.001, "", "ua", "1.2.3.4", "10.0.0.1", "users", "u1", "", "")
    return whole._replace(**changes)


def data_of(noted: Any, wanted: Logs | None = None) -> dict[str, Any]:
    row = row_of(noted, wanted or Logs())
    assert row is not None
    return msgspec.json.decode(row.data)


def test_no_secret_is_kept() -> None:
    target = f"/api/files/c/r/f.png?token={TOKEN}&password=hunter2&thumb=1x1"
    found = row_of(
        seen(
            target=target, referer=f"http://x/?token={TOKEN}", status=400, error=f"bad {TOKEN}", details="password=abc"
        ),
        Logs(),
    )
    assert found is not None
    text = found.message + found.data
    for secret in (TOKEN, "hunter2", "password=abc"):
        assert secret not in text
    assert "thumb=1x1" in text
    assert TOKEN not in repr(row_of((0.0, Noted(message=f"Bearer {TOKEN}", level="warning")), Logs()))


def test_who_and_where_only_if_wanted() -> None:
    assert {"userIP", "remoteIP"} <= set(data_of(seen()))
    assert "authId" not in data_of(seen())
    bare = data_of(seen(), Logs(log_ip=False, log_auth_id=True))
    assert "userIP" not in bare
    assert bare["authId"] == "u1"


def test_levels() -> None:
    assert row_of(seen(), Logs(min_level=4)) is None
    failed = row_of(seen(status=404), Logs(min_level=8))
    assert failed is not None
    assert failed.level == 8


def test_size_is_bounded() -> None:
    long = seen(target="/" + "x" * 100_000, user_agent="y" * 100_000)
    row = row_of(long, Logs())
    assert row is not None
    assert len(row.message) <= 4096
    assert len(row.data) < 17_000
    assert data_of(long, Logs(max_data_size=60)) == {TRUNCATED: True, "auth": "users", "execTime": 1.0, "method": "GET"}


def test_ids_sort_by_time() -> None:
    made = [make_id(1764291600.0 + number / 1000) for number in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500
    assert {len(identifier) for identifier in made} == {15}
    assert stamp(1764291600.123) == "2025-11-28 01:00:00.123Z"


def request() -> Request:
    headers = [(b"host", b"x"), (b"user-agent", b"a client"), (b"referer", b"http://x/")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/collections/posts/records",
        "query_string": b"page=2&filter=a%3D1",
        "headers": headers,
        "client": ("127.0.0.1", 1234),
        "http_version": "1.1",
    }

    async def receive() -> dict[str, Any]:
        return {}

    made = Request(scope, receive, RequestLimits())
    made.actor = Actor("user", collection="users", key="u1")
    return made


async def test_a_note_is_cheap() -> None:
    async def write(rows: Sequence[Row]) -> None: ...

    recorder = Recorder(write, 100_000)
    one = request()
    best = min(_microseconds(recorder, one) for _ in range(5))
    assert best < 10, f"{best:.1f} µs"  # about 2 on an idle machine


def _microseconds(recorder: Recorder, one: Request) -> float:
    started = time.perf_counter()
    for _ in range(2000):
        recorder.request(one, 200)
    return (time.perf_counter() - started) / 2000 * 1e6


async def test_the_queue_is_bounded_and_says_so() -> None:
    kept: list[Row] = []

    async def write(rows: Sequence[Row]) -> None:
        kept.extend(rows)

    recorder = Recorder(write, 300)
    one = request()
    for _ in range(1000):
        recorder.request(one, 200)
    recorder.write([(0.0, RequestFailed("", "GET", "/", "x", ""))])
    await recorder.flush()
    assert len(kept) == 301
    assert kept[-1].message == "700 log entries were dropped, because more came than could be written."


async def test_no_more_rows_are_written_in_a_second_than_the_requests_can_bear() -> None:
    """However short a transaction is: small ones one after the other would take the interpreter from every request."""
    sizes: list[int] = []

    async def write(rows: Sequence[Row]) -> None:
        sizes.append(len(rows))

    recorder = Recorder(write, 100_000)
    recorder.start()
    one = request()
    started = time.monotonic()
    while time.monotonic() - started < 1:
        for _ in range(50):
            recorder.request(one, 200)
        await asyncio.sleep(0.01)
    seconds = time.monotonic() - started
    written, transactions = sum(sizes), len(sizes)
    await recorder.close()
    # the first batch may come at once, and a batch is paid for after it was written
    assert 0 < written <= WRITE_ROWS * seconds + BATCH_ROWS, sizes
    assert transactions < 10, sizes


async def test_a_log_that_can_t_be_written_stops_nothing() -> None:
    async def write(rows: Sequence[Row]) -> None:
        raise Unavailable("The disk is full.")

    recorder = Recorder(write, 1000)
    recorder.start()
    for _ in range(500):
        recorder.request(request(), 200)
    await asyncio.sleep(0.1)
    await recorder.close()
