"""The official `pocketbase` client signing in by mail, code, second factor and identity provider."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from pyotp.totp import TOTP
from tests.identity_provider import identity_provider
from tests.mail_sink import mail_sink
from tests.servers import running_server
from tests.wire.pocketbase.test_node_sdk import FOLDER, node

__all__ = ["node"]


@pytest.mark.node
@pytest.mark.process
def test_the_official_client_without_passwords(node: str, tmp_path: Path) -> None:
    mails = tmp_path / "mails.jsonl"
    with (
        mail_sink(journal=mails) as sink,
        identity_provider() as provider,
        running_server(tmp_path / "data", settings={"outbound_allowed_hosts": "127.0.0.1"}) as server,
    ):
        provider.user("ada", email="ada@x.io", email_verified=True, name="Ada")
        provider.user("bea", email="bea@x.io", email_verified=True)
        smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
        with server.client(server.pocketbase_token()) as client:
            assert client.patch("/api/settings", json={"smtp": smtp}).status_code == 200
        known = {
            "SATCHEL_URL": server.url,
            "SATCHEL_EMAIL": server.email,
            "SATCHEL_PASSWORD": server.password,
            "MAILS": str(mails),
            "PROVIDER": json.dumps(provider.options()),
        }
        done = subprocess.run(
            [node, "--test", "--test-reporter=spec", "people.mjs"],
            cwd=FOLDER,
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{server.log()}"


@pytest.mark.node
@pytest.mark.process
def test_the_official_client_with_an_authenticator_app(node: str, tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        with server.client(server.directus_token()) as admin:
            made = admin.post("/users/me/tfa/generate", json={"password": server.password}).json()["data"]
            before = TOTP(made["secret"]).at(time.time() - 30)  # the later ones are for the client
            body = {"secret": made["secret"], "otp": before}
            assert admin.post("/users/me/tfa/enable", json=body).status_code == 204
        known = {
            "SATCHEL_URL": server.url,
            "SATCHEL_EMAIL": server.email,
            "SATCHEL_PASSWORD": server.password,
            "SECRET": made["secret"],
        }
        done = subprocess.run(
            [node, "--test", "--test-reporter=spec", "authenticator.mjs"],
            cwd=FOLDER,
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{server.log()}"
