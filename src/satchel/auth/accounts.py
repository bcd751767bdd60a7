"""Accounts: who asks, and how they sign in. The one door to this room for wires, the command line and the app.

In charge of: the public verbs (resolve a token, log in, refresh, log out, superusers, the set-up link, grants,
contexts). Not in charge of: cookies, headers and the wording of answers (the wires), or what grants mean
(`plan/secure`).

Errors: `Unauthenticated` with `details["reason"]`:
`credentials` (wrong user, password or status), `expired`, `invalid` (a forged or malformed token), `unknown` (a token,
session or refresh token that nobody holds, or whose user is gone, inactive or no longer an admin), `suspended`, `otp`
(the password was right, and a second factor is missing).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from satchel.auth import attempts
from satchel.auth.access import DEFAULT_PROVIDER, USERS, Access, User, find_users
from satchel.auth.admins import active_admins
from satchel.auth.claims import Claims
from satchel.auth.guesses import WINDOW_SECONDS, Guesses
from satchel.auth.passwords import Passwords
from satchel.auth.record_sign_in import RecordSignIn
from satchel.auth.records import AuthRecord, Records, StoredRows, Verified
from satchel.auth.seeds import seed
from satchel.auth.sessions import iso
from satchel.auth.shares import Shares
from satchel.auth.superusers import Superusers, check
from satchel.auth.tokens import Tokens, digest, kind_of, peek
from satchel.auth.totp import Totp
from satchel.auth.user_sessions import Mode, SignIn, UserSessions, unknown, welcome
from satchel.config import Settings
from satchel.engine.store import Store, StoreSession
from satchel.errors import NotFound, TooManyRequests, Unauthenticated, Unprocessable
from satchel.model.catalog import Catalog
from satchel.model.fields.password import BCRYPT_COST
from satchel.model.system.sign_in import SUPERUSERS
from satchel.policy.actor import Actor, Context, Share
from satchel.policy.grant import Grants
from satchel.policy.share_grants import Reach

Result = TypeVar("Result")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account at this moment. `proof`: changes when what was signed for it before is good no more."""

    actor: Actor
    proof: str = ""


