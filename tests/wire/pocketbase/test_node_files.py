"""Files with the official `pocketbase` client, on every database that can be reached."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.servers import DATABASES, fresh_database, running_server
from tests.wire.pocketbase.test_node_sdk import FOLDER, node  # noqa: F401 - a fixture


@pytest.mark.node
@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_files_with_the_official_client(node: str, kind: str, tmp_path: Path) -> None:  # noqa: F811
    with fresh_database(kind) as url, running_server(tmp_path, url) as server:
        with server.client(server.pocketbase_token()) as client:
            assert client.patch("/api/settings", json={"batch": {"enabled": True}}).status_code == 200
        known = {"SATCHEL_URL": server.url, "SATCHEL_EMAIL": server.email, "SATCHEL_PASSWORD": server.password}
        done = subprocess.run(
            [node, "--test", "--test-reporter=spec", "files.mjs"],
            cwd=FOLDER,
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{server.log()}"
        assert list((tmp_path / "storage").rglob("*.tmp")) == []
