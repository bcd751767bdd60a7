"""A server with an admin, somebody with a few rights, and a guest, for tests of files and assets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.servers import Server, running_server

PUBLIC = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"


@dataclass
class World:
    """`policy`: the editor's, which gives nothing yet."""

    server: Server
    admin: httpx.Client
    editor: httpx.Client
    guest: httpx.Client
    policy: str
    editor_id: str

    def grant(self, action: str, *, policy: str = "", collection: str = "directus_files", **more: Any) -> int:
        body = {"policy": policy or self.policy, "collection": collection, "action": action, "fields": ["*"], **more}
        return int(data(self.admin.post("/permissions", json=body))["id"])

    @contextlib.contextmanager
    def granted(self, *actions: str, **more: Any) -> Iterator[None]:
        """The editor's rights (or those of another policy) while a test needs them."""
        made = [self.grant(action, **more) for action in actions]
        try:
            yield
        finally:
            assert self.admin.request("DELETE", "/permissions", json=made).status_code == 204

    def stored(self) -> set[str]:
        """The files in the storage folder, by their paths in it; notes beside them are not counted."""
        folder = self.server.data / "storage"
        found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".attrs")
        return {path.relative_to(folder).as_posix() for path in found}

    def unfinished(self) -> list[str]:
        """What uploads left on the disk."""
        folder = self.server.data / ".uploads"
        return [path.name for path in folder.rglob("*") if path.is_file() and path.name != "lock"]


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def error(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    (found,) = answer.json()["errors"]
    assert found["extensions"]["code"] == code, found
    return found


def upload(client: httpx.Client, name: str, content: bytes, kind: str = "image/png", **fields: str) -> dict[str, Any]:
    return data(client.post("/files", data=fields, files={"file": (name, content, kind)}))


@contextlib.contextmanager
def file_world(folder: Path, **settings: Any) -> Iterator[World]:
    with running_server(folder, settings=settings) as server, contextlib.ExitStack() as stack:
        admin = stack.enter_context(server.client(server.directus_token()))
        policy = data(admin.post("/policies", json={"name": "editors"}))["id"]
        role = data(admin.post("/roles", json={"name": "editors"}))["id"]
        data(admin.post("/access", json={"role": role, "policy": policy}))
        body: Mapping[str, Any] = {
            "email": "ed@example.com",
            "password": "ed ed ed 1",
            "role": role,
            "token": "ed-token",
        }
        editor_id = data(admin.post("/users", json=body))["id"]
        editor = stack.enter_context(server.client("ed-token"))
        yield World(server, admin, editor, stack.enter_context(server.client()), policy, editor_id)
