"""The SELECT of a view: looked at, so that the fields of the view are known.

In charge of: refusing what is no single SELECT, the names and kinds of its columns. Not in charge of: whether the
database accepts it (`engine/schema_view` tries). Called by `engine/schema_view`. Pure.

Only the outermost select list is read: a column that is another collection's field becomes a copy of that field,
another collection's key becomes a relation, `count()`, `total()` and casts say their type, all else is JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from satchel.errors import InvalidPayload
from satchel.model.catalog import Catalog, Collection, Field
from satchel.model.definition import FieldDefinition
from satchel.model.fields.names import check_name
from satchel.model.fields.text import KEY_PATTERN
from satchel.model.kinds import pocketbase_kind, pocketbase_options
from satchel.model.naming import field_id
from satchel.model.sql_tokens import Token, close_of, is_balanced, split, text_of, tokens
from satchel.model.system.collections import PHYSICAL_SYSTEM_TABLES

WILDCARD = (
    "wildcard columns (*) are not supported - manually type the collection field names you want the view query to have."
)
MISSING_ID = "missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if you don't have one)."
_AFTER_FROM = frozenset(
    {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT"}
)
_COMPOUND = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_JOINS = frozenset({"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "OUTER"})
_NO_ALIAS = _AFTER_FROM | _JOINS | {"ON", "USING", "AS", "END", "NULL", "TRUE", "FALSE"}
_CASTS = {
    "int": ("number", True),
    "integer": ("number", True),
    "real": ("number", False),
    "decimal": ("number", False),
    "numeric": ("number", False),
    "bool": ("bool", False),
    "boolean": ("bool", False),
    "text": ("text", False),
}
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One output column. `path`: the column it is, with its table's name or alias before it, or () for an expression.

    `kind`: the PocketBase kind that the expression says, "" when it says none. `whole`: a number without decimals.
    """

    name: str
    path: tuple[str, ...] = ()
    kind: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """`text`: the query without its final semicolon. `tables`: alias (or name), in lower case → table."""

    text: str
    columns: tuple[ViewColumn, ...]
    tables: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def parse_view(query: str) -> ViewQuery:
    """Look at a query. Raises InvalidPayload with the reason."""
    found = tokens(query)
    while found and found[-1].is_symbol(";"):
        found.pop()
    if any(token.is_symbol(";") for token in found):
        raise InvalidPayload("multiple statements are not supported.")
    if any(token.name in PHYSICAL_SYSTEM_TABLES for token in found if token.kind in ("word", "name")):
        raise InvalidPayload("the tables of Satchel itself can't be part of a view.")
    if not is_balanced(found):
        raise InvalidPayload("the parentheses don't match.")
    text = text_of(query, found)
    start = _after_with(found)
    if start >= len(found) or found[start].upper != "SELECT":
        word = found[start].text if start < len(found) else ""
        raise InvalidPayload(f'near "{word}": a SELECT was expected.')
    items, rest = _select_list(found, start + 1)
    if rest and any(token.upper in _COMPOUND for token in _top_level(rest)):
        columns = tuple(ViewColumn(_column(text, query, item).name) for item in items)
        return ViewQuery(text, columns, {})
    made_here = {token.name.lower() for token in found[:start]}  # a WITH hides tables of the same name
    tables = {alias: table for alias, table in _tables(rest).items() if table.lower() not in made_here}
    return ViewQuery(text, tuple(_column(text, query, item) for item in items), tables)


def _after_with(found: Sequence[Token]) -> int:
    """The position of the SELECT that follows WITH name AS (…), …"""
    if not found or found[0].upper != "WITH":
        return 0
    position = 1
    while position < len(found) and found[position].upper != "SELECT":
        position = close_of(found, position) + 1 if found[position].is_symbol("(") else position + 1
    return position


def _top_level(found: Sequence[Token]) -> list[Token]:
    depth = 0
    kept: list[Token] = []
    for token in found:
        depth += token.is_symbol("(") - token.is_symbol(")")
        if depth == 0:
            kept.append(token)
    return kept


