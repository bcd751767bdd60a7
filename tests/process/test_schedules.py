"""Scheduled versions: each is published once by however many workers, and what came due while none was up at the start,
whatever ended them.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import Server, eventually, running_server
from tests.stores import store_with_superuser

pytestmark = pytest.mark.process

KEY = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}, "meta": {}}


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def scheduled(admin: httpx.Client, count: int, seconds: float) -> list[int]:
    """Pages with a version that adds one block to each, to be published in some seconds; their keys."""
    at = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    keys: list[int] = []
    for number in range(count):
        key = data(admin.post("/items/pages", json={"title": f"Page {number}"}))["id"]
        made = data(admin.post("/versions", json={"collection": "pages", "item": str(key), "key": "draft"}))["id"]
        blocks = {"create": [{"text": "once"}], "update": [], "delete": []}
        data(admin.post(f"/versions/{made}/save", json={"title": f"Live {number}", "blocks": blocks}))
        data(admin.post(f"/versions/{made}/schedule", json={"publish_at": at}))
        keys.append(key)
    return keys


def published_once(admin: httpx.Client, keys: list[int]) -> None:
    def live() -> list[Any]:
        query = {"filter[id][_in]": ",".join(map(str, keys)), "fields": "title,blocks.text", "sort": "id"}
        return data(admin.get("/items/pages", params=query))

    eventually(lambda: all(one["title"].startswith("Live") for one in live()))
    eventually(lambda: data(admin.get("/versions")) == [])
    assert [one["blocks"] for one in live()] == [[{"text": "once"}]] * len(keys)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_each_is_published_once_by_several_workers_and_after_a_crash(kind: str, tmp_path: Path) -> None:
    with store_with_superuser(kind) as url:
        # with the store in the same database a schedule goes in the transaction that publishes
        own = {} if url is None else {"store_url": url, "database_url": url}
        with running_server(tmp_path, url, settings={"workers": 3, **own}, superuser=url is None) as server:
            with server.client(server.directus_token()) as admin:
                alias = {"field": "blocks", "type": "alias", "meta": {"special": ["o2m"]}}
                title = {"field": "title", "type": "string", "schema": {}, "meta": {}}
                words = [{**title, "field": "text"}, {**title, "field": "page", "type": "integer"}]
                for name, fields in (("pages", [KEY, title, alias]), ("blocks", [KEY, *words])):
                    meta = {"versioning": name == "pages"}
                    data(
                        admin.post(
                            "/collections", json={"collection": name, "fields": fields, "meta": meta, "schema": {}}
                        )
                    )
                about = {"collection": "blocks", "field": "page", "related_collection": "pages"}
                data(admin.post("/relations", json={**about, "schema": {}, "meta": {"one_field": "blocks"}}))
                published_once(admin, scheduled(admin, 5, 3.0))
                overdue = scheduled(admin, 3, 4.0)
                soon = time.monotonic() + 4.2
                assert data(admin.get("/items/pages", params={"filter[title][_starts_with]": "Page"}))
            server.kill()
            time.sleep(max(0.0, soon - time.monotonic()))
            server.start()
            with server.client(server.directus_token()) as admin:
                published_once(admin, overdue)
                assert log_is_quiet(server)


def log_is_quiet(server: Server) -> bool:
    return "could not be published" not in server.log()
