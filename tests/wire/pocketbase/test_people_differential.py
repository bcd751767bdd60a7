"""Signing in by mail and by identity provider, said to the real PocketBase and to Satchel, with the same mail server
and provider: every status and body has to be the same, and every mail has to come or not to come.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.identity_provider import IdentityProvider, identity_provider
from tests.mail_sink import Sink, mail_sink
from tests.servers import running_server
from tests.wire.pocketbase import sessions_people
from tests.wire.pocketbase.known_differences import KNOWN
from tests.wire.pocketbase.sessions_people import Peers
from tests.wire.pocketbase.talk import Exchange, Talk, differences
from tests.wire.pocketbase.test_differential import binary, real_pocketbase

__all__ = ["binary"]

SESSIONS: dict[str, Callable[[Talk, Peers], None]] = {
    found.__name__: found
    for found in (
        sessions_people.providers,
        sessions_people.verification,
        sessions_people.password_reset,
        sessions_people.email_change,
        sessions_people.one_time_passwords,
        sessions_people.second_factor,
        sessions_people.alerts,
        sessions_people.oauth2_forms,
        sessions_people.oauth2_accounts,
        sessions_people.oauth2_rules,
        sessions_people.test_mails,
    )
}


def held(url: str, name: str, sink: Sink, provider: IdentityProvider) -> list[Exchange]:
    talk = Talk(url)
    try:
        talk.section(name)
        talk.sign_in()
        sessions_people.set_up(talk, sink, provider)
        SESSIONS[name](talk, Peers(sink, provider))
        return talk.exchanges
    finally:
        talk.close()


@pytest.mark.heavy
@pytest.mark.process
@pytest.mark.parametrize("name", SESSIONS)
def test_same_as_pocketbase(name: str, binary: str, tmp_path: Path) -> None:
    with identity_provider() as provider:
        with mail_sink() as sink, real_pocketbase(binary, tmp_path / "theirs") as url:
            theirs = held(url, name, sink, provider)
        with (
            mail_sink() as sink,
            running_server(tmp_path / "ours", settings={"outbound_allowed_hosts": "127.0.0.1"}) as server,
        ):
            ours = held(server.url, name, sink, provider)
            assert "eyJ" not in server.log()
    found = differences(ours, theirs, KNOWN.get(name, {}))
    assert not found, f"{len(found)} of {len(theirs)} answers differ:\n\n" + "\n\n".join(found)
