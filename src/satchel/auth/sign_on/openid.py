"""Signing on by OpenID Connect: the person is whoever the signed ID token names.

In charge of: the driver's options, the provider's own description (discovery), the ID token with its nonce, and the
user info beside it. Not in charge of: the flow (`code_flow`), checking tokens (`providers/id_token`). Sources: OpenID
Connect Core 1.0, Discovery 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from satchel.auth.providers.contract import Raw, Unusable, Visit, fetch_user_info, text
from satchel.auth.providers.id_token import signed_claims
from satchel.auth.sign_on.code_flow import CLIENT_OPTIONS, GROUP_OPTIONS, CodeFlow, person_of
from satchel.auth.sign_on.contract import Arrival, Departure, Driver, Identity, Tools
from satchel.auth.sign_on.options import Option, Options
from satchel.auth.tokens import random_text

WELL_KNOWN = "/.well-known/openid-configuration"
DISCOVERY_SECONDS = 3600
NONCE_LENGTH = 43
TENANT = "{tenantid}"
"""What stands for the tenant in the name of an issuer that serves all of them (Microsoft)."""

OPTIONS = (
    *CLIENT_OPTIONS,
    Option("scope", "What is asked of the provider, separated by spaces.", default="openid profile email"),
    Option(
        "issuer_url",
        "The provider's address, or that of its description (`/.well-known/…`).",
        kind="url",
        required=True,
    ),
    Option("identifier_key", "The claim that people are known by.", default="sub"),
    Option(
        "require_verified_email",
        "New people need an address that the provider has verified.",
        kind="boolean",
    ),
    *GROUP_OPTIONS,
)


@dataclass(frozen=True, slots=True)
class _Described:
    flow: CodeFlow
    issuer: str
    until: datetime


class OpenId:
    def __init__(self, options: Options, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._described: _Described | None = None
        url = options.text("issuer_url")
        self._url = url if "/.well-known/" in url else url.rstrip("/") + WELL_KNOWN
        self._keys = {
            "identifier": options.text("identifier_key"),
            "email": "email",
            "first_name": "given_name",
            "last_name": "family_name",
            "groups": options.text("group_claim_name"),
        }

    async def depart(self, callback_url: str, *, prompt: bool) -> Departure:
        described = await self._discover()
        return described.flow.depart(callback_url, prompt=prompt, nonce=random_text(NONCE_LENGTH))

    async def arrive(self, arrival: Arrival) -> Identity:
        described = await self._discover()
        flow = described.flow
        tokens = await flow.tokens(arrival)
        nonce = (arrival.kept or {}).get("nonce", "")
        if not nonce:
            raise Unusable("the log-in has no nonce")
        visit = Visit(self._tools.caller, flow.configured, tokens, self._tools.now(), nonce)
        claims = await signed_claims(visit, keys_url=flow.keys_url, issuer=_is_named)
        if text(claims, "iss") != described.issuer.replace(TENANT, text(claims, "tid") or TENANT):
            raise Unusable("the ID token is another issuer's")
        return person_of(await self._with_user_info(visit, claims), self._keys)

    async def _with_user_info(self, visit: Visit, claims: Raw) -> Raw:
        """The claims with what the user info adds."""
        if not visit.configured.user_info_url:
            return claims
        more = await fetch_user_info(visit)
        if text(claims, "sub") != text(more, "sub"):
            raise Unusable("the ID token and the user info speak of different people")
        return {**claims, **more}

    async def _discover(self) -> _Described:
        """The provider's description, not older than an hour. Raises Unusable, OutboundFailed."""
        now = self._tools.now()
        if self._described is not None and now < self._described.until:
            return self._described
        answer = await self._tools.caller.get(self._url, headers={"Accept": "application/json"})
        found = answer.json() if answer.status == 200 else None
        if not isinstance(found, dict):
            raise Unusable(f"the provider's description was answered with {answer.status}")
        raw = cast("dict[str, Any]", found)
        issuer = text(raw, "issuer")
        if not issuer:
            raise Unusable("the provider's description names no issuer")
        flow = CodeFlow(
            self._options,
            self._tools,
            auth_url=_address(raw, "authorization_endpoint"),
            token_url=_address(raw, "token_endpoint"),
            user_info_url=text(raw, "userinfo_endpoint"),
            keys_url=_address(raw, "jwks_uri"),
            issuer="" if TENANT in issuer else issuer,
        )
        self._described = _Described(flow, issuer, now + timedelta(seconds=DISCOVERY_SECONDS))
        return self._described


def _is_named(issuer: str) -> bool:
    """Which issuer it has to be may hang on the token's other claims, so it is compared afterwards."""
    return bool(issuer)


def _address(raw: Mapping[str, Any], name: str) -> str:
    found = text(raw, name)
    if urlsplit(found).scheme not in ("http", "https"):
        raise Unusable(f"the provider's description has no {name}")
    return found


DRIVER = Driver("openid", "redirecting", OPTIONS, OpenId)
