"""The official `@directus/sdk` against a real server, on every database that can be reached."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.servers import Server, running_server

FOLDER = Path(__file__).resolve().parents[1] / "node"


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node, with the clients installed as the lock file says."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm:
        pytest.skip("node and npm are not installed")
    if not all((FOLDER / "node_modules" / name).is_dir() for name in ("@directus/sdk", "tus-js-client")):
        done = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"the JavaScript clients can't be installed: {done.stderr.strip()[-300:]}")
    return found


@pytest.mark.node
@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize("script", ["directus.mjs", "graphql.mjs", "directus_realtime.mjs", "files_relation.mjs"])
def test_the_official_client(node: str, server_on: Server, script: str) -> None:
    apart = {} if server_on.database_url is None else {"SATCHEL_APART": "1"}
    run_session(node, server_on, script, **apart)


@pytest.mark.node
@pytest.mark.process
@pytest.mark.dialects
def test_many_files_of_an_item_in_one_database(node: str, store_on: Server) -> None:
    """As above, but the files' rows are in the database of the items, where foreign keys reach them."""
    run_session(node, store_on, "files_relation.mjs")


@pytest.mark.node
@pytest.mark.process
def test_files(node: str, tmp_path: Path) -> None:
    """Apart, because the session's own web site may be called here."""
    with running_server(tmp_path, settings={"outbound_allowed_hosts": "127.0.0.1/32"}) as server:
        run_session(node, server, "assets.mjs")


def run_session(node: str, server: Server, script: str, **more: str) -> None:
    known = {"SATCHEL_URL": server.url, "SATCHEL_EMAIL": server.email, "SATCHEL_PASSWORD": server.password}
    done = subprocess.run(
        [node, "--experimental-websocket", "--test", "--test-reporter=spec", script],
        cwd=FOLDER,
        env={**os.environ, **known, **more},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{server.log()}"
