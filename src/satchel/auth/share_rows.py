"""Shares as they are stored.

In charge of: the shape of a row as far as coming in by it needs, and when it may be used. Not in charge of: who may
come in (`shares`), or how long a row is remembered (`access`). Called by both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from satchel.engine.store import Store, StoreSession
from satchel.model.types.moments import read_moment

SHARES = "directus_shares"
SHARE_FIELDS = ("id", "collection", "item", "role", "password", "user_created", "date_start", "date_end")


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share as stored. `creator`: the id of the user who made it."""

    id: str
    collection: str
    item: str
    role: str | None
    password: str
    creator: str | None
    starts: datetime | None
    ends: datetime | None

    def good_at(self, now: datetime) -> bool:
        """Whether it may be used at that moment."""
        return (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)


async def find_share(source: Store | StoreSession, key: str) -> ShareRow | None:
    """A share as it is stored now."""
    rows = [row for row in await source.select(SHARES, SHARE_FIELDS, ("id", "=", key)) if str(row["id"]) == key]
    if not rows:
        return None
    row = rows[0]
    texts = {name: None if row[name] is None else str(row[name]) for name in ("role", "user_created")}
    return ShareRow(
        id=key,
        collection=str(row["collection"]),
        item=str(row["item"]),
        role=texts["role"],
        password=str(row["password"] or ""),
        creator=texts["user_created"],
        starts=read_moment(row["date_start"]),
        ends=read_moment(row["date_end"]),
    )
