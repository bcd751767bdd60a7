"""A client of `/api/realtime`: one stream, read in a thread, and the form that says what it follows.

In charge of: reading frames as they are on the line. Knows nothing of any server.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

WAIT_SECONDS = 15.0


@dataclass(frozen=True)
class Frame:
    """One event, as its three lines say."""

    id: str
    event: str
    data: str

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Listener:
    """One open stream. `frames` holds what came after the first event."""

    def __init__(self, url: str, *, token: str = "", headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.token = token
        self.frames: list[Frame] = []
        self.raw = b""
        self.closed = False
        self._changed = threading.Condition()
        self._paused = threading.Event()
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._connection.request("GET", "/api/realtime", headers=headers or {})
        self._socket = self._connection.sock
        self.answer = self._connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.wait(lambda: bool(self.frames) or self.closed)
        self.hello = self.frames.pop(0)
        self.id = self.hello.id

    def _read(self) -> None:
        lines: dict[str, list[str]] = {}
        try:
            while not self._paused.is_set() and (line := self.answer.readline()):
                self.raw += line
                text = line.decode().rstrip("\n")
                if text:
                    name, _, value = text.partition(":")
                    lines.setdefault(name, []).append(value)
                    continue
                frame = Frame(*("\n".join(lines.get(name, [])) for name in ("id", "event", "data")))
                lines = {}
                with self._changed:
                    self.frames.append(frame)
                    self._changed.notify_all()
        except (OSError, http.client.HTTPException, AttributeError, ValueError):
            pass
        if self._paused.is_set():
            return
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, seconds)

    def follow(self, *topics: str, token: str | None = None, **headers: str) -> httpx.Response:
        """Say what is followed from now on."""
        used = self.token if token is None else token
        return httpx.post(
            f"{self.url}/api/realtime",
            json={"clientId": self.id, "subscriptions": list(topics)},
            headers={**({"Authorization": used} if used else {}), **headers},
            timeout=30,
            verify=False,
        )

    def expect(self, count: int, seconds: float = WAIT_SECONDS) -> list[Frame]:
        """The next frames; fails when they don't come."""
        assert self.wait(lambda: len(self.frames) >= count, seconds), f"{len(self.frames)} of {count}: {self.frames}"
        found, self.frames = self.frames[:count], self.frames[count:]
        return found

    def until(self, event: str, seconds: float = WAIT_SECONDS) -> list[Frame]:
        """All frames before the first of this event, which is taken too."""
        assert self.wait(lambda: any(frame.event == event for frame in self.frames), seconds), self.frames
        place = next(index for index, frame in enumerate(self.frames) if frame.event == event)
        found, self.frames = self.frames[:place], self.frames[place + 1 :]
        return found

    def stop_reading(self) -> None:
        """Leave everything that comes from now on where it is."""
        self._paused.set()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self.answer.close()
        self._connection.close()


def with_options(topic: str, *, query: dict[str, Any] | None = None, headers: dict[str, Any] | None = None) -> str:
    """A topic with options, as the official client writes it."""
    options: dict[str, Any] = {}
    if query:
        options["query"] = query
    if headers:
        options["headers"] = headers
    text = json.dumps(options, separators=(",", ":"), ensure_ascii=False)
    return f"{topic}?options={quote(text, safe='')}"


def settle(listeners: Sequence[Listener], seconds: float = 0.5) -> None:
    """Wait until nothing more comes."""
    last = [-1]
    while last != [len(item.frames) for item in listeners]:
        last = [len(item.frames) for item in listeners]
        time.sleep(seconds)
