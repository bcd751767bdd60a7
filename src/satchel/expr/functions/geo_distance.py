"""`geoDistance(lonA, latA, lonB, latB)`: the distance of two points in kilometres.

In charge of: that, as a great circle on a sphere with radius 6371 km. Called through `FUNCTIONS`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from satchel.expr.dialect import Dialect, Term
from satchel.expr.functions.function import Function
from satchel.expr.operators.compare import as_kind
from satchel.expr.operators.operator import Value
from satchel.expr.operators.values import number_of

DIAMETER_KM = 2 * 6371.0


def _sql(dialect: Dialect, terms: Sequence[Term], extra: Sequence[str]) -> Term:
    lon_a, lat_a, lon_b, lat_b = (as_kind(dialect, term, "number") for term in terms)
    return Term(dialect.geo_distance(lon_a, lat_a, lon_b, lat_b), "float", computed=True)


def _evaluate(values: Sequence[Value], extra: Sequence[str], now: datetime) -> float | None:
    numbers = [number_of(value.value) for value in values]
    if any(number is None for number in numbers):
        return None
    lon_a, lat_a, lon_b, lat_b = (math.radians(float(number or 0)) for number in numbers)
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return DIAMETER_KM * math.asin(min(1.0, math.sqrt(half)))


FUNCTION = Function("geoDistance", _sql, _evaluate, "float")
