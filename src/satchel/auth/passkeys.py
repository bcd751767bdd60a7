"""Passkeys: keys in people's devices by which users sign in, without a password and without saying who they are.

In charge of: challenges, adding, renaming and removing passkeys, and signing in with one. Not in charge of: rows
(`passkey_rows`), what a browser is asked and whether its answer is right (`relying_party`), sessions
(`user_sessions`). Called by the Directus wire.

A passkey is shown only after its device has verified its user, so it is both factors: a policy that wants a second one
is content with a session that was opened by one. Who has a passkey and no authenticator app, and signs in by the
password where a policy wants two factors, may do nothing but sign in with the passkey (`access`, `proving`).

A challenge is a signed token with a purpose of its own, so strangers who ask for challenges fill no table, and any
worker can check it. It names the host, and the user where it is for a new passkey; it is good for `CHALLENGE_SECONDS`,
and the first answer that comes with it spends it, right or wrong.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID, uuid4

from satchel.auth.access import DEFAULT_PROVIDER, User, touch
from satchel.auth.accounts import Accounts
from satchel.auth.guesses import WINDOW_SECONDS, Guesses
from satchel.auth.passkey_rows import PASSKEYS, PasskeyRow, by_digest, of_user, take_away
from satchel.auth.proving import Proving
from satchel.auth.relying_party import (
    RelyingParty,
    WrongAnswer,
    challenge_of,
    check_shown,
    creation_options,
    digest_of,
    party_at,
    read_new,
    request_options,
)
from satchel.auth.session_list import whose
from satchel.auth.sessions import SESSIONS, iso
from satchel.auth.tokens import random_text
from satchel.auth.user_sessions import Mode, SignIn
from satchel.config import Settings
from satchel.engine.store import Condition, Store, StoreSession
from satchel.errors import (
    ConstraintFailed,
    Forbidden,
    InvalidPayload,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unprocessable,
)
from satchel.mail.message import Mail, Sender
from satchel.mail.outbox import Outbox
from satchel.observe import Observer
from satchel.policy.actor import Actor, Context
from satchel.settings.model import Meta

ADD, SIGN_IN = "passkey-add", "passkey-sign-in"
"""The purposes of challenges."""
CHALLENGE_SECONDS = 300
NONCE_LENGTH = 32
NAME_DEFAULT, NAME_LENGTH_MAXIMUM = "Passkey", 100
ADDED, REMOVED = "passkey_added", "passkey_removed"
"""What is noted in the activity."""

Noted = Callable[[StoreSession, str, str, Context], Awaitable[None]]
"""(the transaction, what happened, to which user, who did it): writes it down."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A passkey as its owner sees it. `host`: where it is good. `synced`: whether their other devices have it too."""

    id: str
    name: str
    created: str
    last_used: str | None
    host: str
    synced: bool


