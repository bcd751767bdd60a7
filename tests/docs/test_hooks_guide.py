"""Every example of the guide to hooks, in one server, doing what the guide says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mail_sink import Sink, mail_sink
from tests.servers import Server

pytestmark = pytest.mark.process

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "hooks.md"


def examples() -> dict[str, str]:
    """Title → code."""
    sections = GUIDE.read_text().split("\n### ")[1:]
    return {section.partition("\n")[0]: section.partition("```python\n")[2].partition("```")[0] for section in sections}


class Webhook:
    """A server that keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", **more}


COLLECTIONS = [
    {
        "name": "posts",
        "listRule": "",
        "viewRule": "",
        "createRule": "",
        "updateRule": "",
        "deleteRule": "",
        "fields": [
            text("title"),
            text("slug"),
            text("body"),
            text("reviewed_by"),
            {"name": "pinned", "type": "bool"},
            {"name": "created", "type": "autodate", "onCreate": True},
        ],
    },
    {"name": "counters", "fields": [text("name"), {"name": "value", "type": "number"}]},
    {"name": "accounts", "fields": [text("name"), {"name": "balance", "type": "number"}]},
    {"name": "tags", "fields": [text("name")]},
    {"name": "drafts", "fields": [text("title"), {"name": "touched", "type": "date"}]},
    {"name": "customers", "fields": [text("name"), {"name": "email", "type": "email"}]},
]


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    made = Webhook()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with mail_sink() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, webhook: Webhook, sink: Sink) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hooks")
    hooks = folder / "satchel_hooks"
    hooks.mkdir()
    for number, code in enumerate(examples().values()):
        (hooks / f"example_{number}.py").write_text(code)
    settings = {"login_stall_milliseconds": 0, "access_log": "false"}
    made = Server(folder / "data", settings=settings, variables={"WEBHOOK_URL": webhook.url})
    made.create_superuser()
    made.start()
    try:
        with made.client() as client:
            headers = {"authorization": made.pocketbase_token()}
            for body in COLLECTIONS:
                answer = client.post("/api/collections", headers=headers, json={"type": "base", **body})
                assert answer.status_code == 200, answer.text
            smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
            meta = {"senderName": "Shop", "senderAddress": "shop@example.com"}
            answer = client.patch("/api/settings", headers=headers, json={"smtp": smtp, "meta": meta})
            assert answer.status_code == 200, answer.text
        # once more, for the hook that prepares data at the start
        made.stop()
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as made:
        yield made


@pytest.fixture(scope="module")
def root(server: Server) -> dict[str, str]:
    return {"authorization": server.pocketbase_token()}


POSTS = "/api/collections/posts/records"


