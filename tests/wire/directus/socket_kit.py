"""A client of `/websocket` for tests: sends messages, and reads answers one by one."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import httpx
from tests.servers import Server
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

SECONDS = 15.0
QUIET_SECONDS = 0.4


class Talk:
    """One connection. `token`: said in the first message. `query`: goes into the address."""

    def __init__(
        self, server: Server, *, token: str | None = None, query: str = "", path: str = "/websocket", **options: Any
    ) -> None:
        address = server.url.replace("http", "ws", 1) + path + query
        self._opening = connect(address, open_timeout=SECONDS, ping_interval=None, compression=None, **options)
        self.socket = self._opening.__enter__()
        if token is not None:
            assert self.ask(type="auth", access_token=token)["status"] == "ok"

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def next(self, seconds: float = SECONDS) -> Any:
        return json.loads(self.socket.recv(timeout=seconds))

    def ask(self, **message: Any) -> Any:
        """Send a message; the next one that comes."""
        self.send(**message)
        return self.next()

    def items(self, action: str, collection: str, **more: Any) -> Any:
        return self.ask(type="items", action=action, collection=collection, **more)

    def follow(self, collection: str, **more: Any) -> Any:
        """Subscribe; the first answer."""
        return self.ask(type="subscribe", collection=collection, **more)

    def is_quiet(self, seconds: float = QUIET_SECONDS) -> bool:
        """Whether nothing comes for a while."""
        try:
            self.socket.recv(timeout=seconds)
        except TimeoutError:
            return True
        return False

    def ended(self, seconds: float = SECONDS) -> int | None:
        """Wait for the end of the connection; its code."""
        try:
            while True:
                self.socket.recv(timeout=seconds)
        except ConnectionClosed:
            return self.socket.close_code

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}


def field(name: str, kind: str = "string", **schema: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "schema": schema, "meta": {}}


def make(admin: httpx.Client, collection: str, *fields: dict[str, Any], **meta: Any) -> None:
    body = {"collection": collection, "schema": {}, "meta": meta, "fields": [KEY, *fields]}
    data(admin.post("/collections", json=body))


def data(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 204), answer.text
    return answer.json()["data"] if answer.content else None
