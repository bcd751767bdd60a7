"""Accounts: who asks, and how they sign in. The one door to this room for wires, the command line and the app.

In charge of: the public verbs (resolve a token, log in, refresh, log out, superusers, the set-up link, grants,
contexts). Not in charge of: cookies, headers and the wording of answers (the wires), or what grants mean
(`plan/secure`).

Errors: `Unauthenticated` with `details["reason"]`:
`credentials` (wrong user, password or status), `expired`, `invalid` (a forged or malformed token), `unknown` (a token,
session or refresh token that nobody holds, or whose user is gone, inactive or no longer an admin), `suspended`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from satchel.policy.actor import Actor, Context
from satchel.policy.grant import Grants

Mode = Literal["json", "cookie", "session"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a log-in or refresh gives.

    `refresh_token` is "" in session mode, where `access_token` is the value of the session cookie.
    `expires_milliseconds`: life of
    the access token. `cookie_seconds`: life of the cookie that the mode wants.
    """

    mode: Mode
    access_token: str
    refresh_token: str
    expires_milliseconds: int
    cookie_seconds: int


@dataclass(frozen=True, slots=True)
class SuperuserSignIn:
    """A PocketBase sign-in: `record` with `id`, `email`, `emailVisibility`, `verified`, `created`, `updated`,
    `collectionId` and `collectionName`; `token` for the `Authorization` header."""

    record: Mapping[str, Any]
    token: str


class Accounts:
    """See the module's text. One per process; safe for many tasks at once."""

    async def start(self) -> None:
        """Seed a new store (role and policy Administrator, the public policy), read what grants are made of."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop the hashing threads."""
        raise NotImplementedError

    # --- who asks

    async def resolve(self, token: str | None, *, ip: str | None) -> Actor:
        """The Actor of any kind of token: a Directus access, session or static token, a PocketBase token.

        None and "" give the public Actor. Raises Unauthenticated (`expired`, `invalid`, `unknown`).
        """
        raise NotImplementedError

    async def guest(self, *, ip: str | None) -> Actor:
        """The public Actor, with the public policies in force for that address."""
        raise NotImplementedError

    async def grants(self, actor: Actor) -> Grants:
        """All grants of an actor, from collection rules and policies. Cached; equal `token` means equal grants."""
        raise NotImplementedError

    def context(
        self,
        actor: Actor,
        *,
        method: str = "GET",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        kind: str = "default",
    ) -> Context:
        """The Context of one request, with one instant for all of it.

        `query`: first value per key. `headers`: names in any case (rules see `X-Token` as `x_token`). `kind`:
        PocketBase's `@request.context` (`default`, `password`, `expand`, `batch`, …).
        """
        raise NotImplementedError

    # --- Directus sign-in

    async def login(
        self, email: str, password: str, *, mode: Mode = "json", ip: str | None = None, user_agent: str | None = None
    ) -> SignIn:
        """Raises Unauthenticated (`credentials`), after the stall time."""
        raise NotImplementedError

    async def refresh(
        self, token: str, *, mode: Mode = "json", ip: str | None = None, user_agent: str | None = None
    ) -> SignIn:
        """Trade a refresh token (in session mode: the session token) for a new one; the old one dies.

        Raises Unauthenticated: `unknown`, `suspended`, and in session mode `expired` or `invalid`.
        """
        raise NotImplementedError

    async def logout(self, token: str, *, mode: Mode = "json") -> None:
        """End a session. A token that nobody holds is no error."""
        raise NotImplementedError

    # --- PocketBase sign-in

    async def superuser_login(
        self, identity: str, password: str, *, ip: str | None = None, user_agent: str | None = None
    ) -> SuperuserSignIn:
        """Raises Unauthenticated (`credentials`), after the stall time."""
        raise NotImplementedError

    async def superuser_refresh(self, token: str, *, ip: str | None = None) -> SuperuserSignIn:
        """A new token for a valid one. Raises Unauthenticated like `resolve`."""
        raise NotImplementedError

    # --- superusers and the first start

    async def has_superuser(self) -> bool:
        """Whether an active user with admin access exists."""
        raise NotImplementedError

    async def create_superuser(self, email: str, password: str) -> str:
        """The new user's id. Raises ValidationFailed (`email`, `password`; `not_unique` when the address is taken)."""
        raise NotImplementedError

    async def upsert_superuser(self, email: str, password: str) -> tuple[str, bool]:
        """Create, or set the password of the one that exists (made an active admin). (id, whether it was created)."""
        raise NotImplementedError

    async def update_superuser(self, email: str, password: str) -> str:
        """Set a superuser's password and end its sessions. Raises NotFound, ValidationFailed."""
        raise NotImplementedError

    async def delete_superuser(self, email: str) -> None:
        """Raises NotFound; Unprocessable for the last admin."""
        raise NotImplementedError

    async def setup_token(self) -> str | None:
        """A new single-use token for the set-up link, good for 30 minutes; earlier ones die. None: an admin exists."""
        raise NotImplementedError

    async def setup(
        self, token: str, email: str, password: str, *, ip: str | None = None, user_agent: str | None = None
    ) -> str:
        """Spend the set-up token on the first admin; its id.

        Raises Unauthenticated (`unknown`, `expired`) and ValidationFailed.
        """
        raise NotImplementedError

    # --- for the engine and the wires' write paths

    async def hash_password(self, password: str) -> str:
        """An argon2id hash, made off the event loop. Raises ValidationFailed for a password that is too long."""
        raise NotImplementedError

    async def verify_password(self, password: str, stored: str | None) -> bool:
        """Whether `stored` (argon2 or bcrypt) is the password's hash; the same work is done when it is None."""
        raise NotImplementedError
