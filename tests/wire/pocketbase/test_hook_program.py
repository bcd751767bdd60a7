"""Events that are not about single records: collections, settings, batches, files, realtime, backups, the end."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.servers import Server

pytestmark = pytest.mark.process

TOLD = {
    "collections_list_request": (),
    "collection_view_request": ("collection",),
    "collection_create_request": (),
    "collection_update_request": ("collection",),
    "collection_delete_request": ("collection",),
    "collections_import_request": (),
    **{f"collection_{action}": ("collection",) for action in ("create", "update", "delete")},
    **{
        f"collection_after_{action}_{end}": ("collection",)
        for action in ("create", "update", "delete")
        for end in ("success", "error")
    },
    "settings_list_request": (),
    "settings_update_request": (),
    "batch_request": (),
    "file_download_request": ("collection", "file_name"),
    "file_token_request": ("collection",),
    "realtime_connect_request": (),
    "realtime_subscribe_request": ("subscriptions",),
    "realtime_message_send": ("subscription",),
    "backup_create": ("backup",),
    "backup_restore": ("backup",),
    "terminate": (),
}

HOOKS = """
import json
from satchel import *

def trace(name, wanted):
    @getattr(app, "on_" + name)
    async def handler(e):
        print("TRACE", name, *(getattr(e, one) for one in wanted), flush=True)
        await e.next()

for name, wanted in TOLD.items():
    trace(name, wanted)

@app.on_collection_create
async def no(e):
    if e.collection == "forbidden":
        raise ForbiddenError("not this one")
    if e.collection == "stopped":
        return
    await e.next()

@app.on_collection_delete("kept")
def keep(e):
    raise BadRequestError("kept for ever")

@app.on_collection_create_request
def rename(e):
    if e.body.get("name") == "wished":
        e.body["name"] = "given"
    e.next()

@app.on_settings_update_request
def settings(e):
    if e.body.get("meta", {}).get("appName") == "Bad":
        raise BadRequestError("bad name")
    e.body.setdefault("meta", {})["senderName"] = "hook"
    e.next()

@app.on_settings_list_request
async def hide(e):
    await e.next()
    if e.request.query.get("short"):
        e.json(200, {"short": True})

@app.on_batch_request
async def batch(e):
    for item in e.body["requests"]:
        item["body"]["title"] += "!"
    await e.next()

@app.on_record_create_request("orders")
async def order(e):
    before = await app.count_records("orders")
    await app.save_record(Record("kept", {"title": f"order {e.record['title']}, {before} before"}))
    e.record["secret"] = "set"
    await e.next()

@app.on_record_update_request("orders")
def guard(e):
    if e.record["title"] == "no!":
        raise ForbiddenError("not that")
    e.next()

@app.on_record_enrich("orders")
def enrich_order(e):
    e.record["orders"] = wait(app.count_records("orders"))
    e.next()

@app.on_file_download_request("kept")
def download(e):
    if e.request.query.get("who") != "me":
        raise ForbiddenError("say who you are")
    e.next()

@app.on_file_token_request
async def token(e):
    e.token = e.token + ".more"
    await e.next()

@app.on_realtime_subscribe_request
async def subscribe(e):
    e.subscriptions = [name for name in e.subscriptions if name != "secret"]
    await e.next()

@app.on_realtime_message_send
async def send(e):
    message = json.loads(e.message)
    if message["record"]["title"] == "quiet":
        return
    message["hooked"] = True
    e.message = json.dumps(message).encode()
    await e.next()

@app.on_backup_create
def backup(e):
    if e.backup == "no.zip":
        raise BadRequestError("no backup now")
    e.next()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hooks")
    (folder / "satchel_hooks").mkdir()
    (folder / "satchel_hooks" / "trace.py").write_text(HOOKS.replace("TOLD", repr(TOLD)))
    made = Server(folder / "data", settings={"login_stall_milliseconds": 0, "access_log": "false"})
    made.create_superuser()
    made.start()
    try:
        with made.client() as client:
            ask = Caller(made, client)
            body = collection("kept", TITLE, {"name": "file", "type": "file", "maxSelect": 1})
            assert ask("POST", COLLECTIONS, json=body)[0] == 200
            assert ask("PATCH", "/api/settings", json={"batch": {"enabled": True}})[0] == 200
        yield made
    finally:
        made.stop()


