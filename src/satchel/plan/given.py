"""Given rows: rows that stand in a plan as bound values instead of coming from a table.

In charge of: such a row as binds by field name. An event's row is judged this way, as a change left it, and rows that
the change took away are put back beside their tables meanwhile. Not in charge of: what is asked of them. Called by
`resolve`.

The values are those that the driver takes for the columns: nothing is cast once more.
"""

from __future__ import annotations

from satchel.model.catalog import Collection
from satchel.plan.nodes import Bind, Expr, FromConst, FromParam
from satchel.plan.query import Restored

GivenRow = tuple[tuple[str, Expr], ...]
STORED = "stored"
"""The hint of a bind whose value is as the driver wants it."""


def given_row(collection: Collection, index: int) -> GivenRow:
    """A row of the collection. `index`: the position of the list of its values, in the order of the stored fields."""
    found: list[tuple[str, Expr]] = []
    for place, field in enumerate(collection.stored_fields):
        # No database takes the elements of an array column one way and gives them the same way.
        source = FromConst(None) if field.array else FromParam(index, place)
        found.append((field.name, Bind(source, field.type, STORED)))
    return tuple(found)


def restored_rows(collection: Collection, restored: Restored) -> tuple[GivenRow, ...]:
    """The rows that are put back beside a table."""
    return tuple(given_row(collection, restored.first + place) for place in range(restored.count))
