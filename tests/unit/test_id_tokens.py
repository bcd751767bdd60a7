"""Log-ins with a real OpenID Connect provider, honest and lying: PKCE, signature, issuer, audience, time, nonce."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwk, jwt
from tests.identity_provider import IdentityProvider, identity_provider

from satchel.auth.oauth2_exchange import Person, authorization, configured_provider, exchange, identify
from satchel.auth.providers.contract import Unusable
from satchel.outbound.addresses import parse_exceptions
from satchel.outbound.client import Outbound

CLIENT = Outbound(exceptions=parse_exceptions(["127.0.0.0/8"]), context=ssl.create_default_context())
BACK = "http://127.0.0.1/back"


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        found.user("ada", email="ada@x.io", email_verified=True, name="Ada", preferred_username="ada")
        yield found


@pytest.fixture
def idp(running: IdentityProvider) -> Iterator[IdentityProvider]:
    yield running
    running.change, running.sign = dict, None


async def logged_in(idp: IdentityProvider, *, verifier: str | None = None, nonce: str = "", **options: Any) -> Person:
    """One whole log-in."""
    found = configured_provider(idp.options(**options))
    assert found is not None
    started = authorization(*found)
    extra = f"&nonce={nonce}" if nonce else ""
    came = idp.log_in(started.url.replace("&redirect_uri=", f"{extra}&redirect_uri="), "ada", BACK)
    assert came["state"] == started.state
    now = datetime.now(UTC)
    used = started.verifier if verifier is None else verifier
    tokens = await exchange(CLIENT, *found, code=came["code"], verifier=used, redirect_url=BACK, now=now)
    return await identify(CLIENT, *found, tokens, nonce=nonce, now=now)


def signed(idp: IdentityProvider, **more: Any) -> dict[str, Any]:
    """Options by which the ID token says who it is."""
    return {"userInfoURL": "", "extra": {"jwksURL": f"{idp.url}/jwks", "issuers": [idp.url], **more}}


async def test_by_user_info(idp: IdentityProvider) -> None:
    person = await logged_in(idp)
    assert (person.profile.id, person.profile.email, person.profile.username) == ("ada", "ada@x.io", "ada")
    assert person.tokens.access
    assert person.tokens.expires is not None


async def test_by_id_token(idp: IdentityProvider) -> None:
    person = await logged_in(idp, **signed(idp))
    assert (person.profile.id, person.profile.email) == ("ada", "ada@x.io")


async def test_pkce(idp: IdentityProvider) -> None:
    assert (await logged_in(idp)).profile.id == "ada"
    assert len(idp.traded[-1]["code_verifier"]) == 43
    for wrong in ("", "x" * 43):
        with pytest.raises(Unusable, match="invalid_grant"):
            await logged_in(idp, verifier=wrong)
    assert (await logged_in(idp, pkce=False)).profile.id == "ada"
    assert "code_verifier" not in idp.traded[-1]


async def test_a_code_is_good_once(idp: IdentityProvider) -> None:
    found = configured_provider(idp.options())
    assert found is not None
    started = authorization(*found)
    code = idp.log_in(started.url, "ada", BACK)["code"]
    given = {"code": code, "verifier": started.verifier, "redirect_url": BACK, "now": datetime.now(UTC)}
    await exchange(CLIENT, *found, **given)
    with pytest.raises(Unusable):
        await exchange(CLIENT, *found, **given)


async def test_nonce(idp: IdentityProvider) -> None:
    assert (await logged_in(idp, nonce="n0nce", **signed(idp))).profile.id == "ada"
    for lie in ({"nonce": "other"}, {"nonce": None}):
        idp.change = lambda claims, lie=lie: {**claims, **lie}
        with pytest.raises(Unusable, match="nonce"):
            await logged_in(idp, nonce="n0nce2", **signed(idp))


CLAIM_LIES: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "audience": {"aud": ["somebody else"]},
    "audience text": {"aud": "satchel2"},
    "no audience": {"aud": None},
    "other client": {"azp": "somebody else"},
    "expired": {"exp": int(time.time()) - 3600},
    "no expiry": {"exp": None},
    "expiry text": {"exp": "never"},
    "not yet": {"nbf": int(time.time()) + 3600},
    "from the future": {"iat": int(time.time()) + 3600},
    "nobody": {"sub": ""},
}


@pytest.mark.parametrize("lie", CLAIM_LIES)
@pytest.mark.parametrize("keys", [True, False])
async def test_claims_that_are_not_right(idp: IdentityProvider, lie: str, keys: bool) -> None:
    """With and without a look at the signature."""
    idp.change = lambda claims: {**claims, **CLAIM_LIES[lie]}
    options = signed(idp)
    if not keys:
        del options["extra"]["jwksURL"]
    with pytest.raises(Unusable):
        await logged_in(idp, **options)


def _broken(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    head, body, signature = jwt.encode({"alg": "RS256", "kid": "test-key"}, claims, idp.key).split(".")
    return f"{head}.{body}.{signature[:-6]}AAAAAA"


def _unsigned(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    import base64
    import json

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'kid': 'test-key'})}.{part(claims)}."


def _by_shared_secret(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    """The public key as the secret of an HMAC."""
    return jwt.encode({"alg": "HS256", "kid": "test-key"}, claims, jwk.OctKey.import_key(idp.key.as_pem(private=False)))


def _by_client_secret(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, jwk.OctKey.import_key("s3cret"))


def _by_another_key(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "test-key"}, claims, jwk.RSAKey.generate_key(2048))


def _by_its_own_key(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    """The token brings the key that it is to be checked by."""
    key = jwk.RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "jwk": key.as_dict(private=False)}, claims, key)


SIGNATURES: dict[str, Callable[[IdentityProvider, dict[str, Any]], str]] = {
    "broken": _broken,
    "none": _unsigned,
    "the public key as a secret": _by_shared_secret,
    "the client secret": _by_client_secret,
    "another key": _by_another_key,
    "its own key": _by_its_own_key,
    "no token": lambda idp, claims: "",
    "no JWT": lambda idp, claims: "a.b",
}


@pytest.mark.parametrize("way", SIGNATURES)
async def test_signatures_that_are_not_right(idp: IdentityProvider, way: str) -> None:
    idp.sign = lambda claims: SIGNATURES[way](idp, claims)
    with pytest.raises(Unusable):
        await logged_in(idp, **signed(idp))
    if way != "its own key":
        both = {**signed(idp), "userInfoURL": f"{idp.url}/userinfo"}
        with pytest.raises(Unusable):
            await logged_in(idp, **both)


async def test_without_a_list_of_issuers_the_host_decides(idp: IdentityProvider) -> None:
    options = signed(idp)
    del options["extra"]["issuers"]
    assert (await logged_in(idp, **options)).profile.id == "ada"
    idp.change = lambda claims: {**claims, "iss": "https://evil.example"}
    with pytest.raises(Unusable, match="issuer"):
        await logged_in(idp, **options)


async def test_user_info_and_id_token_are_about_the_same_person(idp: IdentityProvider) -> None:
    both = {**signed(idp), "userInfoURL": f"{idp.url}/userinfo"}
    assert (await logged_in(idp, **both)).profile.id == "ada"
    idp.change = lambda claims: {**claims, "sub": "eve"}
    with pytest.raises(Unusable, match="different people"):
        await logged_in(idp, **both)