def create(client: httpx.Client, **values: Any) -> dict[str, Any]:
    answer = client.post(POSTS, json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_there_are_ten_at_least():
    assert len(examples()) >= 10


def test_change_what_is_stored(client: httpx.Client):
    assert create(client, title="Hello There")["slug"] == "hello-there"
    assert create(client, title="Hello There", slug="own")["slug"] == "own"


def test_change_what_is_stored_by_the_other_wire(client: httpx.Client, server: Server):
    token = server.directus_token()
    headers = {"authorization": f"Bearer {token}"}
    answer = client.post("/items/posts", headers=headers, json={"title": "By The Other"})
    assert answer.json()["data"]["slug"] == "by-the-other"


def test_refuse_with_a_message_for_a_field(client: httpx.Client, server: Server):
    answer = client.post(POSTS, json={"title": "LOUD"})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "data": {"title": {"code": "shouting", "message": "Please don't shout."}},
            "message": "This post can't be saved.",
            "status": 400,
        },
    )
    headers = {"authorization": f"Bearer {server.directus_token()}"}
    answer = client.post("/items/posts", headers=headers, json={"title": "LOUD"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Please don't shout."
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "FAILED_VALIDATION", "field": "title", "path": [], "type": "shouting",
    }  # fmt: skip


def test_set_what_callers_may_not_choose(client: httpx.Client, root: dict[str, str]):
    record = create(client, title="to review")
    answer = client.patch(f"{POSTS}/{record['id']}", headers=root, json={"title": "seen", "reviewed_by": "me"})
    assert answer.status_code == 200
    [me] = {answer.json()["reviewed_by"]}
    assert me not in ("", "me")


def test_write_more_in_the_same_transaction(client: httpx.Client, root: dict[str, str]):
    def value() -> int:
        found = client.get("/api/collections/counters/records", headers=root).json()["items"]
        return int(found[0]["value"]) if found else 0

    before = value()
    create(client, title="one")
    create(client, title="two")
    assert value() == before + 2
    assert client.post(POSTS, json={"title": "NOT THIS"}).status_code == 400
    assert value() == before + 2


def test_tell_another_server_after_the_commit(client: httpx.Client, webhook: Webhook):
    record = create(client, title="told")
    assert {"id": record["id"], "title": "told"} in webhook.got
    assert client.post(POSTS, json={"title": "UNTOLD"}).status_code == 400
    assert not any(item["title"] == "UNTOLD" for item in webhook.got)


def test_change_what_goes_out(client: httpx.Client, root: dict[str, str]):
    record = create(client, title="long", body="12345")
    path = f"{POSTS}/{record['id']}"
    assert client.get(path).json()["length"] == 5
    assert "reviewed_by" not in client.get(path).json()
    assert "reviewed_by" in client.get(path, headers=root).json()
    assert all("length" in item for item in client.get(POSTS).json()["items"])
    assert client.get(path, params={"fields": "length"}).json() == {"length": 5}


def test_keep_something_from_being_deleted(client: httpx.Client):
    record = create(client, title="here to stay", pinned=True)
    answer = client.delete(f"{POSTS}/{record['id']}")
    assert (answer.status_code, answer.json()["message"]) == (403, "A pinned post can't be deleted.")
    client.patch(f"{POSTS}/{record['id']}", json={"pinned": False})
    assert client.delete(f"{POSTS}/{record['id']}").status_code == 204


def test_a_route_of_your_own(client: httpx.Client, root: dict[str, str]):
    assert client.get("/hello/world").json() == {"hello": "world"}
    assert client.get("/my-posts").status_code == 401
    create(client, title="it's all \\ mine")
    answer = client.get("/my-posts", headers=root, params={"q": "it's all \\"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["titles"] == ["it's all \\ mine"]
    assert client.get("/my-posts", headers=root, params={"q": "' || 1=1 || '"}).json()["titles"] == []


def test_a_route_that_writes_all_or_nothing(client: httpx.Client, root: dict[str, str]):
    accounts = "/api/collections/accounts/records"
    first, second = (
        client.post(accounts, headers=root, json={"name": name, "balance": 10}).json()["id"] for name in "ab"
    )
    assert client.post("/transfer", json={}).status_code == 401
    body = {"from": first, "to": second, "amount": 4}
    assert client.post("/transfer", headers=root, json=body).json() == {"left": 6}
    refused = client.post("/transfer", headers=root, json={**body, "amount": 40})
    assert (refused.status_code, refused.json()["message"]) == (400, "There is not enough in that account.")
    balances = [client.get(f"{accounts}/{key}", headers=root).json()["balance"] for key in (first, second)]
    assert balances == [6, 14]


def test_prepare_data_at_the_start(client: httpx.Client, root: dict[str, str]):
    found = client.get("/api/collections/tags/records", headers=root).json()["items"]
    assert sorted(item["name"] for item in found) == ["help", "news"]


def test_run_something_by_the_clock(client: httpx.Client, root: dict[str, str]):
    assert {"id": "sweep_drafts", "expression": "*/5 * * * *"} in client.get("/api/crons", headers=root).json()
    drafts = "/api/collections/drafts/records"
    for title, touched in (("old", "2020-01-01 00:00:00.000Z"), ("new", "2999-01-01 00:00:00.000Z")):
        body = {"title": title, "touched": touched}
        assert client.post(drafts, headers=root, json=body).status_code == 200
    assert client.post("/api/crons/sweep_drafts", headers=root).status_code == 204
    deadline = time.monotonic() + 10
    while len(items := client.get(drafts, headers=root).json()["items"]) != 1:
        assert time.monotonic() < deadline, items
        time.sleep(0.02)
    assert items[0]["title"] == "new"


def test_send_a_mail(client: httpx.Client, root: dict[str, str], sink: Sink):
    body = {"name": "Ann <b>", "email": "ann@example.com"}
    assert client.post("/api/collections/customers/records", headers=root, json=body).status_code == 200
    mail = sink.next("ann@example.com")
    assert (mail.subject, str(mail.message["from"])) == ("Welcome", "Shop <shop@example.com>")
    assert "<p>Hello Ann &lt;b&gt;!</p>" in mail.html
    assert mail.text.strip() == "Hello Ann <b>!"
