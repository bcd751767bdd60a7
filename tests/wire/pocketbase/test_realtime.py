"""Realtime against real servers: several workers, changed rights, slow and impatient clients, restarts.

What PocketBase itself does is compared in `test_differential`; here is what it has no word for.
"""

from __future__ import annotations

import concurrent.futures
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server
from tests.wire.pocketbase.listening import Frame, Listener, settle, with_options

pytestmark = pytest.mark.process

OPEN = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}
FIELDS = [{"name": "title", "type": "text"}, {"name": "n", "type": "number"}]


def make(server: Server, name: str = "posts", **more: Any) -> dict[str, Any]:
    body = {"name": name, "type": "base", **OPEN, "fields": FIELDS, **more}
    answer = httpx.post(f"{server.url}/api/collections", json=body, headers=su(server), timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def su(server: Server) -> dict[str, str]:
    return {"Authorization": server.pocketbase_token()}


def create(server: Server, name: str = "posts", **body: Any) -> dict[str, Any]:
    answer = httpx.post(f"{server.url}/api/collections/{name}/records", json=body, timeout=30, verify=False)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("realtime")) as found:
        yield found


# --- several workers


@pytest.mark.heavy
@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_every_worker_tells_of_what_every_other_commits(kind: str, tmp_path: Path) -> None:
    """0 lost and 0 doubled, in order, with subscriptions and writes that land on any of three workers."""
    with fresh_database(kind) as url, running_server(tmp_path, url, settings={"workers": 3}) as server:
        make(server)
        listeners = [Listener(server.url) for _ in range(6)]
        for listener in listeners:
            assert listener.follow("posts/*").status_code == 204
        writers, each = 4, 25

        def write(writer: int) -> list[tuple[str, str, float]]:
            done: list[tuple[str, str, float]] = []
            for count in range(each):
                # a connection of its own for each request, so that all workers get some
                key = f"w{writer:02d}n{count:011d}"
                create(server, id=key, title="a", n=count)
                path = f"{server.url}/api/collections/posts/records/{key}"
                assert httpx.patch(path, json={"title": "b"}, timeout=30, verify=False).status_code == 200
                assert httpx.delete(path, timeout=30, verify=False).status_code == 204
                done += [(key, "create", count), (key, "update", count), (key, "delete", count)]
            return done

        with concurrent.futures.ThreadPoolExecutor(writers) as pool:
            expected = [item for found in pool.map(write, range(writers)) for item in found]
        for listener in listeners:
            frames = listener.expect(len(expected), 60)
            heard = [(frame.json["record"]["id"], frame.json["action"], frame.json["record"]["n"]) for frame in frames]
            assert len(set(heard)) == len(heard), "an event came twice"
            assert set(heard) == set(expected)
            for writer in range(writers):
                prefix = f"w{writer:02d}"
                assert [item for item in heard if item[0].startswith(prefix)] == [
                    item for item in expected if item[0].startswith(prefix)
                ]
        settle(listeners, 0.3)
        assert not any(listener.frames for listener in listeners)
        for listener in listeners:
            listener.close()


def test_a_worker_hands_on_what_is_about_another_ones_client(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"workers": 2}) as server:
        make(server, listRule=None)
        token = server.pocketbase_token()
        listener = Listener(server.url)
        for number in range(12):  # whichever worker gets the request
            assert listener.follow("posts/*", f"x{number}", token=token).status_code == 204
            assert listener.follow("posts/*").status_code == 403
        assert listener.follow("posts/*", token="nonsense").status_code == 403
        create(server, title="told")
        assert listener.expect(1)[0].json["record"]["title"] == "told"
        listener.close()
        deadline = time.monotonic() + 10
        while listener.follow("posts/*", token=token).status_code != 404:
            assert time.monotonic() < deadline, "a client that is gone is still known"


def test_a_made_up_client_id_costs_no_other_worker_a_look(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"workers": 2}) as server:
        listener = Listener(server.url)
        forged = listener.id[:-1] + ("a" if listener.id[-1] != "a" else "b")
        started = time.perf_counter()
        for text in (forged, "a" * 40, listener.id[:10] + "b" * 30):
            body = {"clientId": text, "subscriptions": ["posts/*"]}
            assert httpx.post(f"{server.url}/api/realtime", json=body).status_code == 404
        assert time.perf_counter() - started < 3
        listener.close()


