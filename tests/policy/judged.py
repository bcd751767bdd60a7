"""The oracle's rows with the face that the product's own interpreter (`expr/evaluate`) asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from satchel.errors import InvalidQuery
from satchel.expr.nodes import Variable
from satchel.expr.rows import Step
from satchel.model.catalog import Relation
from tests.policy.interpreter import NOW, At, Interpreter, Refused


@dataclass(frozen=True)
class JudgedRow:
    """A row as somebody sees it: values that do not show are None, rows that do not show are not there."""

    oracle: Interpreter
    at: At
    key: str = "id"

    def value(self, name: str) -> Any:
        if self.oracle.collection(self.at.collection).column(name) is None:
            raise InvalidQuery(name)
        return self.oracle.cell(self.at, name)

    def type(self, name: str) -> str:
        field = self.oracle.collection(self.at.collection).fields.get(name)
        return field.type if field is not None else ""

    def listed(self, name: str) -> Any:
        return "many" if name == "l" else ""

    def step(self, part: str) -> Step | None:
        relation = self.oracle.catalog.m2o(self.at.collection, part)
        if relation is not None:
            return self._listed(relation) if relation.list else self._one(relation)
        found = self.oracle.back_relation(self.at.collection, part)
        return None if found is None else self._many(found)

    def _row(self, collection: str, row: Mapping[str, Any] | None) -> JudgedRow:
        return JudgedRow(self.oracle, At(collection, row, "list", self.at.trusted))

    def _one(self, relation: Relation) -> Step:
        target = relation.one or ""
        key = self.oracle.cell(self.at, relation.many_field)
        rows = [row for row in self._all(target) if key is not None and row["id"] == key]
        return Step([self._row(target, row) for row in rows], self._row(target, None), many=False)

    def _listed(self, relation: Relation) -> Step:
        """One row per key in the list; a key of nothing (or of what does not show) is the row of NULLs."""
        target = relation.one or ""
        known = {str(row["id"]): row for row in self._all(target)}
        keys = self.oracle.cell(self.at, relation.many_field) or []
        return Step([self._row(target, known.get(str(key))) for key in keys], self._row(target, None), many=True)

    def _many(self, relation: Relation) -> Step:
        child = relation.many
        if not self.at.trusted:
            self.oracle.granted(child, "list")
        rows = [] if self.at.row is None else self.oracle.children(self.at, relation, "list")
        return Step([self._row(child, row) for row in rows], self._row(child, None), many=True)

    def _all(self, collection: str) -> Sequence[Mapping[str, Any]]:
        return self.oracle.all(collection, "list", trusted=self.at.trusted)


@dataclass(frozen=True)
class JudgedScope:
    oracle: Interpreter
    signed_in: None = None
    now: datetime = NOW

    def request(self, parts: Sequence[str]) -> Any:
        actor = self.oracle.actor
        if actor.kind != "user" or parts[0] != "auth":
            return None
        return actor.key if parts[1] == "id" else actor.record.get(parts[1])

    def is_set(self, parts: Sequence[str]) -> bool:
        return self.request(parts) is not None

    def variable(self, variable: Variable) -> Any:
        return self.oracle.variable(variable)

    def collection(self, name: str) -> Step:
        raise Refused(name)

    def submitted(self, name: str) -> Step | None:
        return None