class Passkeys:
    """One per program. `meta`: the settings of the moment. `on`: whether anybody may have passkeys. `notes`: filled by
    who writes down what happens."""

    def __init__(
        self,
        accounts: Accounts,
        proving: Proving,
        store: Store,
        outbox: Outbox,
        observer: Observer,
        settings: Settings,
        meta: Callable[[], Meta],
    ) -> None:
        self._accounts = accounts
        self._proving = proving
        self._store = store
        self._outbox = outbox
        self._observer = observer
        self._meta = meta
        self._limit = settings.passkeys_max
        self.on = bool(settings.passkeys_max) and not settings.auth_disable_default
        self._guesses = Guesses(settings.login_guesses_max, accounts.claims, settings.secret)
        self.notes: list[Noted] = []

    def party_at(self, address: str) -> RelyingParty:
        """What this server is to browsers at one of its addresses. Raises Unprocessable."""
        return party_at(address, self._meta().app_name)

    # --- one's own, and others' for admins

    async def all(self, actor: Actor, key: str | None) -> list[Listed]:
        """A user's passkeys, the oldest first; None for the caller's. Raises Unauthenticated, Forbidden."""
        return [_listed(row) for row in await of_user(self._store, whose(actor, key))]

    async def offer(self, context: Context, party: RelyingParty, password: str | None) -> dict[str, Any]:
        """What the caller's browser needs to make a passkey, for whoever knows the current password.

        Raises Unauthenticated, Forbidden, InvalidPayload, TooManyRequests, Unprocessable.
        """
        user = await self._owner(context)
        await self._proving.check_password(user, password)
        known = await of_user(self._store, user.id)
        self._check_room(len(known))
        challenge = self._challenge(ADD, party, user=user.id)
        person = " ".join(str(user.record[name]) for name in ("first_name", "last_name") if user.record.get(name))
        here = [row.attested for row in known if row.rp_id == party.id]
        account = user.email or user.id
        return creation_options(party, UUID(user.id).bytes, account, person or account, challenge, here)

    async def add(
        self, context: Context, party: RelyingParty, answer: Mapping[str, Any], name: str | None, current: str | None
    ) -> Listed:
        """Keep the passkey that the caller's browser made. `current`: the name of the session that asks; where it lacks
        a second factor, it has one now.

        Raises Unauthenticated, Forbidden, InvalidPayload, Unprocessable.
        """
        user = await self._owner(context)
        title = _title(name or NAME_DEFAULT)
        try:
            challenge = challenge_of(answer)
        except WrongAnswer as error:
            raise InvalidPayload(f'"credential" is invalid: {error}') from None
        if not await self._spend(ADD, party, challenge, user=user.id):
            raise InvalidPayload('"credential" comes too late, or was asked for by somebody else')
        made = read_new(party, challenge, answer)
        row = PasskeyRow(
            str(uuid4()),
            user.id,
            title,
            made.attested,
            party.id,
            made.counter,
            made.synced,
            iso(self._accounts.now()),
            None,
        )
        values = {name: getattr(row, name) for name in PasskeyRow.__slots__}

        async def work(session: StoreSession) -> None:
            await touch(session)  # several at once wait for each other here
            self._check_room(len(await of_user(session, user.id)))
            await session.insert(PASSKEYS, {**values, "digest": made.digest})
            if context.actor.unproven and current is not None:
                await session.update(SESSIONS, {"passkey": row.id}, ("token", "=", current), ("user", "=", user.id))
            await self._note(session, ADDED, user.id, context)

        try:
            await self._store.write(work)
        except ConstraintFailed:
            raise Unprocessable("This passkey is registered already.") from None
        self._accounts.changed()
        self._tell(user, title)
        return _listed(row)

    async def rename(self, context: Context, id: str, name: str) -> Listed:
        """Raises Unauthenticated, Forbidden, InvalidPayload, NotFound."""
        user = await self._proving.user(context.actor)
        await self._proving.check_factor(context.actor, user)
        title = _title(name)
        row = await self._one(user.id, id)
        await self._store.write(lambda session: session.update(PASSKEYS, {"name": title}, ("id", "=", row.id)))
        return _listed(await self._one(user.id, id))

    async def remove(
        self, context: Context, key: str | None, id: str | None, password: str | None, current: str | None
    ) -> None:
        """Remove one, or all (None), and end the sessions that were opened with it but the one that asks. One's own:
        for the current password. Others': for admins, as when a device is lost.

        Raises Unauthenticated, Forbidden, InvalidPayload, NotFound, TooManyRequests.
        """
        actor = context.actor
        owner = whose(actor, key)
        if owner == actor.key:
            user = await self._proving.user(actor)
            await self._proving.check_factor(actor, user)
            await self._proving.check_password(user, password)
        if id is not None:
            await self._one(owner, id)

        async def work(session: StoreSession) -> None:
            await touch(session)
            for _ in await take_away(session, owner, id, current=current):
                await self._note(session, REMOVED, owner, context)

        await self._store.write(work)
        self._accounts.changed()

    # --- signing in

    def ask(self, party: RelyingParty) -> dict[str, Any]:
        """What any browser needs to show a passkey. Raises Forbidden."""
        self._check_on()
        return request_options(party, self._challenge(SIGN_IN, party))

    async def sign_in(
        self,
        party: RelyingParty,
        answer: Mapping[str, Any],
        *,
        mode: Mode = "json",
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> SignIn:
        """Sign in whose passkey was shown. Whatever is wrong is refused alike: Unauthenticated (`credentials`), after
        the stall time. Raises TooManyRequests, Forbidden.
        """
        self._check_on()
        guess = await self._guesses.begin("passkeys", "", ip)
        if guess is None:
            raise TooManyRequests("Too many failed attempts.", retry_after_seconds=WINDOW_SECONDS)

        async def admit() -> tuple[User, PasskeyRow]:
            try:
                return await self._check(party, answer)
            except WrongAnswer as error:
                self._observer.note(f"A passkey was refused: {error}.", "debug")
                raise Unauthenticated("Invalid user credentials.", reason="credentials") from None

        user, row = await self._accounts.stalled(admit)
        await self._guesses.forgive(guess)
        return await self._accounts.sessions.start(user, mode=mode, ip=ip, user_agent=user_agent, passkey=row.id)

    async def _check(self, party: RelyingParty, answer: Mapping[str, Any]) -> tuple[User, PasskeyRow]:
        """Raises WrongAnswer."""
        challenge = challenge_of(answer)
        if not await self._spend(SIGN_IN, party, challenge):
            raise WrongAnswer("the challenge is spent, too old, or for something else")
        row = await by_digest(self._store, digest_of(answer))
        if row is None or row.rp_id != party.id:
            raise WrongAnswer("nobody has such a passkey here")
        shown = check_shown(party, challenge, row.attested, answer)
        if shown.user is not None and shown.user != UUID(row.user).bytes:
            raise WrongAnswer("the device says that it is somebody else's")
        user = await self._accounts.access.user(row.user)
        if user is None or not user.active or user.provider != DEFAULT_PROVIDER:
            raise WrongAnswer(f"its user {row.user} may not come in")
        if (shown.counter or row.counter) and shown.counter <= row.counter:
            self._observer.note(
                f"The passkey {row.id} of {row.user} was refused: it was used {shown.counter} times by its own account,"
                f" and {row.counter} times here. It may have been copied.",
                "warning",
            )
            raise WrongAnswer("it counts backwards")
        used = {"counter": shown.counter, "synced": shown.synced, "last_used": iso(self._accounts.now())}
        same: tuple[Condition, ...] = (("id", "=", row.id), ("counter", "=", row.counter))
        if await self._store.write(lambda session: session.update(PASSKEYS, used, *same)) != 1:
            raise WrongAnswer("it was removed, or used elsewhere at this moment")
        return user, row

    # --- challenges

    def _challenge(self, purpose: str, party: RelyingParty, **claims: str) -> str:
        nonce = random_text(NONCE_LENGTH)
        claims = {**claims, "host": party.id, "nonce": nonce}
        return self._accounts.tokens.scoped(purpose, claims, seconds=CHALLENGE_SECONDS)

    async def _spend(self, purpose: str, party: RelyingParty, challenge: str, **expected: str) -> bool:
        """Whether it was made here for that, and this is the first answer to it."""
        try:
            claims = self._accounts.tokens.read_scoped(purpose, challenge)
        except Unauthenticated:
            return False
        expected = {**expected, "host": party.id}
        if any(claims.get(name) != value for name, value in expected.items()):
            return False
        return await self._accounts.claims.take("passkey", str(claims["nonce"]), seconds=CHALLENGE_SECONDS)

    # --- parts

    async def _owner(self, context: Context) -> User:
        """The user who asks, who may have passkeys. Raises Unauthenticated, Forbidden."""
        self._check_on()
        user = await self._proving.user(context.actor)
        if user.provider != DEFAULT_PROVIDER:
            sentence = f'Who signs in with "{user.provider}" has no passkeys here.'
            raise Forbidden(sentence, sentence=sentence)
        await self._proving.check_factor(context.actor, user)
        await self._proving.check_may(context, user)
        return user

    def _check_on(self) -> None:
        if not self.on:
            raise Forbidden("Passkeys are switched off.", sentence="Passkeys are switched off.")

    def _check_room(self, held: int) -> None:
        if held >= self._limit:
            raise Unprocessable(f"A user has {self._limit} passkeys at most; remove one first.")

    async def _one(self, user: str, id: str) -> PasskeyRow:
        row = next((row for row in await of_user(self._store, user) if row.id == id), None)
        if row is None:
            raise NotFound("There is no such passkey.")
        return row

    async def _note(self, session: StoreSession, what: str, user: str, context: Context) -> None:
        for note in self.notes:
            await note(session, what, user, context)

    def _tell(self, user: User, name: str) -> None:
        """Mail the user that there is a new way into their account."""
        meta = self._meta()
        if not user.email:
            return
        text = escape(
            f'The passkey "{name}" was added to your account at {meta.app_name}. It signs in without your password.'
        )
        html = (
            f"<p>Hello,</p>\n<p>{text}</p>\n<p>If it was not you, change your password and remove the passkey.</p>"
            f"\n<p>Thanks,<br>{escape(meta.app_name)} team</p>"
        )
        sender = Sender(meta.sender_name, meta.sender_address)
        subject = f"New passkey for your {meta.app_name} account"
        self._outbox.post(Mail(to=user.email, subject=subject, html=html, sender=sender, purpose="passkey"))


def _title(name: str) -> str:
    """Raises InvalidPayload for a name that can't be shown."""
    title = name.strip()
    if not title or len(title) > NAME_LENGTH_MAXIMUM or not title.isprintable():
        raise InvalidPayload(f'"name" must be a text of 1 to {NAME_LENGTH_MAXIMUM} characters')
    return title


def _listed(row: PasskeyRow) -> Listed:
    return Listed(row.id, row.name, row.created, row.last_used, row.rp_id, row.synced)
