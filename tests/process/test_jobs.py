"""Jobs: who runs a minute, what a failure does, and stopping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from satchel.db import DatabaseOptions, open_database
from satchel.engine.schema_store import prepare_store
from satchel.engine.store import Store
from satchel.errors import NotFound
from satchel.jobs.runner import Jobs
from satchel.model.system.collections import store_tables
from satchel.sql.dialects import DIALECTS

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def store(path: Path) -> AsyncIterator[Store]:
    database = open_database("store", str(path / "store.db"), DatabaseOptions(create=True))
    await database.open()
    made = Store(database, DIALECTS["sqlite"], store_tables("store"))
    await prepare_store(database, made)
    try:
        yield made
    finally:
        await database.close()


async def test_a_minute_is_run_by_one(tmp_path: Path) -> None:
    async with store(tmp_path) as one, store(tmp_path) as other:
        ran: list[str] = []

        def workers(name: str, held: Store) -> Jobs:
            async def work() -> None:
                ran.append(name)

            jobs = Jobs(held)
            jobs.add("job", "* * * * *", work)
            return jobs

        both = [workers("one", one), workers("other", other)]
        for minute in range(20):
            await asyncio.gather(*(jobs.run_due(NOON + timedelta(minutes=minute)) for jobs in both))
            await asyncio.sleep(0)
        # a clock that goes back runs nothing twice
        await both[0].run_due(NOON)
        for jobs in both:
            await jobs.close()
        assert len(ran) == 20


async def test_only_what_is_due(tmp_path: Path) -> None:
    async with store(tmp_path) as held:
        ran: list[str] = []

        def job(name: str) -> None:
            async def work() -> None:
                ran.append(name)
                if name == "fails":
                    raise RuntimeError("no")

            jobs.add(name, {"hourly": "@hourly", "never": "0 0 30 2 *", "fails": "0 12 * * *"}[name], work)

        jobs = Jobs(held)
        for name in ("fails", "hourly", "never"):
            job(name)
        when = ""
        jobs.add_system("__system__", lambda: when, asyncio.sleep)  # type: ignore[arg-type]
        assert list(jobs.expressions()) == ["fails", "hourly", "never"]
        with pytest.raises(NotFound):
            jobs.run("__system__")
        await jobs.run_due(NOON + timedelta(minutes=1))
        await jobs.run_due(NOON + timedelta(hours=1))
        await asyncio.sleep(0.05)
        assert ran == ["hourly"]
        jobs.run("fails")
        jobs.run("hourly")
        await asyncio.sleep(0.05)
        assert ran == ["hourly", "fails", "hourly"]
        await jobs.close()


async def test_not_twice_at_once_and_stopped_at_the_end(tmp_path: Path) -> None:
    async with store(tmp_path) as held:
        begun = ended = 0

        async def work() -> None:
            nonlocal begun, ended
            begun += 1
            try:
                await asyncio.sleep(60)
            finally:
                ended += 1

        jobs = Jobs(held)
        jobs.add("long", "* * * * *", work)
        for _ in range(3):
            jobs.run("long")
            await asyncio.sleep(0)
        await jobs.close()
        assert (begun, ended) == (1, 1)
        with pytest.raises(ValueError, match="invalid cron expression"):
            jobs.add("bad", "nope", work)
