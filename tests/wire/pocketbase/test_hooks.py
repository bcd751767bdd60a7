"""The same hooks in PocketBase's JavaScript and in Python: the same events in the same order, and the same answers."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD, Server
from tests.wire.pocketbase.test_differential import binary, real_pocketbase  # noqa: F401 - a fixture

pytestmark = pytest.mark.process

EVENTS = [
    "record_validate",
    *(f"record_{action}{step}" for action in ("create", "update", "delete") for step in ("", "_execute", "_request")),
    *(f"record_after_{action}_{end}" for action in ("create", "update", "delete") for end in ("success", "error")),
    "record_enrich",
    "records_list_request",
    "record_view_request",
]

PYTHON = """
from satchel import *

def trace(name):
    @getattr(app, "on_" + name)("posts")
    async def handler(e):
        print("TRACE >", name, flush=True)
        try:
            await e.next()
        except Exception:
            print("TRACE !", name, flush=True)
            raise
        print("TRACE <", name, flush=True)

for name in EVENTS:
    trace(name)

@app.on_record_create("posts")
def create(e):
    match e.record["title"]:
        case "bad":
            raise BadRequestError("no bad ones", {"title": ValidationError("bad_title", "Bad title")})
        case "boom":
            raise ValueError("boom")
        case "stop":
            return
        case "up":
            e.record["title"] = "UP"
        case "forbidden":
            raise ForbiddenError("nope")
    e.next()

@app.on_record_create_request("posts")
async def request(e):
    match e.record["title"]:
        case "silent":
            return
        case "json":
            return e.json(202, {"a": 1})
        case "raise":
            raise ValueError("raise")
        case "hidden":
            e.record["secret"] = "s"
    await e.next()

@app.on_record_delete("posts")
def delete(e):
    if e.record["title"] == "keep":
        raise BadRequestError("keep it")
    e.next()

@app.on_record_after_create_success("posts")
def after(e):
    if e.record["title"] == "late":
        raise ValueError("late")
    e.next()

@app.on_record_enrich("posts")
def enrich(e):
    e.record.hide("body")
    e.record["extra"] = 5
    e.next()

@app.get("/hello/{name}")
def hello(request):
    return {"hi": request.params["name"], "known": auth_of(request) is not None}

@app.get("/raise")
def fail(request):
    raise ValueError("x")

@app.get("/teapot")
def teapot(request):
    raise ApiError(418, "teapot", {"a": 1})

@app.get("/nothing")
def nothing(request):
    pass

@app.get("/auth", require_auth())
def auth(request):
    return "ok"

@app.get("/root", require_superuser())
def root(request):
    return "ok"

@app.get("/guest", require_guest())
def guest(request):
    return "ok"
"""

JAVASCRIPT = """
onRecordCreate((e) => {
  switch (e.record.get("title")) {
    case "bad": throw new BadRequestError("no bad ones", {title: new ValidationError("bad_title", "Bad title")});
    case "boom": throw new Error("boom");
    case "stop": return;
    case "up": e.record.set("title", "UP"); break;
    case "forbidden": throw new ForbiddenError("nope");
  }
  e.next();
}, "posts");
onRecordCreateRequest((e) => {
  switch (e.record.get("title")) {
    case "silent": return;
    case "json": return e.json(202, {a: 1});
    case "raise": throw new Error("raise");
    case "hidden": e.record.set("secret", "s"); break;
  }
  e.next();
}, "posts");
onRecordDelete((e) => { if (e.record.get("title") == "keep") throw new BadRequestError("keep it"); e.next() }, "posts");
onRecordAfterCreateSuccess((e) => { if (e.record.get("title") == "late") throw new Error("late"); e.next() }, "posts");
onRecordEnrich((e) => { e.record.hide("body"); e.record.withCustomData(true); e.record.set("extra", 5); e.next() },
  "posts");
routerAdd("GET", "/hello/{name}", (e) => e.json(200, {hi: e.request.pathValue("name"), known: !!e.auth}));
routerAdd("GET", "/raise", (e) => { throw new Error("x") });
routerAdd("GET", "/teapot", (e) => { throw new ApiError(418, "teapot", {a: 1}) });
routerAdd("GET", "/nothing", (e) => {});
routerAdd("GET", "/auth", (e) => e.string(200, "ok"), $apis.requireAuth());
routerAdd("GET", "/root", (e) => e.string(200, "ok"), $apis.requireSuperuserAuth());
routerAdd("GET", "/guest", (e) => e.string(200, "ok"), $apis.requireGuestOnly());
"""


WRONG = """from satchel import app

