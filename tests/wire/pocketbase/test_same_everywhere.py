"""The same session on every database: what is no text for one database in particular is answered alike on all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.servers import fresh_database, running_server
from tests.wire.pocketbase.talk import Exchange, differences
from tests.wire.pocketbase.test_differential import allow_batches, held

pytestmark = [pytest.mark.process, pytest.mark.heavy]

SESSIONS = ("modifiers", "deletion", "submitted", "field_changes", "truncation", "expand", "imports_more")


def exchanges(name: str, kind: str, data: Path) -> list[Exchange]:
    """A session with a server on a fresh database. How databases order the keys of JSON is no difference."""
    with fresh_database(kind) as url, running_server(data, url) as server:
        allow_batches(server.url)
        found = held(server.url, name)
    for exchange in found:
        exchange.ordered = False
    return found


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
@pytest.mark.parametrize("name", SESSIONS)
def test_same_as_embedded(name: str, kind: str, tmp_path: Path) -> None:
    theirs = exchanges(name, kind, tmp_path / "server")
    ours = exchanges(name, "sqlite", tmp_path / "embedded")
    found = differences(theirs, ours, {})
    assert not found, f"{len(found)} of {len(ours)} answers differ:\n\n" + "\n\n".join(found)