def _select_list(found: Sequence[Token], start: int) -> tuple[list[list[Token]], list[Token]]:
    """The items between SELECT and what follows them, and what follows."""
    if start < len(found) and found[start].upper in ("DISTINCT", "ALL"):
        start += 1
    position, depth = start, 0
    while position < len(found):
        token = found[position]
        depth += token.is_symbol("(") - token.is_symbol(")")
        if depth == 0 and (token.upper == "FROM" or token.upper in _AFTER_FROM):
            break
        position += 1
    return split(found[start:position]), list(found[position:])


# --- columns


def _column(text: str, query: str, item: list[Token]) -> ViewColumn:
    if not item:
        raise InvalidPayload("a column is missing.")
    if item[-1].is_symbol("*") and (len(item) == 1 or item[-2].is_symbol(".")):
        raise InvalidPayload(WILDCARD)
    expression, alias = _alias(item)
    expression = _unwrapped(expression)
    path = _path(expression)
    name = alias or (path[-1] if path else text_of(query, item))
    if path:
        return ViewColumn(name, path)
    kind, whole = _kind(expression)
    return ViewColumn(name, (), kind, whole)


def _alias(item: list[Token]) -> tuple[list[Token], str]:
    last = item[-1]
    if len(item) > 2 and item[-2].upper == "AS":
        return item[:-2], last.text[1:-1] if last.kind == "string" else last.name
    if len(item) > 1 and last.kind in ("word", "name") and last.upper not in _NO_ALIAS:
        before = item[-2]
        if before.kind != "symbol" or before.is_symbol(")"):
            return item[:-1], last.name
    return item, ""


def _unwrapped(item: list[Token]) -> list[Token]:
    while len(item) > 2 and item[0].is_symbol("(") and close_of(item, 0) == len(item) - 1:
        item = item[1:-1]
    return item


def _path(item: Sequence[Token]) -> tuple[str, ...]:
    """`a`, `t.a` or `s.t.a` as names; () for anything else."""
    names = item[::2]
    if len(item) % 2 == 0 or not all(token.kind in ("word", "name") for token in names):
        return ()
    if len(item) == 1 and item[0].upper in (
        "NULL",
        "TRUE",
        "FALSE",
        "CURRENT_TIMESTAMP",
        "CURRENT_DATE",
        "CURRENT_TIME",
    ):
        return ()
    return tuple(token.name for token in names) if all(token.is_symbol(".") for token in item[1::2]) else ()


def _kind(item: Sequence[Token]) -> tuple[str, bool]:
    """What a call says of its type."""
    called = len(item) > 2 and item[1].is_symbol("(") and close_of(item, 1) == len(item) - 1
    if not called:
        return "", False
    match item[0].upper:
        case "COUNT":
            return "number", True
        case "TOTAL":
            return "number", False
        case "CAST":
            inside = item[2:-1]
            at = next((number for number, token in enumerate(inside) if token.upper == "AS"), len(inside))
            wanted = inside[at + 1 :]
            return _CASTS.get(wanted[0].text.lower(), ("", False)) if len(wanted) == 1 else ("", False)
        case _:
            return "", False


# --- tables


def _tables(rest: Sequence[Token]) -> dict[str, str]:
    """The tables of FROM, by the names that columns are qualified with."""
    if not rest or rest[0].upper != "FROM":
        return {}
    found: dict[str, str] = {}
    position = 1
    expected = True
    while position < len(rest) and rest[position].upper not in _AFTER_FROM:
        token = rest[position]
        if token.is_symbol("("):
            position = close_of(rest, position) + 1
            expected = False
            continue
        if token.is_symbol(",") or token.upper in _JOINS:
            expected = True
            position += 1
            continue
        if expected and token.kind in ("word", "name"):
            position = _table(rest, position, found)
            expected = False
            continue
        position += 1
    return found