class Caller:
    """Asks as the superuser, and gives what was traced meanwhile."""

    def __init__(self, server: Server, client: httpx.Client) -> None:
        self.server, self.client = server, client
        self.headers = {"Authorization": server.pocketbase_token()}

    def __call__(self, method: str, path: str, **more: Any) -> tuple[int, Any, list[str]]:
        before = len(self.server.output)
        answer = self.client.request(method, path, headers=self.headers, **more)
        body = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer.text
        return answer.status_code, body, self.traced(before)

    def traced(self, before: int) -> list[str]:
        time.sleep(0.05)
        return [line.strip()[6:] for line in self.server.output[before:] if line.startswith("TRACE ")]


@pytest.fixture
def ask(server: Server) -> Iterator[Caller]:
    with server.client() as client:
        yield Caller(server, client)


def collection(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "type": "base", "listRule": "", "viewRule": "", "createRule": "", "fields": list(fields)}


TITLE = {"name": "title", "type": "text"}
COLLECTIONS = "/api/collections"


def test_collections(ask: Caller):
    made = ask("POST", COLLECTIONS, json=collection("wished", TITLE))
    assert (made[0], made[1]["name"]) == (200, "given")
    assert made[2] == ["collection_create_request", "collection_create given", "collection_after_create_success given"]
    assert ask("GET", f"{COLLECTIONS}/given")[2] == ["collection_view_request given"]
    assert ask("GET", COLLECTIONS)[2] == ["collections_list_request"]
    changed = ask("PATCH", f"{COLLECTIONS}/given", json={"name": "other"})
    assert changed[0] == 200
    assert changed[2] == [
        *("collection_update_request given", "collection_update given", "collection_after_update_success given"),
    ]
    refused = ask("POST", COLLECTIONS, json=collection("forbidden", TITLE))
    assert (refused[0], refused[1]["message"]) == (403, "Not this one.")
    assert refused[2][1:] == ["collection_create forbidden", "collection_after_create_error forbidden"]
    assert ask("POST", COLLECTIONS, json=collection("stopped", TITLE))[0] == 400
    names = [item["name"] for item in ask("GET", COLLECTIONS)[1]["items"]]
    assert "other" in names
    assert not {"forbidden", "stopped", "wished", "given"} & set(names)
    imported = ask("PUT", f"{COLLECTIONS}/import", json={"collections": [collection(name, TITLE) for name in "ab"]})
    assert imported[0] == 204, imported
    assert imported[2] == [
        "collections_import_request",
        *("collection_create a", "collection_create b"),
        *("collection_after_create_success a", "collection_after_create_success b"),
    ]
    gone = ask("DELETE", f"{COLLECTIONS}/other")
    assert gone[0] == 204
    assert gone[2] == [
        *("collection_delete_request other", "collection_delete other", "collection_after_delete_success other"),
    ]


def test_a_collection_that_a_hook_keeps(ask: Caller):
    refused = ask("DELETE", f"{COLLECTIONS}/kept")
    assert (refused[0], refused[1]["message"]) == (400, "Kept for ever.")
    directus = {"authorization": f"Bearer {ask.server.directus_token()}"}
    assert ask.client.delete("/collections/kept", headers=directus).status_code == 400
    assert ask("GET", f"{COLLECTIONS}/kept")[0] == 200


def test_settings(ask: Caller):
    assert ask("PATCH", "/api/settings", json={"meta": {"appName": "Bad"}})[0] == 400
    changed = ask("PATCH", "/api/settings", json={"meta": {"appName": "Good"}})
    assert changed[1]["meta"]["appName"] == "Good"
    assert changed[1]["meta"]["senderName"] == "hook"
    assert changed[2] == ["settings_update_request"]
    assert ask("GET", "/api/settings?short=1") == (200, {"short": True}, ["settings_list_request"])


