"""Signing on with somebody else's account: away to a provider and back, or by a directory's password.

In charge of: the providers of this start, what happens in which order, who may be sent where, and what is told and what
is only logged. Not in charge of: what providers say (the drivers), which user that is (`users`), sessions
(`auth/accounts`), cookies and routes (the wire). Made by `app`; called by the Directus wire.

Whatever fails, the person is told that it failed and not why: the reason is in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from satchel.auth.access import DEFAULT_PROVIDER, USERS, User
from satchel.auth.accounts import Accounts
from satchel.auth.guesses import WINDOW_SECONDS, Guesses
from satchel.auth.providers.contract import Caller, Unusable
from satchel.auth.redirects import may_redirect
from satchel.auth.sign_on.contract import Arrival, Identity, Tools
from satchel.auth.sign_on.drivers import Provider, build_providers
from satchel.auth.sign_on.kept import Kept
from satchel.auth.sign_on.saml import Saml
from satchel.auth.sign_on.users import Users
from satchel.auth.threads import Threads
from satchel.auth.user_sessions import Mode, SignIn
from satchel.config import Settings
from satchel.engine.store import Store
from satchel.engine.verbs import Engine
from satchel.errors import (
    InvalidPayload,
    NotFound,
    OutboundFailed,
    SatchelError,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from satchel.observe import Observer
from satchel.policy.actor import Actor

WAITING = 16
HOME = "/"
"""Where people go whom a provider sent unasked, without an address that they may be sent to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose browser it is. `base_url`: this server, as that browser sees it."""

    base_url: str
    ip: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class Away:
    """Where to send a person, and what their browser has to keep meanwhile, for `seconds`."""

    url: str
    kept: str = field(repr=False)
    seconds: int


@dataclass(frozen=True, slots=True)
class Back:
    """How it ended. `redirect`: where the person goes now, "" to answer them here. Either `signed_in` or `error`."""

    redirect: str
    signed_in: SignIn | None = None
    error: Exception | None = None


class SignOn:
    """`now`: the current instant, in UTC. Making one reads the settings and raises ConfigError."""

    def __init__(
        self,
        accounts: Accounts,
        engine: Engine,
        store: Store,
        caller: Caller,
        settings: Settings,
        observer: Observer,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._settings = settings
        self._observer = observer
        self._now = now
        self._kept = Kept(settings.secret, settings.sign_on_seconds)
        self._guesses = Guesses(settings.login_guesses_max, accounts.claims, settings.secret)
        self._users = Users(engine, store, observer, now)
        self._threads = Threads(
            "satchel-sign-on", threads=settings.sign_on_threads, waiting=settings.sign_on_threads * WAITING
        )
        tools = Tools(
            caller,
            accounts.claims,
            now,
            settings.outbound_timeout_seconds,
            self._threads.run,
            settings.public_url.rstrip("/"),
        )
        self._providers: dict[str, Provider] = {}
        for provider, unknown in build_providers(settings.auth, tools):
            self._providers[provider.name] = provider
            for variable in unknown:
                observer.note(f"{variable} has no meaning here and is ignored.", "warning")
        accounts.sessions.renewals.append(self._check)

    def close(self) -> None:
        """Stop the threads."""
        self._threads.close()

    # --- which providers there are

    @property
    def default_disabled(self) -> bool:
        """Whether e-mail address and password are no way to sign in."""
        return self._settings.auth_disable_default

    def listed(self, *, session_only: bool) -> list[dict[str, str]]:
        """What a log-in page shows. `session_only`: only those from which people come back with a session cookie."""
        return [
            {"name": item.name, "driver": item.driver.name, "icon": item.icon, "label": item.label}
            for item in self._providers.values()
            if item.mode == "session" or not session_only
        ]

    def provider(self, name: str) -> Provider:
        """Raises NotFound."""
        found = self._providers.get(name)
        if found is None:
            raise NotFound(f"There is no identity provider {name}.")
        return found

    def callback_url(self, provider: Provider, base_url: str) -> str:
        return f"{base_url}/auth/login/{provider.name}/{provider.driver.callback}"

    # --- away and back

    async def begin(self, provider: Provider, origin: Origin, *, redirect: str | None, prompt: bool, otp: str) -> Away:
        """Send a person to the provider. `redirect`: where they want to go afterwards. `otp`: of a second factor.

        Raises InvalidPayload for a redirect that is not allowed, Unavailable when the provider can't be asked.
        """
        if redirect and not self.may_redirect(provider, redirect, origin.base_url):
            raise InvalidPayload(f'URL "{redirect}" can\'t be used to redirect after login')
        callback_url = self.callback_url(provider, origin.base_url)
        try:
            departure = await provider.redirecting.depart(callback_url, prompt=prompt)
        except (Unusable, OutboundFailed) as error:
            raise self._unavailable(provider, error) from None
        values = {"redirect": redirect or "", "callback": callback_url, "otp": otp, "kept": dict(departure.kept)}
        sealed = self._kept.seal(provider.name, values, self._now().timestamp())
        return Away(departure.url, sealed, self._kept.seconds)

    def may_redirect(self, provider: Provider, target: str, base_url: str) -> bool:
        """Whether people may be sent there after a log-in."""
        own = (base_url, self._settings.public_url, *self._settings.auth_allowed_public_urls)
        return may_redirect(target, own_urls=own, allowed=provider.redirect_allow_list)

    async def finish(self, provider: Provider, origin: Origin, *, returned: Mapping[str, str], kept: str) -> Back:
        """Sign in who came back. `kept`: what the browser kept. Nothing is raised but what nobody foresaw: a person
        who has somewhere to go is told there that it failed.
        """
        values = self._kept.open(provider.name, kept, self._now().timestamp())
        redirect = self._destination(provider, origin, returned, values)
        mode: Mode = provider.mode if redirect else "json"
        try:
            arrival = self._arrival(provider, origin, returned, values)
            identity = await self._identity(provider, arrival)
            otp = "" if values is None else str(values.get("otp") or "")
            return Back(redirect, await self._admit(provider, identity, origin, mode, otp))
        except SatchelError as error:
            return Back(redirect, error=error)

    def _destination(
        self, provider: Provider, origin: Origin, returned: Mapping[str, str], values: Mapping[str, Any] | None
    ) -> str:
        if values is not None:
            return str(values.get("redirect") or "")
        if not isinstance(provider.engine, Saml) or not provider.engine.takes_unsolicited:
            return ""
        wanted = returned.get("RelayState", "")
        return wanted if self.may_redirect(provider, wanted, origin.base_url) else HOME

    def _arrival(
        self, provider: Provider, origin: Origin, returned: Mapping[str, str], values: Mapping[str, Any] | None
    ) -> Arrival:
        if values is None:
            return Arrival(returned, None, self.callback_url(provider, origin.base_url))
        given: Any = values.get("kept")
        kept = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        return Arrival(returned, {name: str(value) for name, value in kept.items()}, str(values.get("callback")))

    async def _identity(self, provider: Provider, arrival: Arrival) -> Identity:
        try:
            return await provider.redirecting.arrive(arrival)
        except Unusable as error:
            raise self._refused(provider, error) from None
        except OutboundFailed as error:
            raise self._unavailable(provider, error) from None

    async def _admit(self, provider: Provider, identity: Identity, origin: Origin, mode: Mode, otp: str) -> SignIn:
        """A session for who was identified. Raises Unauthenticated."""
        try:
            user = await self._users.of(provider.membership, identity)
        except Unusable as error:
            raise self._refused(provider, error) from None
        return await self._accounts.start_session(user, otp=otp, mode=mode, ip=origin.ip, user_agent=origin.user_agent)

    # --- by a password that somebody else knows

    async def log_in(
        self, provider: Provider, identifier: str, password: str, origin: Origin, *, mode: Mode, otp: str
    ) -> SignIn:
        """Raises Unauthenticated (`credentials`, after the stall time), Unavailable, TooManyRequests."""
        if provider.driver.kind == "local":
            return await self._accounts.login(
                identifier,
                password,
                otp=otp,
                mode=mode,
                ip=origin.ip,
                user_agent=origin.user_agent,
                provider=provider.name,
            )
        guess = await self._guesses.begin(provider.name, identifier, origin.ip)
        if guess is None:
            raise TooManyRequests("Too many failed attempts.", retry_after_seconds=WINDOW_SECONDS)

        async def admit() -> SignIn:
            try:
                identity = await provider.asking.identify(identifier, password)
            except Unusable as error:
                raise self._refused(provider, error) from None
            except Unavailable as error:
                raise self._unavailable(provider, error) from error
            return await self._admit(provider, identity, origin, mode, otp)

        signed_in = await self._accounts.stalled(admit)
        await self._guesses.forgive(guess)
        return signed_in

    async def _check(self, user: User) -> None:
        """Whether a session of a user may go on: a provider that is gone lets nobody in, and a directory is asked.

        Raises Unauthenticated, Unavailable.
        """
        if user.provider == DEFAULT_PROVIDER:
            return
        provider = self._providers.get(user.provider)
        if provider is None:
            raise Unauthenticated("Invalid user credentials.", reason="unknown")
        if provider.driver.kind == "asking":
            try:
                await provider.asking.check(str(user.record.get("external_identifier") or ""))
            except Unusable as error:
                raise self._refused(provider, error) from None
            except Unavailable as error:
                raise self._unavailable(provider, error) from error

    # --- SAML alone

    def metadata(self, provider: Provider, base_url: str) -> str:
        """What this server says of itself, in XML. Raises NotFound where nobody asks for that."""
        return self._saml(provider).metadata(self.callback_url(provider, base_url))

    async def logout_url(self, provider: Provider, actor: Actor) -> str | None:
        """Where the caller ends the session at the provider as well; None where there is none to end."""
        saml = self._saml(provider)
        if actor.collection != USERS or actor.key is None:
            return None
        rows = await self._store.select(USERS, ("id", "provider", "auth_data"), ("id", "=", actor.key), limit=1)
        data: Any = rows[0]["auth_data"] if rows and rows[0]["provider"] == provider.name else None
        if not isinstance(data, dict):
            return None
        return saml.logout_url(cast("dict[str, Any]", data))

    def _saml(self, provider: Provider) -> Saml:
        if not isinstance(provider.engine, Saml):
            raise NotFound(f"The identity provider {provider.name} has no such thing.")
        return provider.engine

    # --- what is told and what is logged

    def _refused(self, provider: Provider, error: Unusable) -> Unauthenticated:
        self._note(provider, error)
        return Unauthenticated("Invalid user credentials.", reason="credentials")

    def _unavailable(self, provider: Provider, error: Exception) -> Unavailable:
        self._note(provider, error)
        return Unavailable("The identity provider can't be asked.", service=provider.name)

    def _note(self, provider: Provider, error: Exception) -> None:
        # parts of the reason were written by strangers
        reason = "".join(character if character.isprintable() else "?" for character in str(error))
        self._observer.note(f'Sign-on with "{provider.name}" failed: {reason}.', "warning")