def _table(rest: Sequence[Token], position: int, found: dict[str, str]) -> int:
    table = rest[position].name
    position += 1
    while position + 1 < len(rest) and rest[position].is_symbol("."):
        table = rest[position + 1].name
        position += 2
    alias = table
    if position < len(rest) and rest[position].upper == "AS":
        position += 1
    if position < len(rest) and rest[position].kind in ("word", "name") and rest[position].upper not in _NO_ALIAS:
        alias = rest[position].name
        position += 1
    found[alias.lower()] = table
    return position


# --- fields


def view_fields(view: ViewQuery, catalog: Catalog, source: str) -> tuple[FieldDefinition, ...]:
    """The fields of a view. Raises InvalidPayload for a missing `id` and for names that can't be a field's."""
    if "id" not in view.names:
        raise InvalidPayload(MISSING_ID, missing_id=True)
    found: list[FieldDefinition] = []
    taken: set[str] = set()
    for number, column in enumerate(view.columns):
        complaint = check_name(column.name)
        if complaint is not None:
            message = complaint.message[0].lower() + complaint.message[1:]
            raise InvalidPayload(f'invalid field "{column.name}" ({number}): name: {message}')
        if column.name.lower() in taken:
            raise InvalidPayload(f'invalid field "{column.name}" ({number}): the name is used twice.')
        taken.add(column.name.lower())
        found.append(_field(column, view, catalog, source))
    return tuple(found)


def _field(column: ViewColumn, view: ViewQuery, catalog: Catalog, source: str) -> FieldDefinition:
    if column.name == "id":
        options = {"primaryKey": True, "pattern": KEY_PATTERN}
        return FieldDefinition(
            "id", kind="text", id=field_id("text", "id"), options=options, required=True, system=True
        )
    origin = origin_of(column, view, catalog, source)
    if origin is not None:
        return _copy(column.name, *origin, catalog)
    kind = column.kind or "json"
    # An expression's JSON is never written; 1 is what PocketBase says of it.
    options: dict[str, Any] = {"onlyInt": True} if column.whole else {"maxSize": 1} if kind == "json" else {}
    return FieldDefinition(column.name, kind=kind, id=field_id(kind, column.name), options=options)


def origin_of(column: ViewColumn, view: ViewQuery, catalog: Catalog, source: str) -> tuple[Collection, Field] | None:
    """The collection and field that a column is taken from; None for an expression."""
    if not column.path:
        return None
    *qualifiers, last = column.path
    tables = list(view.tables.values())
    if qualifiers:
        named = view.tables.get(qualifiers[-1].lower())
        tables = [named] if named is not None else []
    name = last.lower()
    for table in tables:
        for collection in catalog.collections.values():
            if collection.source == source and collection.table.lower() == table.lower() and not collection.system:
                for field in collection.stored_fields:
                    if (field.column or "").lower() == name:
                        return collection, field
    return None


def _copy(name: str, collection: Collection, field: Field, catalog: Catalog) -> FieldDefinition:
    if collection.key == (field.name,):
        options = {"collectionId": collection.id, "maxSelect": 1, "minSelect": 0, "cascadeDelete": False}
        return FieldDefinition(name, kind="relation", id=field_id("relation", name), options=options)
    relation = catalog.m2o(collection.name, field.name)
    kind = pocketbase_kind(field, relation)
    copied = FieldDefinition(
        name,
        kind=kind,
        id=_copy_id(collection, field, name),
        options=pocketbase_options(field, catalog, relation),
        hidden=field.hidden,
        required=field.required,
        presentable=bool(field.options.get("presentable")),
        help=str(field.options.get("help") or ""),
    )
    return replace(copied, options={**copied.options, "primaryKey": False}) if kind == "text" else copied


def _copy_id(collection: Collection, field: Field, name: str) -> str:
    """`_clone_` and four characters, the same whenever the same field is copied under the same name."""
    number = crc32(f"{collection.id}/{field.id}/{name}".encode())
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return f"_clone_{letters}"
