"""The official `@directus/sdk` with a second factor, mails to users, and shares; see tests/wire/node/users.mjs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.mail_sink import mail_sink
from tests.servers import running_server
from tests.wire.directus.test_node_sdk import FOLDER, node

__all__ = ["node"]


@pytest.mark.node
@pytest.mark.process
def test_the_official_client_and_mails(node: str, tmp_path: Path) -> None:
    mails = tmp_path / "mails"
    with mail_sink(journal=mails) as sink, running_server(tmp_path / "data") as server:
        with server.client(server.directus_token()) as admin:
            smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port, "tls": False}
            assert admin.patch("/api/settings", json={"smtp": smtp}).status_code == 200
        known = {
            "SATCHEL_URL": server.url,
            "SATCHEL_EMAIL": server.email,
            "SATCHEL_PASSWORD": server.password,
            "MAILS": str(mails),
        }
        done = subprocess.run(
            [node, "--test", "--test-reporter=spec", "users.mjs"],
            cwd=FOLDER,
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{server.log()}"
