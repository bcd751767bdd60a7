"""Registration: people who make a user for themselves, where the project's settings let them.

In charge of: who may register, the user that is made, and proving that the address is theirs. Not in charge of: the
link and the mail (`user_links`), what makes a good password (`payloads`). Called by the Directus wire.

An answer does not tell whether an address is known: a known one and a new one are checked alike, a password is hashed
for both, and every answer takes the same time. Registering is limited by address of the caller, as each one costs a
hash and perhaps a mail to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from satchel.auth.access import USERS, User
from satchel.auth.accounts import Accounts
from satchel.auth.claims import Claims
from satchel.auth.payloads import BAD_EMAIL, password_complaints
from satchel.auth.stalling import at_least
from satchel.auth.superusers import is_email
from satchel.auth.user_changes import UserChanges
from satchel.auth.user_links import VERIFY, UserLinks, state_of
from satchel.config import Settings
from satchel.engine.engine import Engine
from satchel.engine.policy_check import check_rules
from satchel.engine.store import Item, Store
from satchel.errors import ConstraintFailed, Forbidden, SatchelError, Unauthenticated, ValidationFailed
from satchel.expr.syntax_tree import parse_rule
from satchel.http.ratelimit import RateLimiter, Rule
from satchel.policy.actor import Actor, Context

SETTINGS = "directus_settings"
SETTINGS_FIELDS = (
    "public_registration",
    "public_registration_verify_email",
    "public_registration_role",
    "public_registration_email_filter",
)
FIELDS = ("email", "password", "first_name", "last_name")
UNVERIFIED = "unverified"
LABEL = "POST /users/register"
MAILS, MAILS_SECONDS = 3, 3600


class Registration:
    """`now`: the current instant, in UTC."""

    def __init__(
        self,
        accounts: Accounts,
        engine: Engine,
        store: Store,
        changes: UserChanges,
        links: UserLinks,
        claims: Claims,
        settings: Settings,
        now: Callable[[], datetime],
        limiter: RateLimiter,
    ) -> None:
        self._accounts = accounts
        self._engine = engine
        self._store = store
        self._changes = changes
        self._links = links
        self._claims = claims
        self._settings = settings
        self._now = now
        self._limiter = limiter.beside("registration")
        if settings.register_requests_max >= 0:
            rule = Rule(LABEL, "", settings.register_window_seconds, settings.register_requests_max)
            self._limiter.use([rule], ())

    async def register(self, values: Mapping[str, str], url: str | None, ip: str | None) -> None:
        """Make a user of `FIELDS`. The same answer for an address that is taken. Raises Forbidden (registration is off,
        or the address is not wanted), InvalidPayload (`url`), ValidationFailed, TooManyRequests.
        """
        if self._limiter.active:
            self._limiter.check((LABEL,), scope="", client=ip or "", guest=True)
        await at_least(self._settings.register_stall_milliseconds, lambda: self._register(values, url))

    async def _register(self, values: Mapping[str, str], url: str | None) -> None:
        rows = await self._store.select(SETTINGS, SETTINGS_FIELDS, limit=1)
        if not rows or not rows[0]["public_registration"]:
            raise Forbidden("Nobody can register here.")
        project = rows[0]
        self._links.check(VERIFY, url, self._settings.user_register_url_allow_list)
        email = values["email"].strip().lower()
        if not is_email(email):
            raise ValidationFailed([BAD_EMAIL], collection=USERS)
        complaints = await password_complaints(values["password"], self._store)
        if complaints:
            raise ValidationFailed(complaints, collection=USERS)
        self._check_wanted(project, email)
        verify = bool(project["public_registration_verify_email"])
        user = await self._changes.find_by_email(email)
        if user is None:
            user = await self._create(project, {**values, "email": email}, verify=verify)
        else:
            await self._accounts.hash_password(values["password"])  # as long as for a new one
        if user is not None and verify and user.status == UNVERIFIED:
            await self._mail(user, url)

    def _check_wanted(self, project: Item, email: str) -> None:
        """Raise Forbidden for an address that the project's filter leaves out. One that can't be read leaves out
        all."""
        wanted: Any = project["public_registration_email_filter"]
        if not wanted:
            return
        collection = self._engine.catalog.collections[USERS]
        context = Context(Actor.public(), self._now())
        try:
            refused = check_rules([parse_rule(wanted, collection=USERS)], {"email": email}, collection, context, "")
        except (SatchelError, TypeError):
            raise Forbidden("The filter for addresses can't be understood.") from None
        if refused:
            raise Forbidden("This address is not wanted.")

    async def _create(self, project: Item, values: Mapping[str, str], *, verify: bool) -> User | None:
        status = UNVERIFIED if verify else "active"
        row = {**values, "role": project["public_registration_role"], "status": status}
        try:
            key = await self._changes.create(row, "public registration")
        except ConstraintFailed:
            return None  # somebody else registers it at this moment
        except ValidationFailed as error:
            if any(item.code == "not_unique" for item in error.errors):
                return None
            raise
        return await self._changes.find(key)

    async def _mail(self, user: User, url: str | None) -> None:
        if await self._claims.count("registration mails", user.id, seconds=MAILS_SECONDS) <= MAILS:
            self._links.post(VERIFY, user, seconds=self._settings.email_verification_ttl_seconds, url=url)

    async def verify(self, token: str) -> str:
        """Let in who registered, by the link of the mail; the user's id. Raises Unauthenticated (`invalid`,
        `expired`)."""
        claims = self._links.read(VERIFY, token)

        async def work() -> None:
            user = await self._changes.find(claims["id"])
            if user is None or user.status != UNVERIFIED or state_of(user) != claims["hash"]:
                raise _spent()
            await self._changes.update(user.id, {"status": "active"}, "verified registration")

        if not await self._changes.once(claims["id"], work):
            raise _spent()
        return str(claims["id"])


def _spent() -> Unauthenticated:
    return Unauthenticated("Invalid token.", reason="invalid")
