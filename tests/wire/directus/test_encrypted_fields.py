"""Fields with the special `encrypt`: nothing readable is stored, nothing is read back, and a hook can open them."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from tests.servers import running_server

pytestmark = [pytest.mark.process]

HOOK = """
from satchel import app

@app.get("/secret/{id}")
async def secret(request):
    return {"secret": await app.read_secret("accounts", request.params["id"], "token")}
"""


def test_an_encrypted_text_rests_sealed(tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "secret.py").write_text(HOOK)
    with (
        running_server(tmp_path / "data", settings={"hooks_dir": str(hooks)}) as server,
        server.client(server.directus_token()) as client,
    ):
        fields = [{"field": "token", "type": "text", "schema": {}, "meta": {"special": ["encrypt"]}}]
        body = {"collection": "accounts", "schema": {}, "meta": {}, "fields": fields}
        assert client.post("/collections", json=body).status_code == 200
        made = client.post("/items/accounts", json={"token": "swordfish"}).json()["data"]
        assert made == {"id": 1, "token": "**********"}
        assert client.get("/items/accounts?filter[token][_eq]=swordfish").status_code == 400
        assert client.patch("/items/accounts/1", json={"token": "**********"}).status_code == 200
        assert client.get("/secret/1").json() == {"secret": "swordfish"}
        assert client.patch("/items/accounts/1", json={"token": None}).json()["data"]["token"] is None
        client.patch("/items/accounts/1", json={"token": "marlin"})
    for path in (tmp_path / "data").glob("*.db*"):
        assert b"swordfish" not in path.read_bytes(), path
    stored = next(iter(apsw.Connection(str(tmp_path / "data" / "data.db")).execute("SELECT token FROM accounts")))[0]
    assert stored.startswith("sealed:1:")
    assert "marlin" not in stored
