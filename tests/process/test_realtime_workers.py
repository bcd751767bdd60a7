"""Realtime between programs on one data folder, without HTTP: messages of hooks, clients of the other one, the feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from satchel.app import Satchel
from satchel.config import load_settings, override
from satchel.engine.feed import Feed
from satchel.engine.verbs import Session
from satchel.errors import InvalidPayload
from satchel.model.definition import CollectionDefinition, FieldDefinition
from satchel.policy.actor import Actor
from satchel.realtime.realtime import OtherCaller, UnknownClient, WrongAddress

pytestmark = pytest.mark.process

IP = "192.0.2.1"


class Heard:
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self.closed = False

    def send(self, name: str, message: bytes) -> bool:
        self.messages.append((name, message))
        return True

    def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def programs(folder: Path, count: int) -> AsyncIterator[list[Satchel]]:
    settings = override(load_settings(), {"data_dir": str(folder), "secret": "s" * 40})
    found = [Satchel(settings=settings) for _ in range(count)]
    try:
        for program in found:
            await program.startup()
        yield found
    finally:
        for program in found:
            await program.shutdown()


async def until(condition: object, seconds: float = 10) -> None:
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_message_reaches_the_followers_of_every_worker_once(tmp_path: Path) -> None:
    async with programs(tmp_path, 3) as workers:
        outlets = [Heard() for _ in workers]
        for worker, outlet in zip(workers, outlets, strict=True):
            client = await worker.realtime.connect(outlet, IP)
            await worker.realtime.subscribe(client.id, ["news", "other"], Actor.public(ip=IP))
        await workers[1].realtime.send("news", '{"n":1}')
        await workers[2].realtime.send("news", b'{"n":2}')
        await workers[0].realtime.send("nobody", "x")
        await until(lambda: all(len(outlet.messages) == 2 for outlet in outlets))
        await asyncio.sleep(0.4)
        for outlet in outlets:
            assert sorted(outlet.messages) == [("news", b'{"n":1}'), ("news", b'{"n":2}')]
        with pytest.raises(InvalidPayload):
            await workers[0].realtime.send("news", b"x" * 3_000_000)


async def test_one_client_is_sent_something_once_from_its_own_address_only(tmp_path: Path) -> None:
    async with programs(tmp_path, 2) as (here, there):
        outlet = Heard()
        client = await here.realtime.connect(outlet, IP)
        await here.realtime.subscribe(client.id, ["@oauth2", "news"], Actor.public(ip=IP))
        for worker in (here, there):
            assert not await worker.realtime.send_once(client.id, "@oauth2", "{}", "192.0.2.2")
            assert not await worker.realtime.send_once(client.id, "other", "{}", IP)
            assert not await worker.realtime.send_once("a" * 40, "@oauth2", "{}", IP)
        assert outlet.messages == []
        assert await there.realtime.send_once(client.id, "@oauth2", '{"code":"c"}', IP)
        assert outlet.messages == [("@oauth2", b'{"code":"c"}')]
        for worker in (here, there):
            assert not await worker.realtime.send_once(client.id, "@oauth2", "{}", IP)
        await here.realtime.send("news", "still followed")
        await until(lambda: len(outlet.messages) == 2)


async def test_what_is_refused_is_refused_through_another_worker_as_well(tmp_path: Path) -> None:
    async with programs(tmp_path, 2) as (here, there):
        key = await here.accounts.create_superuser("root@example.com", "correct horse 1")
        root = Actor("user", "directus_users", key, ip=IP)
        outlet = Heard()
        client = await here.realtime.connect(outlet, IP)
        for worker in (here, there):
            with pytest.raises(WrongAddress):
                await worker.realtime.subscribe(client.id, ["a"], Actor.public(ip="192.0.2.2"))
            with pytest.raises(UnknownClient):
                await worker.realtime.subscribe("b" * 40, ["a"], Actor.public(ip=IP))
        await there.realtime.subscribe(client.id, ["a"], root)
        for worker in (here, there):
            with pytest.raises(OtherCaller):
                await worker.realtime.subscribe(client.id, ["b"], Actor.public(ip=IP))
            await worker.realtime.subscribe(client.id, ["b"], root)
        here.realtime.disconnect(client)
        with pytest.raises(UnknownClient):
            await there.realtime.subscribe(client.id, ["a"], root)


async def test_a_feed_finds_numbers_that_show_up_late_and_gives_each_once(tmp_path: Path) -> None:
    """As on a server, where a transaction that began earlier may commit later."""
    async with programs(tmp_path, 1) as (program,):
        store = program.engine.metadata.store
        seconds = [0.0]
        feed = Feed(store, "satchel_notes", ("id", "kind"), lambda: seconds[0], gaps=True)

        async def write(*numbers: int) -> None:
            async def work(session: object) -> None:
                for number in numbers:
                    values = {"id": number, "sender": "s", "target": "t", "kind": str(number)}
                    await session.insert("satchel_notes", {**values, "at": "2026-01-01 00:00:00.000Z"})  # type: ignore[attr-defined]

            await store.write(work)

        async def seen() -> list[int]:
            return [int(row["id"]) for row in await feed.next()]

        await write(100, 103)
        await feed.start()
        assert await seen() == []
        await write(102, 110)  # one was under way at the start
        assert await seen() == [102, 110]
        await write(105, 101)
        assert await seen() == [101, 105]
        assert await seen() == []
        seconds[0] = 31.0
        await write(111)
        assert await seen() == [111]
        await write(106)  # nobody commits as late as that
        assert await seen() == []


async def test_a_share_keeps_its_rights_through_another_worker(tmp_path: Path) -> None:
    async with programs(tmp_path, 2) as (here, there):
        key = await there.accounts.create_superuser("root@example.com", "correct horse 1")
        user = await there.accounts.access.user(key)
        assert user is not None
        root = there.accounts.context(there.accounts.access.actor(user, IP))
        number = FieldDefinition("id", type="integer", identity=True, meta={})
        pages = CollectionDefinition("pages", (number, FieldDefinition("title", type="string", meta={})), meta={})
        await there.schema.create_collection(pages, "directus")

        async def create(table: str, **item: Any) -> Any:
            async def work(session: Session) -> Any:
                return (await session.create(table, item, "directus"))[0]

            return await there.engine.write(root, table, work)

        async def retitle(item: Any, title: str) -> None:
            async def work(session: Session) -> None:
                await session.update("pages", (item,), {"title": title}, "directus")

            await there.engine.write(root, "pages", work)

        shown, hidden = await create("pages", title="Shown"), await create("pages", title="Hidden")
        shares = [
            await create("directus_shares", name=name, collection="pages", item=str(shown), role=user.role)
            for name in ("one", "two")
        ]
        one, two = [await there.accounts.access.share_actor(share, IP, root.now) for share in shares]
        for far, near in ((there, here), (here, here)):
            outlet = Heard()
            client = await near.realtime.connect(outlet, IP)
            await far.realtime.subscribe(client.id, ["pages/*"], one)
            await retitle(hidden, f"Hidden {far is near}")
            await retitle(shown, f"Told {far is near}")
            await until(lambda outlet=outlet: outlet.messages)
            ((name, message),) = outlet.messages
            assert (name, f"Told {far is near}" in message.decode()) == ("pages/*", True)
            await far.realtime.subscribe(client.id, [f"pages/{shown}"], one)  # once more, as the same
            for other in (two, Actor.public(ip=IP), root.actor):
                with pytest.raises(OtherCaller):
                    await far.realtime.subscribe(client.id, ["pages/*"], other)