@app.on_record_creat("posts")
def f(e):
    pass
"""


def traced(name: str, *tags: str) -> str:
    named = "".join(f', "{tag}"' for tag in tags)
    known = "on" + "".join(part.capitalize() for part in name.split("_"))
    return (
        f'{known}((e) => {{ console.log("TRACE > {name}"); try {{ e.next() }} catch (error) {{ '
        f'console.log("TRACE ! {name}"); throw error }} console.log("TRACE < {name}") }}{named});\n'
    )


COLLECTION = {
    "name": "posts",
    "type": "base",
    "listRule": "",
    "viewRule": "",
    "createRule": "@request.body.title != 'rule'",
    "updateRule": "title != 'locked'",
    "deleteRule": "",
    "fields": [
        {"name": "title", "type": "text", "max": 10},
        {"name": "body", "type": "text"},
        {"name": "secret", "type": "text", "hidden": True},
    ],
}
TITLES = [
    *("ok", "rule", "bad", "boom", "stop", "up", "forbidden", "silent", "json", "raise", "hidden", "late"),
    *("keep", "locked", "muchmuchlonger"),
]

Step = tuple[str, int, Any, list[str]]
"""What was asked, the status, the body, the events."""

DIFFERENT = {
    "create stop": "a record that a hook kept from being saved is not told as saved",
    "create late": "an error after the commit does not make the write a failure",
    "batch stop": "as create stop",
    "batch late": "as create late",
    "what batches left": "follows from the two before it",
}


def comparable(step: Step) -> Step:
    """PocketBase begins each request of a batch inside of the one before it; here each ends before the next begins."""
    label, status, value, events = step
    if not label.startswith("batch "):
        return step
    ends = tuple(f"{mark} record_{action}_request" for mark in "<!" for action in ("create", "update", "delete"))
    return label, status, value, [event for event in events if event not in ends]


def conversation(url: str, new_lines: Callable[[], list[str]]) -> list[Step]:
    steps: list[Step] = []
    ids: dict[str, str] = {}
    with httpx.Client(base_url=url, timeout=30) as client:
        body = {"identity": EMAIL, "password": PASSWORD}
        token = client.post("/api/collections/_superusers/auth-with-password", json=body).json()["token"]
        root = {"Authorization": token}

        def ask(label: str, method: str, path: str, **more: Any) -> httpx.Response:
            answer = client.request(method, path, **more)
            text = answer.text
            for known in ids.values():
                text = text.replace(known, "<id>")
            text = re.sub(r'"id":"[a-z0-9]{15}"', '"id":"<id>"', text)
            value = json.loads(text) if text.startswith(("{", "[")) else text
            steps.append((label, answer.status_code, value, new_lines()))
            return answer

        assert client.post("/api/collections", headers=root, json=COLLECTION).status_code == 200
        new_lines()
        path = "/api/collections/posts/records"
        for title in TITLES:
            answer = ask(f"create {title}", "POST", path, json={"title": title, "body": "b"})
            if answer.status_code == 200 and answer.text:
                ids[title] = answer.json()["id"]
        ask("update", "PATCH", f"{path}/{ids['ok']}", json={"title": "ok2"})
        ask("update unchanged", "PATCH", f"{path}/{ids['ok']}", json={"title": "ok2"})
        ask("update locked", "PATCH", f"{path}/{ids['locked']}", json={"title": "x"})
        ask("update nothing there", "PATCH", f"{path}/nothere", json={"title": "x"})
        ask("view", "GET", f"{path}/{ids['ok']}")
        ask("view nothing there", "GET", f"{path}/nothere")
        ask("list", "GET", f"{path}?filter=title='ok2'")
        ask("delete keep", "DELETE", f"{path}/{ids['keep']}")
        ask("delete", "DELETE", f"{path}/{ids['ok']}")
        allowed = client.patch("/api/settings", headers=root, json={"batch": {"enabled": True}})
        assert allowed.status_code == 200
        new_lines()
        keep, one = {"url": f"{path}/{ids['keep']}"}, f"{path}/inabatch0000001"
        for label, requests in (
            ("create", [new(path, "fine"), new(path, "hidden")]),
            *((title, [new(path, "before"), new(path, title)]) for title in ("rule", "bad", "stop", "forbidden", "up")),
            ("late", [new(path, "late")]),
            ("json", [new(path, "json"), new(path, "after")]),
            ("silent", [new(path, "silent"), new(path, "after")]),
            ("raise", [new(path, "raise"), new(path, "after")]),
            ("update", [{"method": "PATCH", **keep, "body": {"title": "keep"}}]),
            ("upsert", [{"method": "PUT", "url": path, "body": {"id": "inabatch0000001", "title": "new"}}]),
            ("upsert again", [{"method": "PUT", "url": path, "body": {"id": "inabatch0000001", "title": "old"}}]),
            ("update own", [new(path, "a", "inabatch0000002"), {"method": "PATCH", "url": f"{path}/inabatch0000002"}]),
            ("update locked", [{"method": "PATCH", "url": f"{path}/{ids['locked']}", "body": {"title": "x"}}]),
            ("delete", [{"method": "DELETE", "url": one}, {"method": "DELETE", **keep}]),
            ("delete nothing there", [{"method": "DELETE", "url": f"{path}/nothere"}]),
        ):
            ask(f"batch {label}", "POST", "/api/batch", json={"requests": requests})
        ask("what batches left", "GET", f"{path}?sort=title&fields=title", headers=root)
        ask("hidden field", "GET", f"{path}?perPage=1&filter=secret='s'&fields=title", headers=root)
        for who, headers in (("guest", {}), ("root", root)):
            for place in ("hello/you", "raise", "teapot", "nothing", "auth", "root", "guest"):
                ask(f"{who} /{place}", "GET", f"/{place}", headers=headers)
    return steps


def new(path: str, title: str, key: str = "") -> dict[str, Any]:
    body = {"title": title, "body": "b"} | ({"id": key} if key else {})
    return {"method": "POST", "url": path, "body": body}


def follower(output: Callable[[], list[str]]) -> Callable[[], list[str]]:
    seen = 0

    def new_lines() -> list[str]:
        nonlocal seen
        time.sleep(0.03)
        lines = output()
        fresh = [line[line.index("TRACE ") + 6 :].strip() for line in lines[seen:] if "TRACE " in line]
        seen = len(lines)
        return fresh

    return new_lines


@contextlib.contextmanager
def satchel_with_hooks(folder: Path, hooks: str) -> Iterator[Server]:
    (folder / "satchel_hooks").mkdir(parents=True)
    (folder / "satchel_hooks" / "trace.py").write_text(hooks)
    server = Server(folder / "data", settings={"login_stall_milliseconds": 0, "access_log": "false"})
    server.create_superuser()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_the_same_events_and_answers(binary: str, tmp_path: Path):  # noqa: F811
    script = "".join(traced(name, "posts") for name in EVENTS) + JAVASCRIPT
    hooks = tmp_path / "pb_hooks"
    hooks.mkdir()
    (hooks / "trace.pb.js").write_text(script)
    log = tmp_path / "theirs.log"
    with log.open("w") as stream, real_pocketbase(binary, tmp_path / "theirs", hooks=hooks, output=stream) as url:
        theirs = conversation(url, follower(lambda: log.read_text().splitlines()))
    with satchel_with_hooks(tmp_path / "ours", PYTHON.replace("EVENTS", repr(EVENTS))) as server:
        ours = conversation(server.url, follower(lambda: list(server.output)))
    assert [step[0] for step in ours] == [step[0] for step in theirs]
    different = [
        f"{mine[0]}\n  satchel    {mine[1:]}\n  pocketbase {other[1:]}"
        for mine, other in zip(ours, theirs, strict=True)
        if comparable(mine) != comparable(other) and mine[0] not in DIFFERENT
    ]
    assert not different, "\n".join(different)
    told = {step[0]: step for step in ours}
    assert told["create stop"][1] == 400
    assert told["create late"][1] == 200


def test_a_hook_file_that_cant_be_loaded_keeps_the_server_from_starting(tmp_path: Path):
    (tmp_path / "satchel_hooks").mkdir()
    (tmp_path / "satchel_hooks" / "wrong.py").write_text(WRONG)
    server = Server(tmp_path / "data")
    done: subprocess.CompletedProcess[str] = server.run("serve", "--port", "0")
    assert done.returncode == 1
    assert "wrong.py, line 3 can't be loaded" in done.stderr
    assert "on_record_creat" in done.stderr
