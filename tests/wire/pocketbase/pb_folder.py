"""A data folder made by the real PocketBase, and what it answered when it was made.

In charge of: filling the folder by requests, and recording answers that have to be the same elsewhere.
"""

# ruff: noqa: E501

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.servers import EMAIL, PASSWORD

COLLECTIONS = "/api/collections"
USER, USER_PASSWORD = "ann@example.com", "ann's password"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360f8cf50 0f0003860180"
    "5a34 7d6b0000000049454e44ae426082".replace(" ", "")
)
LISTED = ("users", "tags", "posts", "nodes", "heads", "upper", "secrets")


@dataclass
class Folder:
    """What was recorded. `answers`: path → JSON, asked as the superuser. `token`: of the user who is logged in."""

    path: Path
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    guest: Any = None  # what a guest is shown of the posts
    token: str = ""
    user: str = ""
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])


def binary() -> str | None:
    found = shutil.which("pocketbase") or str(Path(__import__("sys").executable).parent / "pocketbase")
    return found if Path(found).exists() else None


@contextlib.contextmanager
def pocketbase(
    program: str, data: Path, *, abrupt: bool = False, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A running PocketBase. `abrupt`: it is killed, which leaves its write-ahead log behind. `env`: NAME → key of
    encrypted settings."""
    flags = [flag for name in env or () for flag in ("--encryptionEnv", name)]
    environment = {**os.environ, **(env or {})}
    upsert = [program, "superuser", "upsert", EMAIL, PASSWORD, "--dir", str(data), *flags]
    subprocess.run(upsert, check=True, capture_output=True, timeout=60, env=environment)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "serve", "--http", f"127.0.0.1:{port}", "--dir", str(data), "--automigrate=false", *flags]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/api/health")
                break
            time.sleep(0.05)
        yield url
    finally:
        process.send_signal(signal.SIGKILL if abrupt else signal.SIGTERM)
        process.wait(15)


def superuser(url: str) -> httpx.Client:
    path = f"{COLLECTIONS}/_superusers/auth-with-password"
    answer = httpx.post(f"{url}{path}", json={"identity": EMAIL, "password": PASSWORD}, timeout=30)
    assert answer.status_code == 200, answer.text
    return httpx.Client(base_url=url, timeout=30, headers={"authorization": answer.json()["token"]})


def log_in(url: str, password: str = USER_PASSWORD) -> httpx.Response:
    path = f"{COLLECTIONS}/users/auth-with-password"
    return httpx.post(f"{url}{path}", json={"identity": USER, "password": password}, timeout=30)


def fill(url: str) -> None:
    """Make collections of all kinds, with records, files, rules, indexes and views of views."""
    with superuser(url) as client:

        def send(method: str, path: str, **more: Any) -> Any:
            answer = client.request(method, path, **more)
            assert answer.status_code < 300, f"{method} {path}: {answer.text}"
            return answer.json() if answer.content else None

        def record(collection: str, **values: Any) -> Any:
            return send("POST", f"{COLLECTIONS}/{collection}/records", json=values)

        user = record(
            "users", email=USER, password=USER_PASSWORD, passwordConfirm=USER_PASSWORD, name="Ann", verified=True
        )
        tags = send(
            "POST",
            COLLECTIONS,
            json={"name": "tags", "listRule": "", "viewRule": "", "fields": [{"name": "name", "type": "text"}]},
        )
        kinds = [
            {"name": "title", "type": "text", "max": 100, "help": "what it is called"}, {"name": "body", "type": "editor"},
            {"name": "n", "type": "number"}, {"name": "b", "type": "bool"}, {"name": "mail", "type": "email"}, {"name": "site", "type": "url"},
            {"name": "day", "type": "date"}, {"name": "created", "type": "autodate", "onCreate": True}, {"name": "changed", "type": "autodate", "onCreate": True, "onUpdate": True},
            {"name": "one", "type": "select", "values": ["x", "y"]}, {"name": "some", "type": "select", "values": ["x", "y", "z"], "maxSelect": 3},
            {"name": "tag", "type": "relation", "collectionId": tags["id"]}, {"name": "tags", "type": "relation", "collectionId": tags["id"], "maxSelect": 5},
            {"name": "owner", "type": "relation", "collectionId": "_pb_users_auth_", "cascadeDelete": True}, {"name": "file", "type": "file", "maxSelect": 1},
            {"name": "data", "type": "json"}, {"name": "place", "type": "geoPoint"}, {"name": "inner", "type": "text", "hidden": True}, {"name": "pass", "type": "password"},
        ]  # fmt: skip
        rules = {
            "listRule": "owner = @request.auth.id || b = true",
            "viewRule": "@request.auth.id != ''",
            "updateRule": "owner = @request.auth.id",
        }
        indexes = [
            "CREATE UNIQUE INDEX idx_posts_title ON posts (title) WHERE title != ''",
            "create index idx_n on posts (n desc, title)",
        ]
        send("POST", COLLECTIONS, json={"name": "posts", "fields": kinds, "indexes": indexes, **rules})
        nodes = send("POST", COLLECTIONS, json={"name": "nodes", "fields": [{"name": "name", "type": "text"}]})
        parent = {"name": "parent", "type": "relation", "collectionId": nodes["id"]}
        send("PATCH", f"{COLLECTIONS}/nodes", json={"fields": [*nodes["fields"], parent]})
        send(
            "POST",
            COLLECTIONS,
            json={
                "name": "heads",
                "type": "view",
                "listRule": "",
                "viewQuery": "select p.id, p.title, p.tag, t.name as label, count(*) as c from posts p left join tags t on t.id = p.tag group by p.id, p.title, p.tag, t.name",
            },
        )
        send(
            "POST",
            COLLECTIONS,
            json={
                "name": "upper",
                "type": "view",
                "listRule": "",
                "viewQuery": "select id, upper(title) as big, tag from heads",
            },
        )
        send("POST", COLLECTIONS, json={"name": "secrets", "fields": [{"name": "t", "type": "text"}]})
        for index in range(3):
            record("tags", id=f"tag00000000000{index}", name=f"tag {index}")
        record(
            "posts", id="post00000000001", title="First", body="<p>hä</p>", n=1.5, b=True, mail="a@b.co", site="https://a.co", day="2024-05-06 07:08:09.123Z", one="x", some=["z", "x"],
            tag="tag000000000000", tags=["tag000000000002", "tag000000000001"], owner=user["id"], data={"a": [1, None, "ü"], "b": {"c": 1.25}}, place={"lon": 1.5, "lat": -2}, inner="seen by few", **{"pass": "secret 1234"},
        )  # fmt: skip
        record("posts", id="post00000000002", n=-3, data="a text", tag="tag000000000001")
        record("posts", id="post00000000003", title="Third", data=[1, 2], n=12345678901)
        send("PATCH", f"{COLLECTIONS}/posts/records/post00000000001", files={"file": ("My Pic.png", PNG, "image/png")})
        record("nodes", id="node00000000001", name="root")
        record("nodes", id="node00000000002", name="leaf", parent="node00000000001")
        record(
            "_externalAuths", collectionRef="_pb_users_auth_", recordRef=user["id"], provider="google", providerId="g-1"
        )
        send(
            "PATCH",
            "/api/settings",
            json={
                "meta": {"appName": "Shop"},
                "smtp": {"host": "mail.example.com", "password": "smtp secret"},
                "batch": {"enabled": True},
            },
        )


def record_answers(url: str, folder: Folder) -> None:
    """What the superuser is shown of everything, and a user's token."""
    with superuser(url) as client:
        for name in LISTED:
            folder.answers[f"{COLLECTIONS}/{name}"] = client.get(f"{COLLECTIONS}/{name}").json()
            path = f"{COLLECTIONS}/{name}/records?sort=id&perPage=100"
            folder.answers[path] = client.get(path).json()
        path = f"{COLLECTIONS}/posts/records?expand=tag,tags,owner&sort=-n&filter=n!%3D0"
        folder.answers[path] = client.get(path).json()
        folder.answers["/api/settings"] = client.get("/api/settings").json()
        post = client.get(f"{COLLECTIONS}/posts/records/post00000000001").json()
        file = f"/api/files/posts/post00000000001/{post['file']}"
        folder.files[file] = client.get(file).content
    folder.guest = httpx.get(f"{url}{COLLECTIONS}/posts/records", timeout=30).json()
    signed_in = log_in(url).json()
    folder.token, folder.user = signed_in["token"], signed_in["record"]["id"]


def content_of(folder: Path) -> dict[str, str]:
    """The digest of every file of a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