# --- rights that change, and clients of others


def test_a_changed_rule_counts_from_the_next_event_on(server: Server) -> None:
    found = make(server, "ruled")
    listener = Listener(server.url)
    listener.follow("ruled/*")
    create(server, "ruled", title="open")
    path = f"{server.url}/api/collections/{found['id']}"
    assert httpx.patch(path, json={"listRule": None}, headers=su(server)).status_code == 200
    create(server, "ruled", title="closed")
    assert httpx.patch(path, json={"listRule": "title = 'shown'"}, headers=su(server)).status_code == 200
    create(server, "ruled", title="hidden")
    create(server, "ruled", title="shown")
    assert [frame.json["record"]["title"] for frame in listener.expect(2)] == ["open", "shown"]
    listener.close()


def test_a_superuser_who_is_suspended_is_a_guest_at_once(tmp_path: Path) -> None:
    """Not nobody, and above all not the system."""
    with running_server(tmp_path) as server:
        make(server, listRule=None)
        make(server, "open")
        token = server.pocketbase_token()
        admin = {"Authorization": f"Bearer {server.directus_token()}"}
        body = {"email": "second@example.com", "password": "another horse 2"}
        done = server.run("superuser", "upsert", body["email"], body["password"])
        assert done.returncode == 0, done.stderr
        users = httpx.get(f"{server.url}/users", headers=admin).json()["data"]
        second = next(user["id"] for user in users if user["email"] == body["email"])
        signed = httpx.post(
            f"{server.url}/api/collections/_superusers/auth-with-password",
            json={"identity": body["email"], "password": body["password"]},
        ).json()["token"]
        first, other = Listener(server.url, token=token), Listener(server.url, token=signed)
        for listener in (first, other):
            assert listener.follow("posts/*", "open/*").status_code == 204
        create(server, title="both")
        assert first.expect(1)[0].event == other.expect(1)[0].event == "posts/*"
        change = httpx.patch(f"{server.url}/users/{second}", json={"status": "suspended"}, headers=admin)
        assert change.status_code == 200, change.text
        create(server, title="one")
        create(server, "open", title="all")
        assert [frame.event for frame in first.expect(2)] == ["posts/*", "open/*"]
        assert [frame.event for frame in other.expect(1)] == ["open/*"]
        settle([other], 0.3)
        assert not other.frames
        # the void token makes a guest, and the client is one by now
        assert other.follow("posts/*", "open/*").status_code == 204
        create(server, title="still one")
        settle([first, other], 0.3)
        assert (len(first.frames), len(other.frames)) == (1, 0)
        change = httpx.delete(f"{server.url}/users/{second}", headers=admin)
        assert change.status_code == 204, change.text
        create(server, title="and now")
        settle([first, other], 0.3)
        assert (len(first.frames), len(other.frames)) == (2, 0)
        first.close()
        other.close()


def test_an_expired_token_can_not_subscribe_and_leaves_the_stream_as_it_is(tmp_path: Path) -> None:
    """A stream ends after half an hour anyway; what must not happen is that a failed sign-in gives more rights."""
    with running_server(tmp_path) as server:
        make(server, listRule=None)
        token = server.pocketbase_token()
        listener, stranger = Listener(server.url), Listener(server.url)
        assert listener.follow("posts/*", token=token).status_code == 204
        for broken in (token[:-2], "x.y.z", token + "a"):
            assert listener.follow("posts/*", token=broken).status_code == 403
            assert stranger.follow("posts/*", token=broken).status_code == 204
        create(server, title="secret")
        assert len(listener.expect(1)) == 1
        settle([stranger], 0.3)
        assert not stranger.frames
        listener.close()
        stranger.close()


def test_another_callers_client_can_not_be_taken(server: Server) -> None:
    make(server, "owned")
    token = server.pocketbase_token()
    listener = Listener(server.url, token=token)
    assert listener.follow("owned/*").status_code == 204
    # somebody who got hold of the id can neither turn it off nor follow for it
    assert listener.follow(token="").status_code == 403
    create(server, "owned", title="still told")
    assert len(listener.expect(1)) == 1
    listener.close()


