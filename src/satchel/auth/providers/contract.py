"""What an identity provider is: one file per provider with one constant, `PROVIDER`.

In charge of: the shape, the usual way from an access token to a person, and reading answers whose form nobody promises.
Not in charge of: the log-in itself (`auth/oauth2`). Read by every file of this folder.

A profile's `email` is only ever one that the provider has verified: accounts are joined by it, so an address that
anybody can type into a profile must not get there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, cast

from satchel.auth.providers.logo import monogram
from satchel.errors import OutboundFailed
from satchel.outbound.client import Answer

Raw = Mapping[str, Any]

ClientAuthentication = Literal["basic", "post", "auto"]
"""How we say who we are at the token endpoint: a header, the form, or the header and then the form."""


class Caller(Protocol):
    """The guarded client, as far as providers need it."""

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, body_bytes: int | None = None
    ) -> Answer: ...

    async def post_form(
        self, url: str, values: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Answer: ...

    async def post_json(self, url: str, value: Any, *, headers: Mapping[str, str] | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Configured:
    """A provider as a collection sets it up: its own values where it has them, else the provider's."""

    name: str
    display_name: str
    client_id: str
    client_secret: str = field(repr=False)
    auth_url: str
    token_url: str
    user_info_url: str
    pkce: bool
    extra: Raw


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token endpoint's answer. `expires`: None when it does not say. `raw`: all of it."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: datetime | None
    raw: Raw = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person at a provider. `id` is never empty. `email`: a verified address, or ""."""

    id: str
    name: str = ""
    username: str = ""
    email: str = ""
    avatar_url: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One log-in: what `fetch` works with. `nonce`: what the ID token has to hold, or "" for any."""

    caller: Caller
    configured: Configured
    tokens: Tokens
    now: datetime
    nonce: str = ""

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.access}", "Accept": "application/json"}


Fetch = Callable[[Visit], Awaitable[Raw]]


async def fetch_user_info(visit: Visit) -> Raw:
    """GET the user info address with the access token."""
    return await get_object(visit, visit.configured.user_info_url)


@dataclass(frozen=True, slots=True)
class Provider:
    """`profile`: the fetched answer as a person; may raise Unusable. `letters`, `color`: of the logo."""

    name: str
    display_name: str
    profile: Callable[[Raw], Profile]
    letters: str
    color: str
    auth_url: str = ""
    token_url: str = ""
    user_info_url: str = ""
    scopes: tuple[str, ...] = ()
    pkce: bool = True
    fetch: Fetch = fetch_user_info
    authentication: ClientAuthentication = "auto"
    auth_parameters: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def logo(self) -> str:
        return monogram(self.letters, self.color)


class Unusable(Exception):
    """A provider's answer names nobody who could sign in; the text says why, for the log."""


# --- reading answers


async def get_object(visit: Visit, url: str, headers: Mapping[str, str] | None = None) -> Raw:
    """GET a JSON object. Raises OutboundFailed, Unusable."""
    return _object(await visit.caller.get(url, headers={**visit.bearer, **(headers or {})}))


async def query_object(visit: Visit, url: str, query: str, headers: Mapping[str, str] | None = None) -> Raw:
    """Ask a GraphQL address; its JSON object. Raises OutboundFailed, Unusable."""
    answer = await visit.caller.post_json(url, {"query": query}, headers={**visit.bearer, **(headers or {})})
    return _object(answer)


def _object(answer: Answer) -> Raw:
    value = answer.json() if 200 <= answer.status < 300 else None
    if not isinstance(value, dict):
        raise Unusable(f"the provider answered {answer.status}")
    return cast("dict[str, Any]", value)


async def get_list(visit: Visit, url: str) -> list[Raw]:
    """GET a JSON list of objects; nothing when the provider refuses (a scope that was not granted)."""
    try:
        answer = await visit.caller.get(url, headers=visit.bearer)
        value = answer.json() if 200 <= answer.status < 300 else None
    except OutboundFailed:
        return []
    return objects(value)


def objects(value: Any) -> list[Raw]:
    """The objects of a list, nothing of anything else."""
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", item) for item in cast("list[object]", value) if isinstance(item, dict)]


def address_among(items: Iterable[Raw], accepted: Callable[[Raw], bool]) -> str:
    """The `email` of the first accepted item; "" without one."""
    return next((text(item, "email") for item in items if accepted(item)), "")


def at(raw: Any, *path: str | int) -> Any:
    """What stands at a path of names and positions; None where there is no such path."""
    for part in path:
        if isinstance(part, int):
            items = cast("list[Any]", raw) if isinstance(raw, list) else []
            raw = items[part] if part < len(items) else None
        else:
            raw = cast("Mapping[str, Any]", raw).get(part) if isinstance(raw, Mapping) else None
    return raw


def text(raw: Any, *path: str | int) -> str:
    """The text (or whole number as text) at a path; "" for anything else."""
    value = at(raw, *path)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def key(raw: Any, *path: str | int) -> str:
    """A person's id, which must be there. Raises Unusable."""
    found = text(raw, *path)
    if not found:
        raise Unusable("the provider's answer has no id")
    return found


def yes(raw: Any, *path: str | int) -> bool:
    """Whether true, or its text, stands at a path."""
    return at(raw, *path) in (True, "true")
