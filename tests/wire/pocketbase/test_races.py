"""Many clients at once, two processes, every live database: nothing is lost, nothing happens twice."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.servers import DATABASES, Server, fresh_database, running_server

pytestmark = pytest.mark.process

CLIENTS = 8
EACH = 6
SETTINGS = {"workers": 2}
GAMES = "/api/collections/games/records"
GAME = f"{GAMES}/game00000000001"


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with (
        fresh_database(request.param) as url,
        running_server(tmp_path_factory.mktemp("data"), url, settings=SETTINGS) as started,
        started.client(started.pocketbase_token()) as client,
    ):
        made = client.post(
            "/api/collections",
            json={
                "name": "games",
                "fields": [
                    {"name": "score", "type": "number"},
                    {"name": "tags", "type": "select", "values": [f"t{i}" for i in range(64)], "maxSelect": 64},
                    {"name": "name", "type": "text", "max": 50},
                ],
                "indexes": ["CREATE UNIQUE INDEX idx_games_name ON games (name)"],
            },
        )
        assert made.status_code == 200, made.text
        allowed = client.patch("/api/settings", json={"batch": {"enabled": True}})
        assert allowed.status_code == 200, allowed.text
        wait_for_all_workers(started)
        yield started


def wait_for_all_workers(server: Server) -> None:
    """Until every worker has learned of the collection and the setting; each client meets one of them by chance."""
    deadline = time.monotonic() + 20
    answers: set[int] = set()
    while answers != {200} and time.monotonic() < deadline:
        time.sleep(0.5)
        wish = {"requests": [{"method": "POST", "url": GAMES, "body": {"score": "no number"}}]}
        known = {400: 200}  # refused for the number, by a worker that knows both
        answers = set()
        for _ in range(16):
            with server.client(server.pocketbase_token()) as client:
                answers.add(client.get(GAMES).status_code)
                answers.add(known.get(client.post("/api/batch", json=wish).status_code, 0))
    assert answers == {200}, "not all workers know of the collection"


def at_once(server: Server, work: Callable[[httpx.Client, int], Any], times: int) -> list[Any]:
    """Run `work` so often, by as many clients as there are, each with connections of its own."""
    token = server.pocketbase_token()

    def one(number: int) -> Any:
        with server.client(token) as client:
            return work(client, number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(times)))


def fresh_game(server: Server, **values: Any) -> httpx.Client:
    client = server.client(server.pocketbase_token())
    client.delete(GAME)
    made = client.post(GAMES, json={"id": "game00000000001", "name": "first", **values})
    assert made.status_code == 200, made.text
    return client


def test_no_increment_is_lost(server: Server) -> None:
    with contextlib.closing(fresh_game(server, score=1)) as client:
        answers = at_once(server, lambda c, _: c.patch(GAME, json={"score+": 1}).status_code, CLIENTS * EACH)
        assert set(answers) == {200}
        assert client.get(GAME).json()["score"] == 1 + CLIENTS * EACH
        at_once(server, lambda c, _: c.patch(GAME, json={"score-": 2}).status_code, CLIENTS)
        assert client.get(GAME).json()["score"] == 1 + CLIENTS * EACH - 2 * CLIENTS


def test_no_item_of_a_list_is_lost(server: Server) -> None:
    with contextlib.closing(fresh_game(server)) as client:
        count = CLIENTS * EACH
        at_once(server, lambda c, i: c.patch(GAME, json={"tags+": f"t{i}"}).status_code, count)
        assert sorted(client.get(GAME).json()["tags"]) == sorted(f"t{i}" for i in range(count))


def test_batches_do_not_mix(server: Server) -> None:
    """Each batch reads what it wrote itself, and two batches on the same record come one after the other."""
    with contextlib.closing(fresh_game(server, score=0)) as client:

        def send(sender: httpx.Client, number: int) -> int:
            step = {"method": "PATCH", "url": GAME, "body": {"score+": 1}}
            made = {"method": "POST", "url": GAMES, "body": {"name": f"batch{number % 4}"}}
            return sender.post("/api/batch", json={"requests": [step, made, step]}).status_code

        answers = at_once(server, send, 12)
        assert sorted(answers) == [200] * 4 + [400] * 8
        assert client.get(GAME).json()["score"] == 8
        names = client.get(GAMES, params={"filter": "name ~ 'batch'"}).json()["items"]
        assert sorted(item["name"] for item in names) == [f"batch{i}" for i in range(4)]


def test_one_of_many_takes_a_unique_value(server: Server) -> None:
    def take(client: httpx.Client, _: int) -> httpx.Response:
        return client.post(GAMES, json={"name": "wanted"})

    answers = at_once(server, take, CLIENTS * 2)
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (CLIENTS * 2 - 1)
    refused = next(answer.json() for answer in answers if answer.status_code == 400)
    assert refused["data"] == {"name": {"code": "validation_not_unique", "message": "Value must be unique."}}


def test_upserts_of_one_record_make_one(server: Server) -> None:
    put = {"method": "PUT", "url": GAMES, "body": {"id": "upserted0000001", "score+": 1}}

    def send(client: httpx.Client, number: int) -> int:
        body = {**put["body"], "name": "upserted"}
        return client.post("/api/batch", json={"requests": [{**put, "body": body}]}).status_code

    answers = at_once(server, send, CLIENTS * 2)
    with server.client(server.pocketbase_token()) as client:
        found = client.get(f"{GAMES}/upserted0000001").json()
    # Who finds that the record is not there and then is late is refused; nobody's addition is lost.
    assert found["score"] == answers.count(200)
    assert set(answers) <= {200, 400}


def test_collections_of_one_name_are_made_once(server: Server) -> None:
    def make(client: httpx.Client, _: int) -> int:
        return client.post("/api/collections", json={"name": "raced"}).status_code

    assert sorted(at_once(server, make, 4)) == [200, 400, 400, 400]


def test_a_new_collection_is_known_to_every_worker_at_once(server: Server) -> None:
    """Whichever worker answers next, on either wire."""
    with server.client(server.pocketbase_token()) as client:
        for number in range(6):
            body = {"name": f"fresh{number}", "fields": [{"name": "n", "type": "number"}]}
            assert client.post("/api/collections", json=body).status_code == 200
            path = f"fresh{number}"
            answers = at_once(server, lambda c, i, path=path: _uses(c, path, i), 8)
            assert answers == [200] * 8


def _uses(client: httpx.Client, name: str, number: int) -> int:
    if number % 2:
        return client.post(f"/api/collections/{name}/records", json={"n": number}).status_code
    return client.get(f"/items/{name}").status_code
