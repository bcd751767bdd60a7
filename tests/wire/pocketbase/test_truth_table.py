"""Every filter of the truth table, on every database that can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from tests.servers import DATABASES, fresh_database, running_server
from tests.wire.pocketbase.sessions_records import POSTS, make_posts
from tests.wire.pocketbase.talk import Talk
from tests.wire.pocketbase.truth_table import TRUTH


@dataclass
class Filled:
    url: str
    token: str

    def ask(self, text: str) -> str:
        """The numbers of the posts that a filter finds, or "error"."""
        answer = httpx.get(
            self.url + POSTS,
            params={"filter": text, "perPage": "100", "fields": "*"},
            headers={"Authorization": self.token, "User-Agent": ""},
            verify=False,
        )
        if answer.status_code == 400:
            return "error"
        assert answer.status_code == 200, answer.text
        found = answer.json()
        numbers = [item["id"][-1] for item in found["items"]]
        assert found["totalItems"] == len(numbers)
        assert len(set(numbers)) == len(numbers), "rows are found once"
        return "".join(sorted(numbers))


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A server with the rows of the table."""
    with (
        fresh_database(request.param) as url,
        running_server(tmp_path_factory.mktemp("data"), url) as server,
    ):
        talk = Talk(server.url)
        talk.sign_in()
        make_posts(talk)
        refused = [found.shown() for found in talk.exchanges if found.status != 200]
        assert not refused, refused
        yield Filled(server.url, talk.token)
        talk.close()


@pytest.mark.process
@pytest.mark.dialects
@pytest.mark.parametrize(("text", "found"), TRUTH, ids=[text for text, _ in TRUTH])
def test_filter(filled: Filled, text: str, found: str) -> None:
    assert filled.ask(text) == found
