"""`_intersects`, `_intersects_bbox` and their negations: questions about geometries.

In charge of: these four. The right side is a GeoJSON document. A database without geometry functions refuses them. In
Python geometries are compared by their bounding boxes only. Called through `OPERATORS`.
"""

from __future__ import annotations

import json
from typing import Any, cast

from satchel.expr.dialect import Dialect, Sql, Term
from satchel.expr.fragment import sql
from satchel.expr.operators.operator import GEOMETRY_TYPES, Flavor, Operator, Value

Box = tuple[float, float, float, float]


def _operator(name: str, *, box: bool, negated: bool) -> Operator:
    def write(dialect: Dialect, left: Term, /, *others: Term) -> Sql:
        (right,) = others
        found = dialect.intersects(left.sql, right.sql, box=box)
        return sql("NOT ({})", found) if negated else found

    def test(left: Value, right: Value, flavor: Flavor) -> bool | None:
        one, other = _box(left.value), _box(right.value)
        if one is None or other is None:
            return None
        meets = one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
        return meets is not negated

    return Operator(name, "value", GEOMETRY_TYPES, write, test)


def _box(value: Any) -> Box | None:
    """West, south, east and north of a GeoJSON document."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    points: list[tuple[float, float]] = []
    _collect(value, points)
    if not points:
        return None
    east, north = [point[0] for point in points], [point[1] for point in points]
    return min(east), min(north), max(east), max(north)


def _collect(value: Any, points: list[tuple[float, float]]) -> None:
    if isinstance(value, dict):
        document = cast("dict[str, Any]", value)
        for key in ("coordinates", "geometries", "geometry", "features"):
            _collect(document.get(key), points)
    elif isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        if len(items) >= 2 and all(isinstance(item, int | float) for item in items[:2]):
            points.append((float(items[0]), float(items[1])))
        else:
            for item in items:
                _collect(item, points)


INTERSECTS = (
    _operator("_intersects", box=False, negated=False),
    _operator("_nintersects", box=False, negated=True),
    _operator("_intersects_bbox", box=True, negated=False),
    _operator("_nintersects_bbox", box=True, negated=True),
)
