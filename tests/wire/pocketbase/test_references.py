"""References to records that their writer may not see: taken like on the other servers, or refused by a setting."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.servers import Server, running_server


def prepare(server: Server) -> str:
    """`vault`, which only superusers see, and `orders`, which anybody may make; the id of a record in the vault."""
    with server.client(server.pocketbase_token()) as root:
        made = root.post("/api/collections", json={"name": "vault", "fields": [{"name": "t", "type": "text"}]})
        assert made.status_code == 200, made.text
        relation = {"name": "item", "type": "relation", "collectionId": made.json()["id"], "maxSelect": 1}
        more = {**relation, "name": "items", "maxSelect": 5}
        orders = {"name": "orders", "fields": [relation, more], "createRule": "", "viewRule": ""}
        assert root.post("/api/collections", json=orders).status_code == 200
        return str(root.post("/api/collections/vault/records", json={"t": "x"}).json()["id"])


@pytest.mark.process
def test_what_exists_can_be_referred_to(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        key = prepare(server)
        with server.client() as guest:
            path = "/api/collections/orders/records"
            made = guest.post(path, json={"item": key, "items": [key]}, params={"expand": "item,items"})
            assert made.status_code == 200, made.text
            assert (made.json()["item"], made.json()["items"], made.json().get("expand", {})) == (key, [key], {})
            refused = guest.post(path, json={"item": "nothing00000000"})
            assert refused.status_code == 400
            assert refused.json()["data"]["item"]["code"] == "validation_missing_rel_records"
        with server.client() as guest:
            # the same by the other protocol, once guests may write there and still not look
            token = server.directus_token()
            policy = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
            grant = {"policy": policy, "collection": "orders", "action": "create", "fields": ["*"]}
            assert server.client(token).post("/permissions", json=grant).status_code == 200
            assert guest.post("/items/orders", json={"item": key}).status_code in (200, 204)
            assert guest.post("/items/orders", json={"item": "nothing00000000"}).status_code == 400


@pytest.mark.process
def test_a_setting_asks_for_more(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"visible_references": "true"}) as server:
        key = prepare(server)
        with server.client() as guest:
            for wanted in ({"item": key}, {"items": [key]}, {"item": "nothing00000000"}):
                refused = guest.post("/api/collections/orders/records", json=wanted)
                assert refused.status_code == 400
                (error,) = refused.json()["data"].values()
                assert error["code"] == "validation_missing_rel_records"
