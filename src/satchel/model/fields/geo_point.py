"""The field kind `geoPoint`: `{"lon": 23.3, "lat": 42.7}`. The point 0,0 is blank.

In charge of: reading points leniently, the range of degrees. Called through `FIELDS`.
"""

from __future__ import annotations

import math
from typing import Any, cast

from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast, Check, FieldKind, no_options
from satchel.model.types.contract import Refused
from satchel.model.types.json_value import parse_document


def point_of(value: Any) -> dict[str, float]:
    """A point from an object or its JSON text. What is no number is 0."""
    if isinstance(value, str):
        value = parse_document(value)[1]
    entries = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    return {"lon": _degrees(entries.get("lon")), "lat": _degrees(entries.get("lat"))}


def _degrees(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return value if math.isfinite(value) else 0


def _cast(_: Field) -> Cast:
    return point_of


def _check(_: Field) -> Check:
    def check(value: Any) -> None:
        if not -90 <= value["lat"] <= 90:
            raise Refused("invalid_latitude", "Latitude must be between -90 and 90 degrees.")
        if not -180 <= value["lon"] <= 180:
            raise Refused("invalid_longitude", "Longitude must be between -180 and 180 degrees.")

    return check


FIELD = FieldKind(
    kind="geoPoint",
    storage=lambda _: "json",
    zero=lambda _: {"lon": 0, "lat": 0},
    cast=_cast,
    check=_check,
    blank=lambda value: not value or (value["lon"] == 0 and value["lat"] == 0),
    check_options=no_options,
)