def test_batches_and_files(ask: Caller):
    records = f"{COLLECTIONS}/kept/records"
    body = {"requests": [{"method": "POST", "url": records, "body": {"title": name}} for name in "xy"]}
    done = ask("POST", "/api/batch", json=body)
    assert [item["body"]["title"] for item in done[1]] == ["x!", "y!"], done
    assert done[2] == ["batch_request"]
    made = ask("POST", records, data={"title": "f"}, files={"file": ("a.txt", b"hello")})[1]
    path = f"/api/files/kept/{made['id']}/{made['file']}"
    assert ask("GET", path)[0] == 403
    assert ask("GET", f"{path}?who=me") == (200, "hello", [f"file_download_request kept {made['file']}"])
    token = ask("POST", "/api/files/token")
    assert token[1]["token"].endswith(".more")
    assert token[2] == ["file_token_request _superusers"]


def test_requests_of_a_batch(ask: Caller):
    """Their handlers guard them as they guard single ones, and what they save is done with the batch or not at all."""
    rule = "@request.body.title != 'x!' && @collection.orders.title ?= 'a!'"
    secret = {"name": "secret", "type": "text", "hidden": True}
    assert ask("POST", COLLECTIONS, json=collection("orders", TITLE, secret) | {"updateRule": rule})[0] == 200
    records = f"{COLLECTIONS}/orders/records"

    def send(*requests: tuple[str, str, str]) -> tuple[int, Any]:
        items = [
            {"method": method, "url": records + path, "body": {"title": title}} for method, path, title in requests
        ]
        answer = ask.client.post("/api/batch", json={"requests": items})  # as a guest
        return answer.status_code, answer.json()

    def kept() -> list[str]:
        found = ask("GET", f"{COLLECTIONS}/kept/records?filter=title~'order'&sort=title")[1]["items"]
        return [item["title"] for item in found]

    status, made = send(("POST", "", "a"), ("POST", "", "b"))
    assert status == 200, made
    assert [(item["body"]["title"], item["body"]["orders"]) for item in made] == [("a!", 1), ("b!", 2)]
    assert "secret" not in made[0]["body"]
    assert kept() == ["order a!, 0 before", "order b!, 1 before"]
    assert {item["secret"] for item in ask("GET", records)[1]["items"]} == {"set"}
    first = f"/{made[0]['body']['id']}"
    status, refused = send(("POST", "", "c"), ("PATCH", first, "no"))
    assert status == 400
    assert refused["data"]["requests"]["1"]["response"]["message"] == "Not that."
    assert send(("PATCH", first, "x"))[0] == 400, "the update rule holds, and comes before the handlers"
    assert len(kept()) == 2, "what the handler of a refused batch saved is gone with it"
    assert send(("POST", "", "d"), ("PATCH", first, "yes"))[0] == 200


def test_realtime(ask: Caller):
    before = len(ask.server.output)
    got: list[Any] = []
    known = threading.Event()

    def listen() -> None:
        with httpx.stream("GET", f"{ask.server.url}/api/realtime", timeout=20) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    got.append(json.loads(line[5:]))
                    known.set()
                    if len(got) == 2:
                        return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert known.wait(10)
    body = {"clientId": got[0]["clientId"], "subscriptions": ["kept", "secret"]}
    assert httpx.post(f"{ask.server.url}/api/realtime", json=body).status_code == 204
    for title in ("quiet", "loud"):
        assert ask("POST", f"{COLLECTIONS}/kept/records", json={"title": title})[0] == 200
    thread.join(10)
    assert (got[1]["record"]["title"], got[1]["hooked"]) == ("loud", True)
    told = ask.traced(before)
    assert told[:2] == ["realtime_connect_request", "realtime_subscribe_request ['kept', 'secret']"]
    assert told[2:] == ["realtime_message_send kept"] * 2


def test_backups_and_the_end(ask: Caller):
    refused = ask("POST", "/api/backups", json={"name": "no.zip"})
    assert (refused[0], refused[1]["message"]) == (400, "No backup now.")
    assert ask("POST", "/api/backups", json={"name": "yes.zip"})[2] == ["backup_create yes.zip"]
    before = len(ask.server.output)
    status, _, told = ask("POST", "/api/backups/yes.zip/restore")
    assert (status, told[0]) == (204, "backup_restore yes.zip")
    deadline = time.monotonic() + 20
    while "terminate" not in ask.traced(before):
        assert time.monotonic() < deadline
