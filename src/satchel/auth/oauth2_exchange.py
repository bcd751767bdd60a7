"""OAuth2, the provider's side: where to send a person, and who came back.

In charge of: a provider as a collection sets it up, the authorization address with state and PKCE, trading the code for
tokens, and asking who it is. Not in charge of: which account that is (`oauth2`). Called by `oauth2` and `methods`.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote, urlencode

from satchel.auth.providers import PROVIDERS
from satchel.auth.providers.contract import (
    Caller,
    Configured,
    Profile,
    Provider,
    Raw,
    Tokens,
    Unusable,
    Visit,
    text,
)
from satchel.errors import OutboundFailed
from satchel.outbound.client import Answer

STATE_LENGTH = 30
VERIFIER_LENGTH = 43
CHALLENGE_METHOD = "S256"
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Authorization:
    """One way to start a log-in. `url` ends where the client appends its redirect address. Without PKCE the three code
    texts are empty."""

    state: str
    url: str
    verifier: str = ""
    challenge: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who came back from a provider. `raw`: the provider's own words."""

    profile: Profile
    raw: Raw
    tokens: Tokens

    def named(self, name: str) -> Person:
        """The same person with a name that came another way."""
        return replace(self, profile=replace(self.profile, name=name))


def configured_provider(options: Mapping[str, Any]) -> tuple[Provider, Configured] | None:
    """A provider of a collection's options; None for a name that nobody knows."""
    provider = PROVIDERS.get(text(options, "name"))
    if provider is None:
        return None
    pkce = options.get("pkce")
    extra: Any = options.get("extra")
    return provider, Configured(
        provider.name,
        text(options, "displayName") or provider.display_name,
        text(options, "clientId"),
        text(options, "clientSecret"),
        text(options, "authURL") or provider.auth_url,
        text(options, "tokenURL") or provider.token_url,
        text(options, "userInfoURL") or provider.user_info_url,
        pkce if isinstance(pkce, bool) else provider.pkce,
        cast("Raw", extra) if isinstance(extra, Mapping) else {},
    )


def authorization(provider: Provider, configured: Configured) -> Authorization:
    """A fresh state and, with PKCE, a fresh verifier."""
    state = _random(STATE_LENGTH)
    parameters = {
        **provider.auth_parameters,
        "client_id": configured.client_id,
        "response_type": "code",
        "state": state,
    }
    if provider.scopes:
        parameters["scope"] = " ".join(provider.scopes)
    verifier = challenge = method = ""
    if configured.pkce:
        verifier, method = _random(VERIFIER_LENGTH), CHALLENGE_METHOD
        challenge = challenge_of(verifier)
        parameters |= {"code_challenge": challenge, "code_challenge_method": method}
    joint = "&" if "?" in configured.auth_url else "?"
    query = urlencode(sorted(parameters.items()))
    return Authorization(state, f"{configured.auth_url}{joint}{query}&redirect_uri=", verifier, challenge, method)


def challenge_of(verifier: str) -> str:
    """RFC 7636, 4.2: S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def exchange(
    caller: Caller,
    provider: Provider,
    configured: Configured,
    *,
    code: str,
    verifier: str,
    redirect_url: str,
    now: datetime,
) -> Tokens:
    """Trade the code for tokens. Raises Unusable, OutboundFailed."""
    form = {"grant_type": "authorization_code", "code": code}
    if redirect_url:
        form["redirect_uri"] = redirect_url
    if configured.pkce and verifier:
        form["code_verifier"] = verifier
    answer = await _authenticated(caller, provider, configured, form)
    raw = _token_answer(answer)
    access = text(raw, "access_token")
    if not 200 <= answer.status < 300 or not access:
        reason = text(raw, "error") or "no access token"
        raise Unusable(f"the token endpoint answered {answer.status} ({reason[:100]})")
    return Tokens(access, text(raw, "refresh_token"), _expiry(raw, now), raw)


async def identify(
    caller: Caller, provider: Provider, configured: Configured, tokens: Tokens, *, nonce: str, now: datetime
) -> Person:
    """Who the tokens belong to. Raises Unusable, OutboundFailed."""
    raw = await provider.fetch(Visit(caller, configured, tokens, now, nonce))
    return Person(provider.profile(raw), raw, tokens)


async def _authenticated(caller: Caller, provider: Provider, configured: Configured, form: Mapping[str, str]) -> Answer:
    """The token endpoint's answer, with our credentials where the provider wants them."""
    accept = {"Accept": "application/json"}
    posted = {**form, "client_id": configured.client_id, "client_secret": configured.client_secret}
    if provider.authentication == "post":
        return await caller.post_form(configured.token_url, posted, headers=accept)
    # RFC 6749, 2.3.1: both are form-encoded before they are joined.
    pair = f"{quote(configured.client_id, safe='')}:{quote(configured.client_secret, safe='')}"
    basic = {**accept, "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    answer = await caller.post_form(configured.token_url, form, headers=basic)
    if provider.authentication == "auto" and _is_other_way_wanted(answer):
        return await caller.post_form(configured.token_url, posted, headers=accept)
    return answer


def _is_other_way_wanted(answer: Answer) -> bool:
    """Whether it is we who were not known, and not the code that was wrong: a code is good for one try."""
    if answer.status == 401:
        return True
    return answer.status == 400 and text(_token_answer(answer), "error") in ("invalid_client", "invalid_request")


def _token_answer(answer: Answer) -> Raw:
    """The answer as an object; some providers answer with a form whatever they are asked for."""
    try:
        value = answer.json()
    except OutboundFailed:
        return answer.form() if len(answer.body) < 65536 else {}
    return cast("Raw", value) if isinstance(value, dict) else {}


def _expiry(raw: Raw, now: datetime) -> datetime | None:
    seconds = text(raw, "expires_in")
    if not seconds.isdecimal() or not 0 < int(seconds) < 10**9:
        return None
    return now + timedelta(seconds=int(seconds))


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def shown_providers() -> list[dict[str, str]]:
    """Every provider for the settings form: `name`, `displayName`, `logo`."""
    return [{"name": item.name, "displayName": item.display_name, "logo": item.logo} for item in PROVIDERS.values()]
