"""Scalars, filter operators and functions: the types that are the same in every schema.

In charge of: what each scalar takes, the input objects of operators, the objects of date and count functions, and which
of them belongs to a field. Not in charge of: collections (`types`, `inputs`). Called by both.

Answers are bytes that the database made, so no scalar says how a value is written: a field's `Shown.form` does (see
`plan/query.Select`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
    is_named_type,
)
from graphql.language import ValueNode
from graphql.utilities import value_from_ast_untyped

from satchel.model.catalog import Field
from satchel.plan.query import Form

Coerce = Callable[[Any], Any]
_DIGITS = re.compile(r"[+-]?\d{1,40}")

DATE_TYPES = ("date", "time", "dateTime", "timestamp")
NUMERIC_TYPES = ("integer", "bigInteger", "float", "decimal")


def _scalar(name: str, description: str | None, coerce: Coerce) -> GraphQLScalarType:
    def literal(node: ValueNode) -> Any:
        return coerce(value_from_ast_untyped(node))

    return GraphQLScalarType(name, description=description, coerce_input_value=coerce, coerce_input_literal=literal)


def plain_scalar(name: str) -> GraphQLScalarType:
    """A scalar of a schema's own that takes and gives any JSON."""
    return _scalar(name, None, _anything)


def _refuse(wanted: str) -> Any:
    raise GraphQLError(f"Value must be {wanted}")