def test_pages_of_other_sites_get_no_stream_by_cookie(server: Server) -> None:
    """Nothing about realtime is decided by a cookie, so a page elsewhere is a guest whatever the browser sends."""
    make(server, "crossed", listRule=None)
    signed_in = httpx.post(
        f"{server.url}/auth/login", json={"email": server.email, "password": server.password, "mode": "session"}
    )
    cookies = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())
    assert cookies
    page = {"Origin": "https://evil.example", "Cookie": cookies}
    listener = Listener(server.url, headers=page)
    assert listener.follow("crossed/*", **page).status_code == 204
    create(server, "crossed", title="secret")
    settle([listener], 0.3)
    assert not listener.frames
    listener.close()


def test_a_filter_can_not_guess_what_is_hidden(server: Server) -> None:
    fields = [*FIELDS, {"name": "secret", "type": "text", "hidden": True}]
    make(server, "guessed", fields=fields)
    make(server, "closed", listRule=None, viewRule=None)
    listener = Listener(server.url)
    probes = ("secret ~ 's'", "secret != ''", "secret:lower = 'x'", "@collection.closed.title ?~ 't'")
    assert listener.follow(*(with_options("guessed/*", query={"filter": probe}) for probe in probes)).status_code == 204
    httpx.post(f"{server.url}/api/collections/guessed/records", json={"secret": "s"}, headers=su(server))
    settle([listener], 0.3)
    assert not listener.frames
    listener.close()


# --- many callers of one rule


def test_a_rule_about_the_caller_tells_each_what_is_theirs(server: Server) -> None:
    """Guests and superusers here; who the caller is makes the difference, not which worker or order."""
    make(server, "mine", listRule="title = @request.headers.x_who")
    names = ("ann", "bob", "cid", "dan", "eve")
    listeners = {name: Listener(server.url) for name in names}
    for name, listener in listeners.items():
        listener.follow(with_options("mine/*", headers={"X-Who": name}))
    for name in names:
        create(server, "mine", title=name)
    create(server, "mine", title="nobody")
    settle(list(listeners.values()), 0.3)
    for name, listener in listeners.items():
        assert [frame.json["record"]["title"] for frame in listener.frames] == [name]
        listener.close()


# --- time limits, slow clients, restarts


@pytest.mark.heavy
def test_idle_and_old_streams_are_closed(tmp_path: Path) -> None:
    settings = {"realtime_idle_seconds": 1.5, "realtime_life_seconds": 4}
    with running_server(tmp_path, settings=settings) as server:
        make(server)
        idle, busy = Listener(server.url), Listener(server.url)
        started = time.monotonic()
        busy.follow("posts/*")
        while not busy.closed and time.monotonic() - started < 10:
            create(server)
            time.sleep(0.5)
            if idle.closed and time.monotonic() - started < 3:
                assert not busy.closed
        assert idle.closed
        assert 3.5 < time.monotonic() - started < 7


@pytest.mark.heavy
def test_a_client_that_does_not_read_is_cut_and_no_other_notices(tmp_path: Path) -> None:
    settings = {"realtime_buffer_bytes": 262144}
    with running_server(tmp_path, settings=settings) as server:
        make(server)
        healthy = Listener(server.url)
        healthy.follow("posts/*")
        stalled = Listener(server.url)
        stalled.follow("posts/*")
        stalled.stop_reading()
        text = "x" * 100_000
        for _ in range(120):
            create(server, title=text[:4900], id="")
        frames = healthy.expect(120, 30)
        assert len({frame.json["record"]["id"] for frame in frames}) == 120
        for number in range(1200):
            create(server, title=f"{number:04d}" + text[:4900])
        assert len(healthy.expect(1200, 60)) == 1200
        assert stalled.follow("posts/*").status_code == 404, "the stalled client is still there"
        healthy.close()


def test_stopping_ends_streams_at_once(tmp_path: Path) -> None:
    for workers in (1, 2):
        with running_server(tmp_path / str(workers), settings={"workers": workers}) as server:
            listeners = [Listener(server.url) for _ in range(8)]
            started = time.perf_counter()
            assert server.stop() == 0
            assert time.perf_counter() - started < 5
            for listener in listeners:
                assert listener.wait(lambda heard=listener: heard.closed, 5)


