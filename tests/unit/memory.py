"""Rows in memory for the interpreter: a small schema, tables of dicts, and the requests that rules speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from satchel.errors import InvalidQuery
from satchel.expr.functions.list_length import elements
from satchel.expr.nodes import Variable
from satchel.expr.rows import ABSENT, Step


@dataclass(frozen=True)
class Column:
    """`to`: the collection that a stored key (or, with `many`, a list of keys) points at."""

    type: str
    to: str = ""
    many: bool = False
    listed: Literal["", "single", "many"] = ""


@dataclass(frozen=True)
class Alias:
    """Rows of `collection` whose `field` points here; `many` False for a unique one."""

    collection: str
    field: str
    many: bool = True


@dataclass
class Memory:
    """`schema`: columns and aliases by collection; `tables`: rows by collection. Every key is `id`."""

    schema: Mapping[str, Mapping[str, Column | Alias]]
    tables: Mapping[str, Sequence[Mapping[str, Any]]]

    def rows(self, collection: str) -> list[MemoryRow]:
        return [MemoryRow(self, collection, values) for values in self.tables[collection]]

    def find(self, collection: str, key: Any) -> MemoryRow | None:
        return next((row for row in self.rows(collection) if row.values["id"] == key), None)

    def nothing(self, collection: str) -> MemoryRow:
        return MemoryRow(self, collection, None)


@dataclass
class MemoryRow:
    """`values` None: the row of NULLs. `payload`: a key that is not there was not sent."""

    memory: Memory
    collection: str
    values: Mapping[str, Any] | None
    payload: bool = False
    key: str = "id"

    def value(self, name: str) -> Any:
        if not isinstance(self.memory.schema[self.collection].get(name), Column):
            raise InvalidQuery(f'unknown field "{name}"')
        if self.values is None:
            return None
        return self.values.get(name, ABSENT if self.payload else None)

    def type(self, name: str) -> str:
        found = self.memory.schema[self.collection].get(name)
        if found is None and self._back(name) is None:
            raise InvalidQuery(f'unknown field "{name}"')
        return found.type if isinstance(found, Column) else "alias"

    def listed(self, name: str) -> Literal["", "single", "many"]:
        found = self.memory.schema[self.collection].get(name)
        return found.listed if isinstance(found, Column) else ""

    def step(self, part: str) -> Step | None:
        found = self.memory.schema[self.collection].get(part) or self._back(part)
        if isinstance(found, Alias):
            return self._behind(found)
        if found is None or not found.to:
            return None
        nothing = self.memory.nothing(found.to)
        stored = None if self.values is None else self.values.get(part)
        keys = elements(stored) if found.many else [] if stored in (None, "") else [stored]
        return Step([self.memory.find(found.to, key) or nothing for key in keys], nothing, found.many)

    def _back(self, part: str) -> Alias | None:
        collection, found, name = part.partition("_via_")
        return Alias(collection, name) if found and collection in self.memory.schema else None

    def _behind(self, alias: Alias) -> Step:
        nothing = self.memory.nothing(alias.collection)
        if self.values is None:
            return Step((), nothing, alias.many)
        column = self.memory.schema[alias.collection][alias.field]
        assert isinstance(column, Column)
        key = self.values["id"]

        def points_here(row: MemoryRow) -> bool:
            stored = (row.values or {}).get(alias.field)
            return key in elements(stored) if column.many else stored == key

        return Step([row for row in self.memory.rows(alias.collection) if points_here(row)], nothing, alias.many)


@dataclass
class MemoryScope:
    memory: Memory
    now: datetime = datetime(2026, 11, 23, 12, 30, 15, 250_000, tzinfo=UTC)
    signed_in: MemoryRow | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def request(self, parts: Sequence[str]) -> Any:
        found: Any = self.values
        for part in parts:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def is_set(self, parts: Sequence[str]) -> bool:
        holder = self.request(parts[:-1])
        return isinstance(holder, Mapping) and parts[-1] in holder

    def variable(self, variable: Variable) -> Any:
        return self.variables[".".join((variable.name, *variable.path))]

    def collection(self, name: str) -> Step:
        return Step(self.memory.rows(name), self.memory.nothing(name), many=True)

    def submitted(self, name: str) -> Step | None:
        return None
