"""What all introspections share: reading type texts, choosing keys, saying why a table is read only.

In charge of: the decisions that must not differ between databases. Not in charge of: any catalogue query
(`introspect_<vendor>`), its only callers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from satchel.model.catalog import Index
from satchel.model.facts import ColumnFacts, DatabaseFacts

NO_KEY = "no primary key"
IS_VIEW = "a view"
DATABASE_READ_ONLY = "the database is read only"
ATTEMPTS = 3

TYPE_TEXT = re.compile(r"^(?P<head>[^(]*)(?:\((?P<arguments>[^)]*)\))?(?P<tail>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type as a database writes it, taken apart: `NUMERIC(10, 2)` → name `numeric`, numbers (10, 2)."""

    name: str  # lower case, single spaces, without what stands in parentheses
    numbers: tuple[int, ...] = ()


def read_type(text: str) -> TypeText:
    """Take a type text apart. Arguments that are no numbers (`varchar(max)`) are left out."""
    found = TYPE_TEXT.match(text.strip())
    assert found is not None
    name = " ".join(f"{found['head']} {found['tail']}".lower().split())
    arguments = (found["arguments"] or "").split(",")
    numbers = tuple(int(part) for part in map(str.strip, arguments) if part.lstrip("+-").isdigit())
    return TypeText(name, numbers)


def choose_key(primary: Sequence[str], columns: Sequence[ColumnFacts], indexes: Sequence[Index]) -> tuple[str, ...]:
    """The columns by which a row is addressed: the primary key, else the shortest unique index that can serve.

    An index can serve when it is over plain columns, covers all rows, and none of its columns may be null: then it
    names at most one row, as a primary key does. The shortest wins, then the first by name, so that the choice is the
    same every time.
    """
    if primary:
        return tuple(primary)
    required = {column.name for column in columns if not column.nullable}
    candidates = [
        index
        for index in indexes
        if index.unique and index.where is None and index.columns and required.issuperset(index.columns)
    ]
    best = min(candidates, key=lambda index: (len(index.columns), index.name), default=None)
    return best.columns if best is not None else ()


@dataclass(frozen=True, slots=True)
class Rights:
    """What the database role may do with one table."""

    insert: bool = True
    update: bool = True
    delete: bool = True
    why: str | None = None

    def without(self, why: str) -> Rights:
        """No rights at all, for another reason than the role's."""
        return Rights(False, False, False, why)

    @property
    def reason(self) -> str | None:
        """Why something is not possible; None when all is."""
        missing = [name for name in ("insert", "update", "delete") if not getattr(self, name)]
        if not missing:
            return None
        return self.why or f"the database role may not {' or '.join(missing)}"


async def stable(
    fingerprint: Callable[[], Awaitable[str]], take: Callable[[str], Awaitable[DatabaseFacts]]
) -> DatabaseFacts:
    """Facts that belong to their fingerprint: taken again when the schema changed while they were taken."""
    mark = await fingerprint()
    facts = await take(mark)
    for _ in range(ATTEMPTS):
        now = await fingerprint()
        if now == mark:
            break
        mark = now
        facts = await take(mark)
    return facts
