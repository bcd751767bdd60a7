"""Writes to auth collections: what owners of accounts may not change alone."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from satchel.errors import ValidationFailed
from satchel.model.catalog import Catalog
from satchel.policy.actor import Actor
from tests.process import write_kit
from tests.process.write_kit import Kit, granted, kit_on, said
from tests.servers import running_server

PB = "pocketbase"
SECRET = {"password": "long enough", "passwordConfirm": "long enough"}
TEXT = {"kind": "text"}
ACCOUNT = {
    "id": write_kit.KEY,
    "email": {"kind": "email", "required": True},
    "verified": {"kind": "bool"},
    "password": {"kind": "password", "hidden": True, "required": True, "options": {"min": 8}},
    "tokenKey": {"kind": "text", "hidden": True, "options": {"autogeneratePattern": "[a-zA-Z0-9]{50}"}},
    "name": TEXT,
}
TABLE = """;
CREATE TABLE people (id {key}, email varchar(255) UNIQUE, verified {bool} NOT NULL DEFAULT {false},
  password varchar(255), tokenKey varchar(255), name text {empty})"""


@pytest.fixture
async def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kit]:
    monkeypatch.setattr(write_kit, "SCRIPT", write_kit.SCRIPT + TABLE)
    monkeypatch.setattr(write_kit, "FACTS_PLUS", {**write_kit.FACTS_PLUS, "people": ACCOUNT})
    plain = write_kit.catalog_of

    def catalog_of(facts: write_kit.DatabaseFacts) -> Catalog:
        made = plain(facts)
        found = [replace(item, type="auth") if item.name == "people" else item for item in made.collections.values()]
        return Catalog.build(found, made.relations, 1)

    monkeypatch.setattr(write_kit, "catalog_of", catalog_of)
    async with kit_on("sqlite", tmp_path) as made:
        await made.create("people", {"id": "person000000001", "email": "a@x.io", **SECRET}, PB)
        yield made


async def row(kit: Kit) -> tuple[object, ...]:
    return (await kit.rows("SELECT email, verified, password, tokenKey, name FROM people ORDER BY id"))[0]


async def test_an_account_is_made_with_a_hash_and_a_token_key(kit: Kit):
    email, verified, password, token_key, _ = await row(kit)
    assert (email, verified, password) == ("a@x.io", 0, "hashed:hguone gnol")
    assert len(str(token_key)) == 50


async def test_owners_can_change_what_is_harmless(kit: Kit):
    kit.actor, kit.grants = (
        Actor("user", "people", "person000000001"),
        granted(people__update=[{}], people__create=[{}]),
    )
    key = "person000000001"
    await kit.update("people", key, {"name": "Ann", "email": "a@x.io", "verified": False}, PB)
    assert (await row(kit))[4] == "Ann"
    for style in (PB, "directus"):
        with pytest.raises(ValidationFailed) as caught:
            await kit.update("people", key, {"email": "b@x.io", "verified": True, "password": "another one"}, style)
        confirm = [("passwordConfirm", "required")] if style == PB else []
        assert sorted(said(caught.value)) == [
            ("email", "values_mismatch"), ("oldPassword", "required"), *confirm, ("verified", "values_mismatch"),
        ]  # fmt: skip
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("people", {"email": "c@x.io", **SECRET, "verified": True}, PB)
    assert said(caught.value) == [("verified", "values_mismatch")]
    await kit.create("people", {"id": "person000000002", "email": "c@x.io", **SECRET}, PB)


async def test_a_new_password_or_address_ends_sessions(kit: Kit):
    before = (await row(kit))[3]
    await kit.update("people", "person000000001", {"name": "Ann", "email": "a@x.io"}, PB)
    assert (await row(kit))[3] == before
    await kit.update("people", "person000000001", {"email": "b@x.io"}, PB)
    second = (await row(kit))[3]
    await kit.update("people", "person000000001", {"password": "another one", "passwordConfirm": "another one"}, PB)
    assert len({before, second, (await row(kit))[3]}) == 3


async def test_hidden_fields_need_an_admin(kit: Kit):
    kit.actor, kit.grants = Actor("user", "people", "person000000001"), granted(people__update=[{}])
    before = (await row(kit))[3]
    await kit.update("people", "person000000001", {"tokenKey": "x" * 50, "name": "n"}, PB)
    assert (await row(kit))[3] == before


@pytest.mark.process
def test_superusers_of_the_command_line_are_in_the_change_log(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        assert server.run("superuser", "create", "two@example.com", "correct horse").returncode == 0
        assert server.run("superuser", "update", "two@example.com", "other horse").returncode == 0
        assert server.run("superuser", "delete", "two@example.com").returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "data.db")) as database:
        query = 'SELECT action, actor_kind, reason, "after" FROM satchel_changes WHERE collection = ? ORDER BY id'
        rows = database.execute(query, ("directus_users",)).fetchall()
    assert [row[0] for row in rows][-3:] == ["create", "update", "delete"]
    assert {row[1] for row in rows} == {"system"}
    assert all(row[2] for row in rows)
    assert "$argon2" not in str(rows)
