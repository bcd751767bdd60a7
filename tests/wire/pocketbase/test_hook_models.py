"""Hooks on collections, models and settings: the same events in the same order as in PocketBase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD
from tests.wire.pocketbase.test_differential import binary, real_pocketbase  # noqa: F401 - a fixture
from tests.wire.pocketbase.test_hooks import follower, satchel_with_hooks, traced

pytestmark = pytest.mark.process

ACTIONS = ("create", "update", "delete")
STEPS = ("{}", "{}_execute", "after_{}_success", "after_{}_error")


def steps_of(kind: str) -> list[str]:
    return [f"{kind}_validate", *(f"{kind}_{step.format(action)}" for action in ACTIONS for step in STEPS)]


NAMES = (
    "posts",
    "other",
    "refused",
    "invalid",
    "undone",
    "model_no",
    "kept",
    "bad name",
    "badrule",
    "one",
    "two",
    "view",
)
LISTENED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(steps_of("model"), ("posts", "_collections")),
    **dict.fromkeys(steps_of("record"), ("posts",)),
    **dict.fromkeys(steps_of("collection"), NAMES),
    **{f"collection_{action}_request": () for action in ACTIONS},
}

PYTHON = """
from satchel import *

def trace(name, tags):
    @getattr(app, "on_" + name)(*tags)
    async def handler(e):
        print("TRACE >", name, flush=True)
        try:
            await e.next()
        except Exception:
            print("TRACE !", name, flush=True)
            raise
        print("TRACE <", name, flush=True)

for name, tags in LISTENED.items():
    trace(name, tags)

@app.on_settings_update_request
@app.on_settings_reload
async def settings(e):
    print("TRACE >", e.name, flush=True)
    await e.next()

def refusing(event, collection):
    @getattr(app, "on_" + event)
    async def refuse(e):
        if getattr(e.model, "name", None) == collection:
            raise BadRequestError("no")
        await e.next()

refusing("collection_create", "refused")
refusing("collection_validate", "invalid")
refusing("collection_create_execute", "undone")
refusing("model_create", "model_no")
refusing("collection_delete_execute", "kept")

@app.on_settings_reload
async def again(e):
    await e.next()
    await e.store.refresh()
    if e.settings.meta.app_name == "New" and e.settings.meta.sender_name != "set by a hook":
        await e.store.change({"meta": {"senderName": "set by a hook"}})

@app.on_model_create("posts")
async def shout(e):
    e.model["title"] = e.model["title"].upper()
    await e.next()
"""

JAVASCRIPT = """
onCollectionCreate((e) => { if (e.collection.name == "refused") throw new BadRequestError("no"); e.next() });
onCollectionValidate((e) => { if (e.collection.name == "invalid") throw new BadRequestError("no"); e.next() });
onCollectionCreateExecute((e) => { if (e.collection.name == "undone") throw new BadRequestError("no"); e.next() });
onModelCreate((e) => { if (e.model.name == "model_no") throw new BadRequestError("no"); e.next() });
onCollectionDeleteExecute((e) => { if (e.collection.name == "kept") throw new BadRequestError("no"); e.next() });
onSettingsUpdateRequest((e) => { console.log("TRACE > settings_update_request"); e.next() });
onSettingsReload((e) => { console.log("TRACE > settings_reload"); e.next() });
"""

FIELDS = [{"name": "title", "type": "text", "max": 10}]


def base(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "base", "fields": FIELDS, **more}


def conversation(url: str, new_lines: Callable[[], list[str]], titles: list[str]) -> list[tuple[str, int, list[str]]]:
    steps: list[tuple[str, int, list[str]]] = []
    with httpx.Client(base_url=url, timeout=30) as client:
        body = {"identity": EMAIL, "password": PASSWORD}
        token = client.post("/api/collections/_superusers/auth-with-password", json=body).json()["token"]
        new_lines()

        def ask(label: str, method: str, path: str, body: Any = None) -> Any:
            answer = client.request(method, path, headers={"Authorization": token}, json=body)
            steps.append((label, answer.status_code, new_lines()))
            return answer.json() if answer.text else None

        for name in ("posts", "other", "refused", "invalid", "undone", "model_no", "kept", "bad name", "posts"):
            ask(f"create {name}", "POST", "/api/collections", base(name))
        ask("create with a bad rule", "POST", "/api/collections", base("badrule", listRule="nope=1"))
        view = {"name": "view", "type": "view", "viewQuery": "select id from posts"}
        ask("create a view", "POST", "/api/collections", view)
        more = [*FIELDS, {"name": "body", "type": "text"}]
        ask("change", "PATCH", "/api/collections/posts", {"fields": more})
        ask("change badly", "PATCH", "/api/collections/posts", {"listRule": "nope=1"})
        records = "/api/collections/posts/records"
        made = ask("record", "POST", records, {"title": "a"})
        titles.append(made["title"])
        ask("record refused", "POST", records, {"title": "much too long"})
        ask("record changed", "PATCH", f"{records}/{made['id']}", {"title": "b"})
        ask("record badly changed", "PATCH", f"{records}/{made['id']}", {"title": "much too long"})
        ask("record deleted", "DELETE", f"{records}/{made['id']}")
        ask("another record", "POST", records, {"title": "c"})
        ask("truncate", "DELETE", "/api/collections/posts/truncate")
        ask("delete kept", "DELETE", "/api/collections/kept")
        ask("delete what a view needs", "DELETE", "/api/collections/posts")
        ask("delete the view", "DELETE", "/api/collections/view")
        ask("delete", "DELETE", "/api/collections/posts")
        ask("import", "PUT", "/api/collections/import", {"collections": [base("one"), base("two")]})
        ask("settings", "PATCH", "/api/settings", {"meta": {"appName": "Newer"}})
        ask("settings refused", "PATCH", "/api/settings", {"meta": {"appName": ""}})
    return steps


def test_collections_models_and_settings(binary: str, tmp_path: Path):  # noqa: F811
    hooks = tmp_path / "pb_hooks"
    hooks.mkdir()
    script = "".join(traced(name, *tags) for name, tags in LISTENED.items()) + JAVASCRIPT
    (hooks / "trace.pb.js").write_text(script)
    log = tmp_path / "theirs.log"
    with log.open("w") as stream, real_pocketbase(binary, tmp_path / "theirs", hooks=hooks, output=stream) as url:
        theirs = conversation(url, follower(lambda: log.read_text().splitlines()), [])
    with satchel_with_hooks(tmp_path / "ours", PYTHON.replace("LISTENED", repr(LISTENED))) as server:
        assert any("TRACE > settings_reload" in line for line in server.output), "told at the start, too"
        ours = conversation(server.url, follower(lambda: list(server.output)), titles := [])
        with server.client(server.pocketbase_token()) as client:
            assert client.patch("/api/settings", json={"meta": {"appName": "New"}}).status_code == 200
            assert client.get("/api/settings").json()["meta"]["senderName"] == "set by a hook"
    assert titles == ["A"], "what a listener to models sets is stored"
    different = [
        f"{mine[0]}\n  satchel    {mine[1:]}\n  pocketbase {other[1:]}"
        for mine, other in zip(ours, theirs, strict=True)
        if comparable(mine) != comparable(other)
    ]
    assert not different, "\n".join(different)


def comparable(step: tuple[str, int, list[str]]) -> tuple[str, int, list[str]]:
    """An import tells of each collection's being judged, and of all of them around the one change that it is."""
    label, status, events = step
    if label != "import":
        return step
    begun = [event for event in events if event.startswith(">") and not event.endswith("_validate")]
    return label, status, sorted(begun)