class Accounts:
    """See the module's text. One per process; safe for many tasks at once.

    `records` and `sign_in` are the verbs about records of auth collections and superusers. `catalog` gives the current
    snapshot; `rows` the stored rows of the engine; `now` the current instant (UTC), `clock` seconds that only grow.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        catalog: Callable[[], Catalog],
        rows: StoredRows,
        *,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        assert settings.secret, "Accounts need the secret that signs tokens"
        self._store = store
        self._catalog = catalog
        self._settings = settings
        self.now = now
        self._clock = clock
        self.access = Access(store, catalog, clock, Reach(settings.share_depth_max, settings.share_ways_max))
        # whoever serves a folder of PocketBase's may want it to read the new ones
        self.passwords = Passwords(cost=BCRYPT_COST if settings.pocketbase_path is not None else 0)
        self.tokens = Tokens(settings.secret, lambda: now().timestamp())
        self.claims = Claims(store, now)
        self.totp = Totp(settings.secret, self.claims, now)
        self.sessions = UserSessions(store, settings, self.access, self.tokens, now)
        self.superusers = Superusers(store, now)
        self.records = Records(self.access, self.tokens, catalog, rows)
        guesses = self._guesses = Guesses(settings.login_guesses_max, self.claims, settings.secret)
        self.sign_in = RecordSignIn(self.records, self.passwords, guesses, self._superuser_by_password)
        self.shares = Shares(store, self.access, self.sessions, self.passwords, guesses, self.stalled, now)

    async def start(self) -> None:
        """Seed a new store (role and policy Administrator, the public policy), read what grants are made of."""
        await seed(self._store)
        await self.access.refresh()

    async def close(self) -> None:
        """Stop the hashing threads."""
        self.passwords.close()

    # --- who asks

    async def resolve(self, token: str | None, *, ip: str | None) -> Actor:
        """The Actor of any kind of token: a Directus access, session or static token, a PocketBase token.

        None and "" give the public Actor. Raises Unauthenticated (`expired`, `invalid`, `unknown`).
        """
        if not token:
            return await self.guest(ip=ip)
        await self.access.refresh()
        known = self.access.bearer(token, ip, self.tokens.now())
        if known is not None:
            return known
        claims = peek(token)
        match kind_of(claims):
            case "directus":
                return await self.sessions.actor(token, ip)
            case "pocketbase":
                return self._record_actor(await self.records.verify(token, "auth"), ip)
            case "static":
                user = await self.access.holder(token)
                # Programs come by static tokens, and can't show a second factor.
                return self.access.actor(welcome(user), ip)

    async def guest(self, *, ip: str | None) -> Actor:
        """The public Actor, with the public policies in force for that address."""
        await self.access.refresh()
        return self.access.actor(None, ip)

    async def stand_in(self, key: str, *, ip: str | None) -> Actor:
        """A user as whom an admin looks at things; `public` for a guest. Raises NotFound, Unprocessable."""
        if key == "public":
            return await self.guest(ip=ip)
        user = await self.access.user(key)
        if user is None:
            raise NotFound(f"There is no user {key}.")
        if not user.active:
            raise Unprocessable(f"The user {user.email or user.id} is {user.status} and sees nothing.")
        return self.access.actor(user, ip)

    async def standing(self, actor: Actor) -> Standing | None:
        """The same caller, as of now; None if there is no such account any more, or it may not come in as what it was.

        For whoever keeps a caller for longer than a request (realtime).
        """
        if actor.share is not None:
            return await self._standing_of_share(actor.share, actor.ip)
        if actor.kind != "user" or actor.key is None:
            return Standing(await self.guest(ip=actor.ip))
        if actor.collection != USERS:
            return await self._standing_of_record(actor)
        user = await self.access.user(actor.key)
        if user is None or not user.active:
            return None
        now = self.access.actor(user, actor.ip)
        if actor.unproven:
            now = self.access.proven(now, user)
        key = self.tokens.superuser_key(user.id, user.password, user.email, user.token_key)
        # the tokens of a superuser are void as soon as the account is none any more
        return Standing(now, digest(f"{key} {now.admin}"))

    async def _standing_of_share(self, share: Share, ip: str | None) -> Standing | None:
        try:
            return Standing(await self.access.share_actor(share.id, ip, self.now()), share.id)
        except Unauthenticated:
            return None

    async def _standing_of_record(self, actor: Actor) -> Standing | None:
        collection = self._catalog().get(actor.collection or "")
        if collection is None or collection.type != "auth" or actor.key is None:
            return None
        record = await self.records.find(collection, actor.key)
        if record is None:
            return None
        return Standing(self.records.actor(record, actor.ip), self.records.proof(record))

    def changed(self) -> None:
        """Somebody else changed accounts or rights: look before the next answer."""
        self.access.changed()

    async def grants(self, actor: Actor) -> Grants:
        """All grants of an actor, from collection rules and policies. Cached; equal `token` means equal grants."""
        return self.access.grants(actor)

    def enforces_second_factor(self, actor: Actor) -> bool:
        """Whether a policy in force for the caller asks for a second factor."""
        held = self.access.book.policies
        return actor.unproven or any(held[name].enforce_tfa for name in actor.policies if name in held)

    async def asks_second_factor(self, actor: Actor) -> bool:
        """The same, unless the caller has shown one that is no authenticator app's: a passkey."""
        if actor.unproven or not self.enforces_second_factor(actor):
            return actor.unproven
        user = await self.access.user(actor.key) if actor.key is not None and actor.collection == USERS else None
        return user is None or user.second_factor

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
        seen = {name.lower().replace("-", "_"): value for name, value in (headers or {}).items()}
        request = {
            "context": kind,
            "method": method.upper(),
            "query": query or {},
            "headers": seen,
            "body": body or {},
        }
        return Context(actor, self.now(), request)

    def _record_actor(self, verified: Verified, ip: str | None) -> Actor:
        record = verified.record
        actor = self.records.actor(record, ip)
        if record.user is None:
            return actor
        if not actor.admin:
            raise unknown()  # the policy that makes an admin holds elsewhere
        # A token that can't be refreshed was made for a program.
        return self.access.proven(actor, record.user) if verified.claims.get("refreshable") else actor

    # --- Directus sign-in

    async def login(
        self,
        email: str,
        password: str,
        *,
        otp: str | None = None,
        mode: Mode = "json",
        ip: str | None = None,
        user_agent: str | None = None,
        provider: str = DEFAULT_PROVIDER,
    ) -> SignIn:
        """Sign in a user of that provider by password. `otp`: the code of whoever has a second factor. Raises
        Unauthenticated (`credentials`, `otp`), after the stall time, and TooManyRequests.
        """
        guess = await self._guesses.begin(USERS, email, ip)

        async def admit() -> User:
            try:
                user = await self._identify(email, password, provider, blind=guess is None)
            except Unauthenticated as error:
                if guess is None:
                    raise TooManyRequests("Too many failed attempts.", retry_after_seconds=WINDOW_SECONDS) from error
                raise
            if guess is not None:
                await self._guesses.forgive(guess)
            await self.check_code(user, otp)
            return user

        user = await self.stalled(admit)
        return await self.sessions.start(user, mode=mode, ip=ip, user_agent=user_agent)

    async def check_code(self, user: User, otp: str | None) -> None:
        """Spend the code of a user who has a second factor. Raises Unauthenticated (`otp`), TooManyRequests."""
        if not user.second_factor:
            return
        if otp is not None:
            await attempts.begin_code(self._store, user.id, self.now())
        if not await self.totp.spend(user, otp):
            raise Unauthenticated("Invalid user OTP.", reason="otp")

    async def start_session(
        self,
        user: str,
        *,
        otp: str | None = None,
        mode: Mode = "json",
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> SignIn:
        """Sign in the user with that id, who proved who they are but for a second factor. Raises Unauthenticated
        (`unknown`, `otp`), Forbidden.
        """
        found = welcome(await self.access.user(user))
        if found.second_factor and otp is not None and await self._spend_attempt(found):
            raise _refused()
        await self.check_code(found, otp)
        return await self.sessions.start(found, mode=mode, ip=ip, user_agent=user_agent)

    async def refresh(
        self, token: str, *, mode: Mode = "json", ip: str | None = None, user_agent: str | None = None
    ) -> SignIn:
        """Trade a token for a new one; see `UserSessions.refresh`."""
        return await self.sessions.refresh(token, mode=mode, ip=ip, user_agent=user_agent)

    async def logout(self, token: str, *, mode: Mode = "json") -> None:
        """End a session. A token that nobody holds is no error."""
        await self.sessions.logout(token, mode=mode)

    # --- superusers on the PocketBase wire

    async def _superuser_by_password(self, email: str, password: str, ip: str | None) -> AuthRecord:
        """Raises Unauthenticated (`credentials`), after the stall time."""

        async def admit() -> User:
            user = await self._identify(email, password)
            if not self.access.effective(user, ip).admin:
                raise _refused()
            return user

        user = await self.stalled(admit)
        if not user.second_factor:
            await self._let_in(user)
        collection = self._catalog().collections[SUPERUSERS]
        record = await self.records.find(collection, user.id)
        if record is None:
            raise _refused()
        return record

    async def spend_code(self, user: User, code: str) -> None:
        """Let a superuser in whose password was right, by a code of the authenticator app. Raises Unauthenticated
        (`otp`), after the stall time, and TooManyRequests.
        """

        async def admit() -> None:
            await self.check_code(user, code)

        await self.stalled(admit)
        await self._let_in(user)

    async def _let_in(self, user: User) -> None:
        async def work(session: StoreSession) -> None:
            await attempts.forgive(session, user.id)
            await session.update(USERS, {"last_access": iso(self.now())}, ("id", "=", user.id))

        await self._store.write(work)

    # --- checking a password

    async def _identify(
        self, email: str, password: str, provider: str = DEFAULT_PROVIDER, *, blind: bool = False
    ) -> User:
        """The active user with that password. Every failure is the same, and takes the same work. `blind`: it fails
        whatever the password is."""
        await self.access.refresh()
        found = await find_users(self._store, email=email)
        user = found[0] if len(found) == 1 and found[0].active and found[0].provider == provider else None
        if provider == DEFAULT_PROVIDER and self._settings.auth_disable_default:
            user = None
        spent = (user is not None and await self._spend_attempt(user)) or blind
        right = await self.passwords.verify(password, None if user is None or spent else user.password)
        if user is None or spent or not right:
            raise _refused()
        return user

    async def _spend_attempt(self, user: User) -> bool:
        """Count a log-in; whether the user had too many, and is suspended now."""
        bound = await attempts.limit(self._store)
        if bound is None or await attempts.count(self._store, user.id) <= bound:
            return False
        suspended = await attempts.suspend(self._store, user.id)
        self.access.changed()
        return suspended

    async def stalled(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run `work`; make its refusals take at least the stall time, whatever the reason was."""
        started = self._clock()
        try:
            return await work()
        except Unauthenticated:
            rest = self._settings.login_stall_milliseconds / 1000 - (self._clock() - started)
            if rest > 0:
                await asyncio.sleep(rest)
            raise

    # --- superusers and the first start

    async def has_superuser(self) -> bool:
        """Whether an active user with admin access exists."""
        return bool(await active_admins(self._store, limit=1))

    async def create_superuser(self, email: str, password: str) -> str:
        """The new user's id. Raises ValidationFailed (`email`, `password`; `not_unique` when the address is taken)."""
        address = check(email, password)
        key = await self.superusers.create(address, await self.passwords.hash(password))
        self.access.changed()
        return key

    async def upsert_superuser(self, email: str, password: str) -> tuple[str, bool]:
        """Create, or set the password of the one that exists (made an active admin). (id, whether it was created)."""
        address = check(email, password)
        result = await self.superusers.upsert(address, await self.passwords.hash(password))
        self.access.changed()
        return result

    async def update_superuser(self, email: str, password: str) -> str:
        """Set a superuser's password and end its sessions. Raises NotFound, ValidationFailed."""
        address = check(email, password)
        key = await self.superusers.update(address, await self.passwords.hash(password))
        self.access.changed()
        return key

    async def forget_second_factor(self, email: str) -> None:
        """Let a superuser who lost the device in by the password alone. Raises NotFound."""
        await self.superusers.forget_second_factor(email.strip())
        self.access.changed()

    async def delete_superuser(self, email: str) -> None:
        """Raises NotFound; Unprocessable for the last admin."""
        await self.superusers.delete(email.strip())
        self.access.changed()

    async def setup_token(self) -> str | None:
        """A new single-use token for the set-up link, good for 30 minutes; earlier ones die. None: an admin exists."""
        return await self.superusers.offer_setup()

    async def knows_setup(self, token: str) -> bool:
        """Whether the set-up token is the one on offer, still good, and there is no admin."""
        return await self.superusers.offers_setup(token) and not await self.has_superuser()

    async def setup(
        self, token: str, email: str, password: str, *, ip: str | None = None, user_agent: str | None = None
    ) -> str:
        """Spend the set-up token on the first admin; its id.

        Raises Unauthenticated (`unknown`, `expired`) and ValidationFailed.
        """
        # Strangers don't make this server hash passwords.
        if not await self.superusers.knows_setup(token):
            raise Unauthenticated("This set-up link is not valid.", reason="unknown")
        address = check(email, password)
        key = await self.superusers.setup(token, address, await self.passwords.hash(password))
        self.access.changed()
        return key

    # --- for the engine and the wires' write paths

    async def hash_password(self, password: str, cost: int = 0) -> str:
        """A hash, made off the event loop: argon2id, or bcrypt of that cost. Raises ValidationFailed for a password
        that is too long."""
        return await self.passwords.hash(password, cost)

    async def verify_password(self, password: str, stored: str | None) -> bool:
        """Whether `stored` (argon2 or bcrypt) is the password's hash; the same work is done when it is None."""
        return await self.passwords.verify(password, stored)


def _refused() -> Unauthenticated:
    return Unauthenticated("Invalid user credentials.", reason="credentials")
