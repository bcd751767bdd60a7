"""What a way to sign on with somebody else's account is: one file per driver with one constant, `DRIVER`.

In charge of: the shapes, what a driver gets and gives, and what its options look like. Not in charge of: reading the
options (`options`), which user somebody is here (`users`), sessions (`auth/accounts`). Read by every file of this
folder.

There are two kinds. A *redirecting* driver sends a person to the provider and reads what they bring back; an *asking*
one is given a name and a password. Both end in an `Identity`, or raise `Unusable` with a text for the log: the person
is told nothing but that it did not work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from satchel.auth.claims import Claims
from satchel.auth.providers.contract import Caller
from satchel.auth.sign_on.options import Option, Options

IDENTIFIER_LENGTH_MAXIMUM = 255


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at a provider. `identifier`: never empty.

    `email_verified`: None where the provider does not say. `groups`: None where it was not asked. `exact`: whether the
    identifier's case matters. `auth_data`: what is kept with the user for later; None changes nothing.
    """

    identifier: str
    email: str = ""
    email_verified: bool | None = None
    first_name: str = ""
    last_name: str = ""
    groups: tuple[str, ...] | None = None
    exact: bool = True
    auth_data: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send a person. `kept`: texts that `arrive` gets again when the same browser comes back."""

    url: str
    kept: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a person brought back. `returned`: the parameters of the query or form. `kept`: None when this browser was
    never sent away. `callback_url`: where they came back to."""

    returned: Mapping[str, str] = field(repr=False)
    kept: Mapping[str, str] | None = field(repr=False)
    callback_url: str


@dataclass(frozen=True, slots=True)
class Tools:
    """What drivers work with. `now`: the current instant, in UTC. `seconds`: for a request to another server.
    `run_limited`: runs something that waits in a thread of its own. `public_url`: of this server, "" where it is
    not set.
    """

    caller: Caller
    claims: Claims
    now: Callable[[], datetime]
    seconds: float
    run_limited: RunLimited
    public_url: str = ""


class RunLimited(Protocol):
    async def __call__(self, work: Callable[[], Any], /) -> Any:
        """The result of `work`. Raises what it raises, and TooManyRequests when too much waits already."""
        ...


class Redirecting(Protocol):
    async def depart(self, callback_url: str, *, prompt: bool) -> Departure:
        """Where to send a person now. `prompt`: they want to be asked again. Raises Unusable, OutboundFailed."""
        ...

    async def arrive(self, arrival: Arrival) -> Identity:
        """Who came back. Raises Unusable, OutboundFailed."""
        ...


class Asking(Protocol):
    async def identify(self, identifier: str, password: str) -> Identity:
        """Who has that name and password. Raises Unusable (wrong), Unavailable (nobody there to ask)."""
        ...

    async def check(self, identifier: str) -> None:
        """Raise Unusable when somebody who came in by that identifier would not be let in any more."""
        ...


Kind = Literal["redirecting", "asking", "local"]


@dataclass(frozen=True, slots=True)
class Driver:
    """`options`: beside those that all of this kind have. `make`: an object of the kind that `kind` names; raises
    ConfigError. `registers`: new people get an account whether or not `allow_public_registration` is on.
    `groups_are_roles`: see `users.Membership`.
    `callback`: the part of the path where people come back to. `needs`: the package that has to be installed, and the
    extra that brings it."""

    name: str
    kind: Kind
    options: tuple[Option, ...]
    make: Callable[[Options, Tools], Any]
    registers: bool = False
    groups_are_roles: bool = False
    callback: str = "callback"
    needs: tuple[str, str] | None = None
