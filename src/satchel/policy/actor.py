"""Actor: who asks; Context: what a rule may know of the request.

In charge of: the shapes. Not in charge of: how an actor is found out (`auth/`). There is no "no actor": a caller
without credentials is `Actor.public()`, and work of the system itself says why: `Actor.system("…")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from satchel.model.catalog import EMPTY

NOTHING: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """`collection` and `key` name the item that signed in. `admin` grants every row and field (through TRUE guards).

    `policies`: ids of the policies in force, sorted. `roles`: role ids, own first, then parents. `record`: the item's
    stored values by field name (for `@request.auth.*` and `$CURRENT_USER.*`), without secrets. `unproven`: signed in
    without the second factor that its policies ask for, and so granted nothing. `share`: what a caller of kind `share`
    came in by; its policies and roles are those of the share.
    """

    kind: Literal["public", "user", "system", "share"]
    collection: str | None = None
    key: str | None = None
    admin: bool = False
    app_access: bool = False
    policies: tuple[str, ...] = ()
    role: str | None = None
    roles: tuple[str, ...] = ()
    ip: str | None = None
    record: Mapping[str, Any] = field(default_factory=lambda: EMPTY, hash=False, compare=False)
    reason: str = ""
    unproven: bool = False
    share: Share | None = None

    @property
    def signed_in(self) -> bool:
        """Whether somebody has proved who they are, as far as they have to."""
        return self.kind == "user" and not self.unproven

    @staticmethod
    def public(*, policies: tuple[str, ...] = (), ip: str | None = None) -> Actor:
        """A caller without credentials."""
        return Actor("public", policies=policies, ip=ip)

    @staticmethod
    def system(reason: str) -> Actor:
        """Satchel's own work; `reason` goes to the change log."""
        return Actor("system", admin=True, reason=reason)


@dataclass(frozen=True, slots=True)
class Share:
    """One item that somebody shows to whoever has the link. `item`: its key as wires write it. `creator`: who made the
    share, as of now.
    """

    id: str
    collection: str
    item: str
    creator: Actor


@dataclass(frozen=True, slots=True)
class Context:
    """What slots in a plan are filled from, beside the caller's own values.

    `request`: `{"context", "method", "query", "headers", "body"}` as PocketBase rules see them; `now` is one instant
    for the whole request, in UTC. `overrides`: values that the program's own code puts in place of the caller's in the
    item that is written; the caller's rights don't matter for them. `handed`: what earlier
    steps of a read in several databases found.
    """

    actor: Actor
    now: datetime
    request: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    overrides: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    handed: Mapping[int, Any] = field(default_factory=lambda: NOTHING)
