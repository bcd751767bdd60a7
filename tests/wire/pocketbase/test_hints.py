"""What a superuser is told beside an answer that tells nothing, and nobody else."""

from __future__ import annotations

import pytest
from tests.servers import Server

pytestmark = pytest.mark.process

NOTHING = {"data": {}, "message": "Something went wrong while processing your request.", "status": 400}
HINT = "x-satchel-hint"


def test_hints(server: Server) -> None:
    fields = [{"name": "title", "type": "text"}, {"name": "groesse", "type": "number"}]
    with server.client(server.pocketbase_token()) as client:
        body = {"name": "books", "type": "base", "listRule": "", "viewRule": "", "fields": fields}
        assert client.post("/api/collections", json=body).status_code == 200
        records = "/api/collections/books/records"
        for query, told in (
            ({"filter": "titel = 'x'"}, 'Did you mean "title"?'),
            ({"sort": "-titel"}, 'Did you mean "title"?'),
            ({"filter": "grösse > 1"}, "%C3%B6"),
            ({"filter": "(title = 'x'"}, "position 12"),
        ):
            answer = client.get(records, params=query)
            assert (answer.status_code, answer.json()) == (400, NOTHING)
            assert told.lower() in answer.headers[HINT].lower(), answer.headers[HINT]
            assert answer.headers[HINT].isascii()
            with server.client() as guest:
                assert HINT not in guest.get(records, params=query).headers
        assert HINT not in client.get(records).headers
        long = client.get(records, params={"filter": f"{'x' * 600} = 1"})
        assert len(long.headers[HINT]) <= 500
