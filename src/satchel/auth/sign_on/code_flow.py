"""The authorization code flow, as both of its drivers go through it: away with state and PKCE, back with a code.

In charge of: the address to send a person to, whether who comes back is who went away, and trading the code, once. Not
in charge of: who it is (`oauth2`, `openid`), requests (`auth/oauth2_exchange`). Sources: RFC 6749, RFC 7636, RFC 9207.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote

import msgspec

from satchel.auth.oauth2_exchange import authorization, exchange
from satchel.auth.providers.contract import ClientAuthentication, Configured, Profile, Provider, Raw, Tokens, Unusable
from satchel.auth.providers.contract import at as at_path
from satchel.auth.providers.contract import text as text_at
from satchel.auth.sign_on.contract import Arrival, Departure, Identity, Tools
from satchel.auth.sign_on.options import Option, Options

CLIENT_OPTIONS = (
    Option("client_id", "The client's identifier at the provider.", required=True),
    Option("client_secret", "The client's secret. Empty for a public client.", secret=True),
    Option(
        "client_token_endpoint_auth_method",
        "How the client says who it is when it trades the code. Empty: whichever way the provider takes.",
        choices=("", "client_secret_basic", "client_secret_post", "none"),
    ),
    Option("params", "More parameters of the provider's log-in address: an object, as JSON.", kind="object"),
)
ROLE_MAPPING = Option(
    "role_mapping",
    "An object, as JSON: a group of the provider, and the id of the role that its people get. The first that fits"
    " counts, and every log-in sets the role.",
    kind="object",
)
GROUP_OPTIONS = (
    Option("group_claim_name", "Where the provider lists a person's groups.", default="groups"),
    ROLE_MAPPING,
)
_AUTHENTICATION: Mapping[str, ClientAuthentication] = {
    "client_secret_basic": "basic",
    "client_secret_post": "post",
    "none": "post",
}


class CodeFlow:
    """One provider's addresses. `issuer`: what it calls itself, "" if it does not say."""

    def __init__(
        self,
        options: Options,
        tools: Tools,
        *,
        auth_url: str,
        token_url: str,
        user_info_url: str,
        keys_url: str = "",
        issuer: str = "",
    ) -> None:
        self._tools = tools
        self._issuer = issuer
        self.keys_url = keys_url
        parameters = {name: _parameter(value) for name, value in options.entries("params").items()}
        self.provider = Provider(
            options.provider,
            options.provider,
            _no_profile,
            letters="",
            color="",
            scopes=tuple(options.text("scope").split()),
            authentication=_AUTHENTICATION.get(options.text("client_token_endpoint_auth_method"), "auto"),
            auth_parameters=parameters,
        )
        self.configured = Configured(
            options.provider,
            options.provider,
            options.text("client_id"),
            options.text("client_secret"),
            auth_url,
            token_url,
            user_info_url,
            pkce=True,
            extra={},
        )

    def depart(self, callback_url: str, *, prompt: bool, **more: str) -> Departure:
        """`more`: parameters of this log-in alone, which are kept as well."""
        parameters = {**self.provider.auth_parameters, **more, **({"prompt": "consent"} if prompt else {})}
        started = authorization(replace(self.provider, auth_parameters=parameters), self.configured)
        kept = {"state": started.state, "verifier": started.verifier, **more}
        return Departure(started.url + quote(callback_url, safe=""), kept)

    async def tokens(self, arrival: Arrival) -> Tokens:
        """What the code is worth. Raises Unusable, OutboundFailed."""
        returned, kept = arrival.returned, arrival.kept
        if kept is None:
            raise Unusable("this browser did not start a log-in, or took too long")
        state = returned.get("state", "")
        if not hmac.compare_digest(state.encode(), kept.get("state", "").encode()) or not state:
            raise Unusable("the log-in is not the one that this browser started (state)")
        if self._issuer and returned.get("iss", self._issuer) != self._issuer:
            raise Unusable("somebody else answers than was asked (iss)")
        if "error" in returned:
            raise Unusable(f"the provider refused ({returned['error'][:100]})")
        code = returned.get("code", "")
        if not code:
            raise Unusable("the provider gave no code")
        if not await self._tools.claims.take("sign-on", self.provider.name, state, seconds=86400):
            raise Unusable("this log-in was finished before")
        return await exchange(
            self._tools.caller,
            self.provider,
            self.configured,
            code=code,
            verifier=kept.get("verifier", ""),
            redirect_url=arrival.callback_url,
            now=self._tools.now(),
        )


def value_at(raw: Any, key: str) -> Any:
    """What stands under a key, or at a path of keys: `data.username`."""
    if not key:
        return None
    found = at_path(raw, key)
    return at_path(raw, *key.split(".")) if found is None else found


def person_of(raw: Raw, keys: Mapping[str, str]) -> Identity:
    """A provider's answer as a person. `keys`: where `identifier`, `email`, `first_name`, `last_name` and `groups`
    stand. Raises Unusable when it has no identifier, or one that is an address which nobody has verified.
    """
    identifier = text_at({"found": value_at(raw, keys["identifier"])}, "found")
    by_email = keys["identifier"] == keys["email"]
    verified = value_at(raw, "email_verified")
    verified = None if verified is None else verified in (True, "true")
    if not identifier:
        raise Unusable(f'the answer has no "{keys["identifier"]}" to know the person by')
    if by_email and verified is False:
        raise Unusable("the address that identifies the person is not verified")
    groups = value_at(raw, keys["groups"])
    listed = cast("list[Any]", groups) if isinstance(groups, list) else [groups]
    return Identity(
        identifier,
        text_at({"found": value_at(raw, keys["email"])}, "found"),
        verified,
        text_at({"found": value_at(raw, keys["first_name"])}, "found"),
        text_at({"found": value_at(raw, keys["last_name"])}, "found"),
        tuple(group for group in listed if isinstance(group, str)),
        exact=not by_email,
    )


def _parameter(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _no_profile(raw: Raw) -> Profile:
    raise AssertionError("who it is depends on the options, see `person_of`")