def _big_integer(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value if value is None or _is_variable(value) else _refuse("a whole number")


def _is_variable(value: Any) -> bool:
    """`$CURRENT_USER.score`: told from a number by its sign; the filter says what it means."""
    return isinstance(value, str) and value.startswith("$")


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else _refuse("a String")


def _number_or_text(value: Any) -> Any:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    return _refuse("a Number or a String")


def _object(value: Any) -> Any:
    if value is None or isinstance(value, dict):
        return cast("Any", value)
    return _refuse("an object")


def _anything(value: Any) -> Any:
    return value


def _nothing(value: Any) -> Any:
    return None if value is None else _refuse("null")


BIG_INTEGER = _scalar("GraphQLBigInt", "BigInt value", _big_integer)
DATE = _scalar("Date", "ISO8601 Date values", _text)
GEO_JSON = _scalar("GraphQLGeoJSON", "GeoJSON value", _anything)
HASH = _scalar("Hash", "Hashed string values", _text)
JSON = _scalar(
    "JSON",
    "The `JSON` scalar type represents JSON values as specified by "
    "[ECMA-404](http://www.ecma-international.org/publications/files/ECMA-ST/ECMA-404.pdf).",
    _anything,
)
JSON_FILTER = _scalar(
    "GraphQLJsonFilter",
    "A JSON filter value: a plain object mapping JSON path keys to filter operators "
    '(e.g. { "key": { "_eq": "value" } })',
    _object,
)
NUMBER_OR_TEXT = _scalar("GraphQLStringOrFloat", "A Float or a String", _number_or_text)
VOID = _scalar("Void", "Represents NULL values", _nothing)

EVENTS = GraphQLEnumType("EventEnum", {name: name for name in ("create", "update", "delete")})

# --- operators of filters


def _operators(name: str, **fields: Any) -> GraphQLInputObjectType:
    entries = {**{f"_{key}": kind for key, kind in fields.items()}, "_null": GraphQLBoolean, "_nnull": GraphQLBoolean}
    return GraphQLInputObjectType(name, {key: GraphQLInputField(kind) for key, kind in entries.items()})


def _comparisons(kind: Any, *names: str) -> dict[str, Any]:
    return dict.fromkeys(names, kind)


def _lists(kind: Any, *names: str) -> dict[str, Any]:
    return dict.fromkeys(names, GraphQLList(kind))


_EQUAL = ("eq", "neq")
_ORDER = ("gt", "gte", "lt", "lte")
_PARTS = (
    "contains", "icontains", "ncontains", "starts_with", "nstarts_with", "istarts_with", "nistarts_with",
    "ends_with", "nends_with", "iends_with", "niends_with",
)  # fmt: skip
_BLANK = dict.fromkeys(("empty", "nempty"), GraphQLBoolean)


def _numbers(name: str, kind: Any) -> GraphQLInputObjectType:
    pairs = _lists(kind, "between", "nbetween")
    return _operators(
        name, **_comparisons(kind, *_EQUAL), **_lists(kind, "in", "nin"), **_comparisons(kind, *_ORDER), **pairs
    )


def _texts(name: str, kind: Any) -> GraphQLInputObjectType:
    return _operators(name, **_comparisons(kind, *_EQUAL, *_PARTS), **_lists(kind, "in", "nin"), **_BLANK)


STRING_OPERATORS = _texts("string_filter_operators", GraphQLString)
ID_OPERATORS = _texts("id_filter_operators", GraphQLID)
NUMBER_OPERATORS = _numbers("number_filter_operators", NUMBER_OR_TEXT)
BIG_INTEGER_OPERATORS = _numbers("big_int_filter_operators", BIG_INTEGER)
BOOLEAN_OPERATORS = _operators("boolean_filter_operators", **_comparisons(GraphQLBoolean, *_EQUAL))
DATE_OPERATORS = _operators(
    "date_filter_operators",
    **_comparisons(GraphQLString, *_EQUAL, *_ORDER),
    **_lists(GraphQLString, "in", "nin"),
    **_lists(NUMBER_OR_TEXT, "between", "nbetween"),
)
JSON_OPERATORS = _operators("json_filter_operators", json=JSON_FILTER)
HASH_OPERATORS = _operators("hash_filter_operators", **_BLANK)
GEOMETRY_OPERATORS = _operators(
    "geometry_filter_operators",
    **_comparisons(GEO_JSON, *_EQUAL, "intersects", "nintersects", "intersects_bbox", "nintersects_bbox"),
)

# --- functions

_DATE_PARTS = ("year", "month", "week", "day", "weekday")
_TIME_PARTS = ("hour", "minute", "second")


def _functions(name: str, *functions: str) -> GraphQLObjectType:
    return GraphQLObjectType(name, {part: GraphQLField(GraphQLInt) for part in functions})


def _function_filter(name: str, *functions: str) -> GraphQLInputObjectType:
    return GraphQLInputObjectType(name, {part: GraphQLInputField(NUMBER_OPERATORS) for part in functions})


DATE_FUNCTIONS = _functions("date_functions", *_DATE_PARTS)
TIME_FUNCTIONS = _functions("time_functions", *_TIME_PARTS)
DATE_TIME_FUNCTIONS = _functions("datetime_functions", *_DATE_PARTS, *_TIME_PARTS)
COUNT_FUNCTIONS = _functions("count_functions", "count")
DATE_FUNCTION_FILTER = _function_filter("date_function_filter_operators", *_DATE_PARTS)
TIME_FUNCTION_FILTER = _function_filter("time_function_filter_operators", *_TIME_PARTS)
DATE_TIME_FUNCTION_FILTER = _function_filter("datetime_function_filter_operators", *_DATE_PARTS, *_TIME_PARTS)
COUNT_FUNCTION_FILTER = _function_filter("count_function_filter_operators", "count")

FUNCTIONS_OF = {
    "date": (DATE_FUNCTIONS, DATE_FUNCTION_FILTER),
    "time": (TIME_FUNCTIONS, TIME_FUNCTION_FILTER),
    "dateTime": (DATE_TIME_FUNCTIONS, DATE_TIME_FUNCTION_FILTER),
    "timestamp": (DATE_TIME_FUNCTIONS, DATE_TIME_FUNCTION_FILTER),
}


def json_functions(name: str) -> GraphQLObjectType:
    """The functions of one JSON field; each has a type of its own."""
    path = GraphQLArgument(GraphQLNonNull(GraphQLString))
    return GraphQLObjectType(name, {"count": GraphQLField(GraphQLInt), "json": GraphQLField(JSON, {"path": path})})


# --- which of them a field is


@dataclass(frozen=True, slots=True)
class Shown:
    """How a stored field is shown: its type, and the form in which the database writes it."""

    type: Any
    form: Form = ""


_SHOWN = {
    "integer": Shown(GraphQLInt),
    "bigInteger": Shown(BIG_INTEGER, "text"),
    "float": Shown(GraphQLFloat),
    "decimal": Shown(GraphQLFloat, "number"),
    "boolean": Shown(GraphQLBoolean),
    "json": Shown(JSON),
    "unknown": Shown(JSON),  # whatever the database has there
    "csv": Shown(GraphQLList(GraphQLString)),
    "hash": Shown(HASH),
    **dict.fromkeys(DATE_TYPES, Shown(DATE)),
}
_TEXT = Shown(GraphQLString)
_ID = Shown(GraphQLID, "text")
_OPERATORS = {
    "integer": NUMBER_OPERATORS,
    "bigInteger": BIG_INTEGER_OPERATORS,
    "float": NUMBER_OPERATORS,
    "decimal": NUMBER_OPERATORS,
    "boolean": BOOLEAN_OPERATORS,
    "json": JSON_OPERATORS,
    "hash": HASH_OPERATORS,
    **dict.fromkeys(DATE_TYPES, DATE_OPERATORS),
}


def shown(field: Field, *, key: bool) -> Shown:
    """How a field is shown. `key`: it is the whole key of its collection."""
    if key:
        return _ID
    if field.concealed:
        return Shown(HASH)
    if field.type.startswith("geometry"):
        return Shown(GEO_JSON)
    found = _SHOWN.get(field.type, _TEXT)
    return Shown(GraphQLList(found.type)) if field.array else found


def operators(field: Field, *, key: bool) -> GraphQLInputObjectType:
    """The operators that a filter may use on a field."""
    if field.concealed:
        return HASH_OPERATORS
    if key and field.type == "uuid":
        return ID_OPERATORS
    if field.type.startswith("geometry"):
        return GEOMETRY_OPERATORS
    return _OPERATORS.get(field.type, STRING_OPERATORS)


def required(kind: Any) -> Any:
    """The type as one that is never null."""
    return GraphQLNonNull(kind)


STATIC_NAMES = frozenset(str(kind) for kind in tuple(globals().values()) if is_named_type(kind))
"""The names of all types in this module; no collection can have a type of that name beside them."""
