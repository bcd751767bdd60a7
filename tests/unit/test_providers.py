"""Identity providers: what each makes of the answers that its documentation shows, over real HTTP."""

from __future__ import annotations

import dataclasses
import json
import ssl
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.web_site import Site, running

from satchel.auth.oauth2_exchange import authorization, challenge_of, configured_provider, exchange, identify
from satchel.auth.providers import PROVIDERS
from satchel.auth.providers.contract import Profile, Tokens, Unusable
from satchel.outbound.addresses import parse_exceptions
from satchel.outbound.client import Outbound

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LOCAL = parse_exceptions(["127.0.0.0/8"])
CLIENT = Outbound(exceptions=LOCAL, context=ssl.create_default_context())
NOBODY: tuple[Any, ...] = ({}, {"data": []}, {"id": ""}, {"sub": None}, [], None, "x", {"data": {"me": 5}})

# provider → (pages by path, the profile). The first page is the user info.
ANSWERS: dict[str, tuple[dict[str, Any], Profile]] = {
    "google": (
        {"/me": {"sub": "1", "name": "Ada L", "picture": "https://p/1", "email": "a@x.io", "email_verified": True}},
        Profile("1", "Ada L", "", "a@x.io", "https://p/1"),
    ),
    "microsoft": (
        {"/me": {"id": "1", "displayName": "Ada", "mail": "boss@victim.io", "userPrincipalName": "ada@own.io"}},
        Profile("1", "Ada", "", "ada@own.io"),
    ),
    "yandex": (
        {
            "/me": {
                "id": "1",
                "login": "ada",
                "real_name": "Ada L",
                "default_email": "a@yandex.ru",
                "is_avatar_empty": False,
                "default_avatar_id": "131652443",
            }
        },
        Profile("1", "Ada L", "ada", "a@yandex.ru", "https://avatars.yandex.net/get-yapic/131652443/islands-200"),
    ),
    "facebook": (
        {"/me": {"id": "1", "name": "Ada", "email": "a@x.io", "picture": {"data": {"url": "https://p/1"}}}},
        Profile("1", "Ada", "", "a@x.io", "https://p/1"),
    ),
    "instagram2": (
        {"/me": {"id": "9", "user_id": "1", "username": "ada", "name": "Ada", "profile_picture_url": "https://p/1"}},
        Profile("1", "Ada", "ada", "", "https://p/1"),
    ),
    "github": (
        {
            "/me": {"id": 1, "login": "ada", "name": "Ada", "email": "public@x.io", "avatar_url": "https://p/1"},
            "/me/emails": [
                {"email": "old@x.io", "primary": False, "verified": True},
                {"email": "a@x.io", "primary": True, "verified": True},
            ],
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "gitlab": (
        {
            "/me": {
                "id": 1,
                "username": "ada",
                "name": "Ada",
                "email": "a@x.io",
                "confirmed_at": "2012-05-23T09:05:22Z",
                "avatar_url": "https://p/1",
            }
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "bitbucket": (
        {
            "/me": {
                "uuid": "{u}",
                "username": "ada",
                "display_name": "Ada",
                "account_status": "active",
                "links": {"avatar": {"href": "https://p/1"}},
            },
            "/me/emails": {"values": [{"email": "a@x.io", "is_primary": True, "is_confirmed": True}]},
        },
        Profile("{u}", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "gitee": (
        {
            "/api/user": {"id": 1, "login": "ada", "name": "Ada", "email": "typed@x.io", "avatar_url": "https://p/1"},
            "/api/emails": [{"email": "a@x.io", "state": "confirmed", "scope": ["primary", "committed"]}],
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "gitea": (
        {
            "/me": {"id": 1, "login": "ada", "full_name": "Ada", "email": "typed@x.io", "avatar_url": "https://p/1"},
            "/me/emails": [{"email": "a@x.io", "verified": False, "primary": True}],
        },
        Profile("1", "Ada", "ada", "", "https://p/1"),
    ),
    "discord": (
        {"/me": {"id": "1", "username": "ada", "avatar": "h4sh", "email": "a@x.io", "verified": True}},
        Profile("1", "ada", "ada", "a@x.io", "https://cdn.discordapp.com/avatars/1/h4sh.png"),
    ),
    "twitter": (
        {
            "/me": {
                "data": {
                    "id": "1",
                    "name": "Ada",
                    "username": "ada",
                    "profile_image_url": "https://p/1",
                    "confirmed_email": "a@x.io",
                }
            }
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "kakao": (
        {
            "/me": {
                "id": 1,
                "kakao_account": {
                    "profile": {"nickname": "Ada", "profile_image_url": "https://p/1"},
                    "email": "a@x.io",
                    "is_email_valid": True,
                    "is_email_verified": True,
                },
            }
        },
        Profile("1", "Ada", "", "a@x.io", "https://p/1"),
    ),
    "vk": (
        {
            "/me": {
                "response": [
                    {
                        "id": 1,
                        "first_name": "Ada",
                        "last_name": "L",
                        "screen_name": "ada",
                        "photo_max": "https://p/1",
                    }
                ]
            }
        },
        Profile("1", "Ada L", "ada", "from@token.io", "https://p/1"),
    ),
    "linear": (
        {
            "/me": {
                "data": {
                    "viewer": {
                        "id": "1",
                        "name": "ada",
                        "displayName": "Ada",
                        "email": "a@x.io",
                        "avatarUrl": "https://p/1",
                        "active": True,
                    }
                }
            }
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "notion": (
        {
            "/me": {
                "bot": {
                    "owner": {
                        "user": {"id": "1", "name": "Ada", "avatar_url": "https://p/1", "person": {"email": "a@x.io"}}
                    }
                }
            }
        },
        Profile("1", "Ada", "", "a@x.io", "https://p/1"),
    ),
    "monday": (
        {
            "/me": {
                "data": {
                    "me": {
                        "id": "1",
                        "enabled": True,
                        "name": "Ada",
                        "email": "a@x.io",
                        "is_verified": True,
                        "photo_original": "https://p/1",
                    }
                }
            }
        },
        Profile("1", "Ada", "", "a@x.io", "https://p/1"),
    ),
    "lark": (
        {
            "/me": {
                "code": 0,
                "data": {
                    "union_id": "1",
                    "open_id": "o",
                    "name": "Ada",
                    "en_name": "ada",
                    "email": "typed@x.io",
                    "enterprise_email": "a@corp.io",
                    "avatar_url": "https://p/1",
                },
            }
        },
        Profile("1", "Ada", "ada", "a@corp.io", "https://p/1"),
    ),
    "box": (
        {"/me": {"id": "1", "name": "Ada", "login": "a@x.io", "status": "active", "avatar_url": "https://p/1"}},
        Profile("1", "Ada", "", "a@x.io", "https://p/1"),
    ),
    "spotify": (
        {"/me": {"id": "1", "display_name": "Ada", "email": "typed@x.io", "images": [{"url": "https://p/1"}]}},
        Profile("1", "Ada", "", "", "https://p/1"),
    ),
    "trakt": (
        {
            "/me": {
                "user": {
                    "username": "ada",
                    "name": "Ada",
                    "ids": {"slug": "ada", "uuid": "1"},
                    "images": {"avatar": {"full": "https://p/1"}},
                }
            }
        },
        Profile("1", "Ada", "ada", "", "https://p/1"),
    ),
    "twitch": (
        {
            "/me": {
                "data": [
                    {
                        "id": "1",
                        "login": "ada",
                        "display_name": "Ada",
                        "email": "a@x.io",
                        "profile_image_url": "https://p/1",
                    }
                ]
            }
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "patreon": (
        {
            "/me": {
                "data": {
                    "id": "1",
                    "attributes": {
                        "full_name": "Ada",
                        "vanity": "ada",
                        "email": "a@x.io",
                        "is_email_verified": False,
                        "image_url": "https://p/1",
                    },
                }
            }
        },
        Profile("1", "Ada", "ada", "", "https://p/1"),
    ),
    "strava": (
        {"/me": {"id": 1, "username": "ada", "firstname": "Ada", "lastname": "L", "profile": "https://p/1"}},
        Profile("1", "Ada L", "ada", "", "https://p/1"),
    ),
    "wakatime": (
        {
            "/me": {
                "data": {
                    "id": "1",
                    "display_name": "Ada",
                    "username": "ada",
                    "email": "a@x.io",
                    "is_email_confirmed": True,
                    "photo": "https://p/1",
                }
            }
        },
        Profile("1", "Ada", "ada", "a@x.io", "https://p/1"),
    ),
    "livechat": (
        {
            "/me": {
                "account_id": "1",
                "name": "Ada",
                "email": "a@x.io",
                "email_verified": True,
                "avatar_url": "https://p/1",
            }
        },
        Profile("1", "Ada", "", "a@x.io", "https://p/1"),
    ),
    "mailcow": (
        {"/me": {"id": "ada@corp.io", "email": "ada@corp.io", "username": "ada@corp.io", "full_name": "Ada"}},
        Profile("ada@corp.io", "Ada", "ada", "ada@corp.io"),
    ),
    "planningcenter": (
        {"/me": {"data": {"id": "1", "attributes": {"status": "active", "name": "Ada", "avatar": "https://p/1"}}}},
        Profile("1", "Ada", "", "", "https://p/1"),
    ),
    "oidc": (
        {
            "/me": {
                "sub": "1",
                "name": "Ada",
                "preferred_username": "ada",
                "picture": "https://p/1",
                "email": "a@x.io",
                "email_verified": False,
            }
        },
        Profile("1", "Ada", "ada", "", "https://p/1"),
    ),
}


def test_every_provider_is_shown() -> None:
    assert set(ANSWERS) | {"apple", "oidc2", "oidc3"} == set(PROVIDERS)


async def identified(name: str, pages: dict[str, Any]) -> Profile:
    async with running(Site({})) as site:
        site.pages = {path: (200, {}, json.dumps(page).encode()) for path, page in pages.items()}
        url = f"http://127.0.0.1:{site.port}{next(iter(pages))}"
        found = configured_provider({"name": name, "clientId": "c", "clientSecret": "s", "userInfoURL": url})
        assert found is not None
        tokens = Tokens("access", "", None, {"email": "from@token.io"})
        person = await identify(CLIENT, *found, tokens, nonce="", now=NOW)
        assert "access" in site.requests[0][1]["authorization"]
        return person.profile


@pytest.mark.parametrize("name", ANSWERS)
async def test_who_it_is(name: str) -> None:
    pages, expected = ANSWERS[name]
    assert await identified(name, pages) == expected


@pytest.mark.parametrize("name", ANSWERS)
async def test_answers_that_name_nobody(name: str) -> None:
    for answer in NOBODY:
        with pytest.raises(Unusable):
            await identified(name, {next(iter(ANSWERS[name][0])): answer})


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("google", {"sub": "1", "email": "a@x.io", "email_verified": False}),
        ("google", {"sub": "1", "email": "a@x.io"}),
        ("microsoft", {"id": "1", "mail": "a@x.io", "userPrincipalName": "a_x.io#EXT#@evil.onmicrosoft.com"}),
        ("gitlab", {"id": 1, "email": "a@x.io", "confirmed_at": None}),
        ("discord", {"id": "1", "email": "a@x.io", "verified": False}),
        ("kakao", {"id": 1, "kakao_account": {"email": "a@x.io", "is_email_valid": True}}),
        ("oidc", {"sub": "1", "email": "a@x.io", "email_verified": "maybe"}),
        ("github", {"id": 1, "email": "a@x.io"}),
        ("livechat", {"account_id": "1", "email": "a@x.io"}),
    ],
)
async def test_only_verified_addresses_count(name: str, answer: Any) -> None:
    assert (await identified(name, {"/me": answer})).email == ""


@pytest.mark.parametrize("name", [name for name in PROVIDERS if not name.startswith(("oidc", "mailcow"))])
def test_where_a_log_in_starts(name: str) -> None:
    found = configured_provider({"name": name, "clientId": "c d", "clientSecret": "s"})
    assert found is not None
    provider, configured = found
    started = authorization(provider, configured)
    assert started.url.endswith("&redirect_uri=")
    query = parse_qs(urlsplit(started.url).query)
    assert list(query) == sorted(query)
    assert (query["client_id"], query["response_type"], query["state"]) == (["c d"], ["code"], [started.state])
    assert len(started.state) == 30
    assert query.get("scope", [""]) == [" ".join(provider.scopes)]
    if provider.pkce:
        assert len(started.verifier) == 43
        assert query["code_challenge"] == [started.challenge] == [challenge_of(started.verifier)]
        assert query["code_challenge_method"] == [started.method] == ["S256"]
    else:
        assert (started.verifier, started.challenge, started.method) == ("", "", "")
        assert "code_challenge" not in query
    for address in (configured.auth_url, configured.token_url, configured.user_info_url):
        assert address.startswith("https://") or (name == "apple" and not address)


def test_known_challenge() -> None:
    """The example of RFC 7636, appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_both_ways_to_say_who_we_are() -> None:
    """A provider that does not know a Basic header is asked again, and a wrong code is not tried twice."""
    async with running(Site({})) as site:
        url = f"http://127.0.0.1:{site.port}/t"
        found = configured_provider({"name": "oidc", "clientId": "a:b", "clientSecret": "s", "tokenURL": url})
        assert found is not None

        async def traded() -> Tokens:
            return await exchange(CLIENT, *found, code="c", verifier="v", redirect_url="https://r", now=NOW)

        site.pages["/t"] = (200, {}, b'{"access_token":"A","refresh_token":"R","expires_in":"60"}')
        tokens = await traded()
        assert (tokens.access, tokens.refresh, tokens.expires) == ("A", "R", NOW.replace(minute=1))
        assert len(site.requests) == 1
        for error, count in (("invalid_grant", 1), ("invalid_client", 2)):
            site.requests.clear()
            site.pages["/t"] = (400, {}, json.dumps({"error": error}).encode())
            with pytest.raises(Unusable, match=error):
                await traded()
            assert len(site.requests) == count
        assert parse_qs(site.requests[1][2].decode()) == {
            "grant_type": ["authorization_code"],
            "code": ["c"],
            "code_verifier": ["v"],
            "redirect_uri": ["https://r"],
            "client_id": ["a:b"],
            "client_secret": ["s"],
        }
        site.pages["/t"] = (200, {}, b"access_token=B&token_type=bearer")
        assert (await traded()).access == "B"
        for body in (b"", b"{}", b"[]", b"\xff", b'{"access_token":5.5}'):
            site.pages["/t"] = (200, {}, body)
            with pytest.raises(Unusable):
                await traded()


def test_a_secret_is_not_shown() -> None:
    found = configured_provider({"name": "google", "clientId": "c", "clientSecret": "s3cret"})
    assert found is not None
    assert "s3cret" not in repr(found)
    assert "s3cret" in repr(dataclasses.asdict(found[1]))