@pytest.mark.heavy
def test_after_a_kill_clients_are_back_within_seconds(tmp_path: Path) -> None:
    """A reconnect storm: 20 clients, all told of the first write after it."""
    with running_server(tmp_path) as server:
        make(server)
        port = server.url.rsplit(":", 1)[1]
        listeners = [Listener(server.url) for _ in range(20)]
        for listener in listeners:
            listener.follow("posts/*")
        server.kill()
        server.url = ""
        server.start("--port", port)
        started = time.perf_counter()
        back: list[Listener] = []
        lock = threading.Lock()

        def again() -> None:
            listener = Listener(server.url)
            assert listener.follow("posts/*").status_code == 204
            with lock:
                back.append(listener)

        threads = [threading.Thread(target=again) for _ in listeners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        create(server, title="back")
        assert [listener.expect(1)[0].json["record"]["title"] for listener in back] == ["back"] * 20
        assert time.perf_counter() - started < 5
        for listener in back:
            listener.close()


def test_a_client_that_leaves_is_forgotten(server: Server) -> None:
    listener = Listener(server.url)
    assert listener.follow("posts/*").status_code == 204
    listener.close()
    deadline = time.monotonic() + 5
    while listener.follow("posts/*").status_code != 404:
        assert time.monotonic() < deadline


def test_head_answers_at_once(server: Server) -> None:
    answer = httpx.head(f"{server.url}/api/realtime", timeout=5)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream"


def test_the_frames_are_whole_chunks(server: Server) -> None:
    """Nothing between us and a proxy may have to wait for more."""
    make(server, "chunked")
    with socket.create_connection((server.url.split("//")[1].split(":")[0], int(server.url.rsplit(":", 1)[1]))) as line:
        line.sendall(b"GET /api/realtime HTTP/1.1\r\nHost: x\r\n\r\n")
        seen = b""
        while b"\n\n\r\n" not in seen:
            seen += line.recv(65536)
        head, _, body = seen.partition(b"\r\n\r\n")
        assert b"x-accel-buffering: no" in head
        assert b"cache-control: no-store" in head
        size, _, chunk = body.partition(b"\r\n")
        assert len(chunk) == int(size, 16) + 2


def all_records(frames: list[Frame]) -> list[Any]:
    return [frame.json["record"] for frame in frames]


@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_an_event_holds_what_a_read_answers(kind: str, tmp_path: Path) -> None:
    """Every kind of field, on every database: the given row is written as the stored one is."""
    with fresh_database(kind) as url, running_server(tmp_path, url) as server:
        fields = [
            {"name": "text", "type": "text"},
            {"name": "number", "type": "number"},
            {"name": "bool", "type": "bool"},
            {"name": "email", "type": "email"},
            {"name": "url", "type": "url"},
            {"name": "editor", "type": "editor"},
            {"name": "date", "type": "date"},
            {"name": "created", "type": "autodate", "onCreate": True},
            {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
            {"name": "one", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1},
            {"name": "many", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
            {"name": "json", "type": "json"},
            {"name": "point", "type": "geoPoint"},
        ]
        found = make(server, "kinds", fields=fields)
        related = [
            {"name": "other", "type": "relation", "collectionId": found["id"], "maxSelect": 1},
            {"name": "others", "type": "relation", "collectionId": found["id"], "maxSelect": 9},
        ]
        change = {"fields": [*found["fields"], *related]}
        assert httpx.patch(f"{server.url}/api/collections/kinds", json=change, headers=su(server)).status_code == 200
        listener = Listener(server.url)
        expand = with_options("kinds/*", query={"expand": "other,others", "filter": "number >= 0 && text ~ ''"})
        listener.follow("kinds/*", expand)
        first = create(server, "kinds")
        bodies: list[dict[str, Any]] = [
            {
                "text": 'quote " back \\ line\n <b>é</b> ☃ 😀',
                "number": 1.25,
                "bool": True,
                "email": "a@example.com",
                "date": "2024-02-29 12:30:00.123Z",
                "one": "b",
                "many": ["c", "a"],
                "json": {"a": [1, 2.5, None, "x\ny"], "b": {"c": False}},
                "point": {"lon": 1.5, "lat": -2.25},
                "other": first["id"],
                "others": [first["id"]],
            },
            {"number": 3, "json": "plain", "many": []},
            {"number": 1e15, "json": [1], "date": ""},
            {"json": None, "text": "", "others": []},
        ]
        path = f"{server.url}/api/collections/kinds/records"
        second = create(server, "kinds", **bodies[0])
        key = second["id"]
        answers = [first, second]
        expanded = [
            httpx.get(f"{path}/{first['id']}?expand=other,others").json(),
            httpx.get(f"{path}/{key}?expand=other,others").json(),
        ]
        for body in bodies[1:]:
            answers.append(httpx.patch(f"{path}/{key}", json=body).json())
            expanded.append(httpx.get(f"{path}/{key}?expand=other,others").json())
        answers.append(answers[-1])
        expanded.append(expanded[-1])
        assert httpx.delete(f"{path}/{key}").status_code == 204
        frames = listener.expect(2 * len(answers), 20)
        assert all_records([frame for frame in frames if frame.event == "kinds/*"]) == answers
        assert all_records([frame for frame in frames if frame.event != "kinds/*"]) == expanded
        listener.close()


@pytest.mark.dialects
@pytest.mark.parametrize("kind", DATABASES)
def test_what_goes_with_a_record_is_judged_with_it(kind: str, tmp_path: Path) -> None:
    """After the commit the book is gone, and still its pages are told of by its value."""
    with fresh_database(kind) as url, running_server(tmp_path, url) as server:
        books = make(server, "books", fields=[{"name": "public", "type": "bool"}])
        relation = {"name": "book", "type": "relation", "collectionId": books["id"], "maxSelect": 1}
        pages = make(
            server, "pages", listRule="book.public = true", fields=[{**relation, "cascadeDelete": True}, *FIELDS]
        )
        relation = {"name": "page", "type": "relation", "collectionId": pages["id"], "maxSelect": 1}
        make(server, "marks", listRule="page.book.public = true", fields=[{**relation, "cascadeDelete": True}])
        listener = Listener(server.url)
        expand = with_options("marks/*", query={"expand": "page.book"})
        listener.follow("books/*", "pages/*", "marks/*", expand)
        made: list[tuple[str, str, str]] = []
        for public in (True, False):
            book = create(server, "books", public=public)["id"]
            page = create(server, "pages", book=book)["id"]
            made.append((book, page, create(server, "marks", page=page)["id"]))
        assert len(listener.expect(5)) == 5
        for book, _, _ in made:
            assert httpx.delete(f"{server.url}/api/collections/books/records/{book}").status_code == 204
        frames = listener.expect(5)
        settle([listener], 0.3)
        assert not listener.frames
        assert {frame.json["action"] for frame in frames} == {"delete"}
        heard = [(frame.event, frame.json["record"]["id"]) for frame in frames]
        book, page, mark = made[0]
        assert sorted(heard) == sorted(
            [("books/*", book), ("books/*", made[1][0]), ("pages/*", page), ("marks/*", mark), (expand, mark)]
        )
        record = next(frame.json["record"] for frame in frames if frame.event == expand)
        assert record["expand"]["page"]["expand"]["book"]["public"] is True
        listener.close()


def test_a_filter_that_takes_too_long_holds_up_nobody(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"realtime_judge_seconds": 0.3}) as server:
        make(server)
        make(server, "big")
        admin = su(server)
        batch = {"batch": {"enabled": True, "maxRequests": 2000, "timeout": 60}}
        assert httpx.patch(f"{server.url}/api/settings", json=batch, headers=admin).status_code == 200
        url = "/api/collections/big/records"
        requests = [{"method": "POST", "url": url, "body": {"title": f"{number} " * 50}} for number in range(1500)]
        assert httpx.post(f"{server.url}/api/batch", json={"requests": requests}, timeout=60).status_code == 200
        pairs = " && ".join(f"@collection.big:{name}.title ~ '{name}{name}{name}'" for name in "xyz")
        greedy, modest = Listener(server.url), Listener(server.url)
        topic = with_options("posts/*", query={"filter": f"({pairs}) || title = 'slow'"})
        assert greedy.follow(topic, "posts/*", token=admin["Authorization"]).status_code == 204
        modest.follow("posts/*")
        started = time.perf_counter()
        for number in range(5):
            create(server, title=f"{number}")
        assert len(modest.expect(5)) == 5
        assert time.perf_counter() - started < 8
        assert {frame.event for frame in greedy.expect(5)} == {"posts/*"}
        assert any("takes too long" in line for line in server.output)
        greedy.close()
        modest.close()
