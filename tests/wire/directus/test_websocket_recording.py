"""The recorded session on `/websocket`, message by message. Differences are listed with their reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import Server
from tests.wire.directus.socket_kit import Talk, data, field, make

pytestmark = pytest.mark.process

NAMES = ("py3", "go", "csv1", "csv2", "j1", "batch", "evt!", "g1", "g2", "g3")
DIFFERENCES = {
    '"ids": [1, 2], "query": {"fields": ["id"], "meta": "*"}': "counts are those of the items that were named",
    '"query": {"filter": {"name": "ws3"}}': "an update by query answers what it changed",
    '"collection": "authors", "data": {}': "a refusal by validation is told",
}
QUIET_SECONDS = 0.25


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with server.client(server.directus_token()) as client:
        make(client, "tags", field("name", is_unique=True))
        make(client, "authors", field("name", is_nullable=False))
        make(client, "site", field("title"), field("motto"), singleton=True)
        data(client.post("/items/tags", json=[{"name": name} for name in NAMES]))
        data(client.patch("/items/site", json={"id": 2, "title": "My site", "motto": "gql"}))
        yield client


def steps(text: str) -> Iterator[tuple[str, list[Any]]]:
    """What was done, and what came of it."""
    done: str | None = None
    heard: list[Any] = []
    for line in text.splitlines():
        if line.startswith("   < "):
            heard.append(json.loads(line[5:]))
        elif line.startswith(("> ", "REST ")):
            if done is not None:
                yield done, heard
            done, heard = line, []
    if done is not None:
        yield done, heard


def act(talk: Talk, admin: httpx.Client, done: str) -> None:
    if done.startswith("> "):
        talk.socket.send(done[2:])
    elif "create" in done:
        data(admin.post("/items/tags", json={"name": "evt-ws"}))
    elif "update" in done:
        data(admin.patch("/items/tags/1", json={"name": "evt-up"}))
    else:
        data(admin.delete("/items/tags/14"))


def test_the_recorded_session(server: Server, admin: httpx.Client, shared_folder: Path) -> None:
    recording = shared_folder / "wire" / "directus-recordings" / "ws-sqlite.txt"
    if not recording.is_file():
        pytest.skip("there is no recording of a WebSocket")
    session = re.split(r"^-- (?:session|token in query).*$", recording.read_text(), flags=re.MULTILINE)[1]
    compared = 0
    with Talk(server, token=server.directus_token()) as talk:
        for done, expected in steps(session):
            if '"auth"' in done:
                continue  # names and tokens of that installation
            act(talk, admin, done)
            if any(part in done for part in DIFFERENCES):
                talk.next()
                continue
            heard = [talk.next() for _ in expected]
            # subscriptions of one connection are told in an order of their own
            assert sorted(map(json.dumps, heard)) == sorted(map(json.dumps, expected)), done
            compared += 1
            if not expected:
                assert talk.is_quiet(QUIET_SECONDS), done
        assert talk.is_quiet(QUIET_SECONDS)
    assert compared >= 30
