"""What an operator is: the contract of the files in this folder.

In charge of: the shapes of an operator and of the values its Python half sees. Not in charge of: any one operator. Used
by all siblings, by `plan` and `sql/read` (through `OPERATORS`) and by `expr/evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from satchel.errors import InvalidQuery
from satchel.expr.dialect import Dialect, Sql, Term

Shape = Literal["value", "list", "pair", "flag"]


@dataclass(frozen=True, slots=True)
class Value:
    """An operand in Python: what a `Term` is in SQL, with the same meaning of `type`, `hint` and `computed`."""

    value: Any
    type: str = ""
    hint: str = ""
    computed: bool = False

    @property
    def bound(self) -> bool:
        return self.hint != ""


@dataclass(frozen=True, slots=True)
class Flavor:
    """Where databases differ in what they find.

    `contains_sensitive`: `_contains` and its family tell upper from lower case. `unicode`: "not telling" reaches beyond
    ASCII.
    """

    contains_sensitive: bool = False
    unicode: bool = False


SQLITE = Flavor()
FLAVORS: Mapping[str, Flavor] = {
    "sqlite": SQLITE,
    "postgres": Flavor(contains_sensitive=True, unicode=True),
    "cockroach": Flavor(contains_sensitive=True, unicode=True),
    "mariadb": Flavor(unicode=True),
    "mysql": Flavor(unicode=True),
    "mssql": Flavor(unicode=True),
}


class WriteSql(Protocol):
    """Writes a condition. `right` is one Term; for the shape `pair` there are two: low and high."""

    def __call__(self, dialect: Dialect, left: Term, /, *right: Term) -> Sql: ...


TestValues = Callable[[Value, Value, Flavor], "bool | None"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    `shape` is that of the right side: one value; a list; a pair (low and high); or a flag, which the parser has already
    turned into the operator that is meant, so that the right side says nothing. `types`: the storage types that it fits
    in the tree syntax (None: all). `write` gives a condition that is true, false or NULL. `test` is the same in Python,
    on plain values; the right side of a list or pair is a Value that holds a list or tuple.

    `seeks_text`: the right side is a text, of whatever type the left side is. `write` is None for operators that only
    validate values; asking a database raises InvalidQuery.
    """

    name: str
    shape: Shape
    types: frozenset[str] | None
    write: WriteSql | None
    test: TestValues
    seeks_text: bool = False

    def sql(self, dialect: Dialect, left: Term, *right: Term) -> Sql:
        if self.write is None:
            raise InvalidQuery(f'"{self.name}" can\'t be used in a query')
        return self.write(dialect, left, *right)


NUMBERS = frozenset({"integer", "bigInteger", "float", "decimal"})
MOMENTS = frozenset({"date", "time", "dateTime", "timestamp"})
TEXTS = frozenset({"string", "text", "csv"})
# Types that Directus gives its default, broad set of operators.
BROAD = frozenset({"timestamp", "unknown"})

ORDERED_TYPES = NUMBERS | MOMENTS | BROAD
TEXT_TYPES = TEXTS | BROAD
EQUAL_TYPES = ORDERED_TYPES | TEXTS | {"boolean", "uuid", "binary", "geometry"}
MEMBER_TYPES = EQUAL_TYPES - {"boolean", "geometry"}
EMPTY_TYPES = TEXT_TYPES | {"hash"}
GEOMETRY_TYPES = frozenset({"geometry"})
