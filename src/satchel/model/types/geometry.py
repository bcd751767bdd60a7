"""The storage type `geometry`: GeoJSON geometries.

In charge of: the outer form of a geometry (its type, its coordinates), and for `geometry.Point` and its siblings that
it is one of those. Not in charge of: whether rings close; that is the database's. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any, cast

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, Refused, StorageType
from satchel.model.types.json_value import check_document, parse_document

KINDS = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
# How many lists the coordinates of a kind are nested in.
_DEPTH = {"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}


def _has_depth(value: Any, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, list):
        return False
    return all(_has_depth(item, depth - 1) for item in cast("list[Any]", value))


def _read(value: Any, wanted: str) -> dict[str, Any] | None:
    document = parse_document(value)[1] if isinstance(value, str) else value
    if not isinstance(document, dict):
        return None
    shape = cast("dict[str, Any]", document)
    kind = shape.get("type")
    if kind == "GeometryCollection" and not wanted:
        return shape if isinstance(shape.get("geometries"), list) else None
    if kind not in KINDS or (wanted and kind != wanted):
        return None
    coordinates = shape.get("coordinates")
    return shape if coordinates and _has_depth(coordinates, _DEPTH[kind]) else None


def _acceptor(field: Field, dialect: str) -> Accept:
    name = field.name
    wanted = field.type.partition(".")[2]

    def accept(value: Any) -> dict[str, Any]:
        shape = _read(value, wanted)
        if shape is None:
            raise Refused("invalid_geometry", f'Invalid GeoJSON {wanted or "geometry"} in field "{name}"')
        check_document(shape)
        return shape

    return accept


def _cast(value: Any, strict: bool) -> dict[str, Any] | None:
    shape = _read(value, "")
    if shape is None and strict and value is not None:
        raise Refused("invalid_geometry", "Invalid GeoJSON value")
    return shape


TYPE = StorageType("geometry", _acceptor, _cast)
