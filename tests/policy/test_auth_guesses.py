"""Guesses and decoys: shared by all workers, forgotten after a while, and few rows however many names are tried."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from satchel.auth import decoys, guesses
from satchel.auth.claims import CLAIMS, Claims
from satchel.auth.decoys import Decoys
from satchel.auth.guesses import WINDOW_SECONDS, Guesses
from tests.policy.conftest import SECRET, on_all_stores, races_on_all_stores


def worker(setup: Any, limit: int = 5) -> Guesses:
    """One process's, on the shared store."""
    return Guesses(limit, Claims(setup.store, setup.clock.now), SECRET)


@races_on_all_stores
async def test_guesses_at_once_by_several_workers(setup: Any) -> None:
    workers = [worker(setup) for _ in range(3)]
    asked = [workers[number % 3].begin("people", "Ann@example.com", "10.0.0.1") for number in range(30)]
    found = await asyncio.gather(*asked)
    assert sum(name is not None for name in found) == 5


@on_all_stores
async def test_forgiven_by_success_and_by_time(setup: Any) -> None:
    one, other = worker(setup), worker(setup)
    for _ in range(4):
        assert await one.begin("people", "ann", "10.0.0.1") is not None
    name = await other.begin("people", "ANN", "10.0.0.1")
    assert name
    assert await one.begin("people", "ann", "10.0.0.1") is None
    assert await one.begin("people", "ann", "10.0.0.2"), "the owner, who is elsewhere, is not locked out"
    await other.forgive(name)
    for _ in range(5):
        assert await one.begin("people", "ann", "10.0.0.1")
    assert await one.begin("people", "ann", "10.0.0.1") is None
    setup.clock.pass_by(WINDOW_SECONDS + 1)
    assert await one.begin("people", "ann", "10.0.0.1")


async def test_an_ipv6_client_is_its_network(setup: Any) -> None:
    found = worker(setup)
    asked = [await found.begin("people", "ann", f"2001:db8::{number}") for number in range(7)]
    assert asked.count(None) == 2


async def test_no_limit_writes_nothing(setup: Any) -> None:
    found = worker(setup, limit=0)
    for _ in range(50):
        assert await found.begin("people", "ann", None) == ""
    assert await setup.store.select(CLAIMS, ("name",)) == []


async def test_as_many_rows_as_there_may_be(setup: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "ROWS", 20)
    found = worker(setup, limit=1000)
    for number in range(300):
        assert await found.begin("people", f"name {number}", "10.0.0.1")
    assert len(await setup.store.select(CLAIMS, ("name",))) == 20


@on_all_stores
async def test_decoys_of_all_workers(setup: Any) -> None:
    one, other = (Decoys(setup.store, SECRET, setup.clock.now) for _ in range(2))
    ids = [one.new_id("somebody") for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(len(item) == 15 and item.isalnum() and item == item.lower() for item in ids)
    for item in ids:
        await one.add(item, "somebody", seconds=60)
    assert await other.unspent("somebody") == ids[::-1]
    assert [await other.subject(item) for item in ids] == ["somebody"] * 3
    for unknown in (other.new_id("somebody"), "", "x", "é" * 15, "0" * 300):
        assert await other.subject(unknown) == ""
    setup.clock.pass_by(61)
    assert await other.unspent("somebody") == []
    assert await other.subject(ids[0]) == ""


async def test_a_decoy_makes_way_for_another(setup: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ROWS", 1)
    found = Decoys(setup.store, SECRET, setup.clock.now)
    first, second = found.new_id("one"), found.new_id("two")
    await found.add(first, "one", seconds=60)
    await found.add(second, "two", seconds=60)
    assert (await found.subject(first), await found.subject(second)) == ("", "two")
    assert await found.unspent("one") == []
