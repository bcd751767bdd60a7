"""What of the catalog one caller's schema shows: collections, fields and actions, from grants.

In charge of: which names exist for whoever has these grants. Not in charge of: rows (`plan/secure` guards every read
and write, whatever a schema showed) or types (`types`, `inputs`). Called by the builders of the schema.

Forbidden and missing look the same: neither is in the schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from satchel.model.catalog import Action, Catalog, Collection, Field, Relation
from satchel.model.system.collections import POCKETBASE_COLLECTIONS
from satchel.policy.grant import Grants
from satchel.snapshots.defaults import FILLING
from satchel.wire.directus.graphql.scalars import STATIC_NAMES
from satchel.wire.directus.graphql.system_types import SYSTEM_NAMES
from satchel.wire.directus.system import APART, ENDPOINTS

Scope = Literal["items", "system"]
Opens = Callable[[str], bool]
Link = Literal["one", "many", "any"]
PREFIX = "directus_"
READ_ONLY = frozenset(item.collection for item in ENDPOINTS if item.readonly)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = STATIC_NAMES | SYSTEM_NAMES | {"Query", "Mutation", "Subscription", "delete_one", "delete_many"}
_DERIVED = ("filter", "quantifier_filter", "aggregated", "aggregated_count", "aggregated_fields", "mutated")


def is_name(text: str) -> bool:
    """Whether GraphQL can name it."""
    return bool(_NAME.fullmatch(text)) and not text.startswith("__")


def own_names(catalog: Catalog, item: Collection) -> set[str]:
    """The names of a collection's types: no other type can have one of them."""
    name = item.name
    unions = (field for field in item.fields if _is_any(catalog.m2o(name, field)))
    return {
        name,
        *(f"{name}_{ending}" for ending in _DERIVED),
        *(f"{name}_{field}_union" for field in unions),
        f"version_{name}",
        f"create_{name}_input",
        f"update_{name}_input",
    }


def shared_names(item: Collection) -> set[str]:
    """The names of types that are alike in all collections: `a_b` with a field `c` may share one with `a`'s `b_c`."""
    return {f"{item.name}_{field.name}_func" for field in item.fields.values() if field.type == "json"}


def _is_any(relation: Relation | None) -> bool:
    return relation is not None and relation.one is None


@dataclass(frozen=True, slots=True)
class Linked:
    """Where a relational field leads: to `one` item of `targets`, to `many`, or to `any` one of several collections."""

    link: Link
    targets: tuple[str, ...]


class Visible:
    """The catalog as the holder of some grants may know it."""

    def __init__(self, catalog: Catalog, grants: Grants) -> None:
        self.catalog = catalog
        self.grants = grants
        self._readable: dict[str, dict[str, bool]] = {}

    @cached_property
    def collections(self) -> dict[str, Collection]:
        """All collections that can be named, whoever asks. Of two whose types would have one name the shorter stays."""
        served = [
            item
            for name, item in self.catalog.collections.items()
            if item.kind != "folder"
            and not item.inactive
            and is_name(name)
            and name not in RESERVED
            and name not in POCKETBASE_COLLECTIONS
        ]
        taken: set[str] = set()
        shared: set[str] = set()
        kept: set[str] = set()
        for item in sorted(served, key=lambda item: (len(item.name), item.name)):
            own, alike = own_names(self.catalog, item), shared_names(item)
            if own & taken or own & shared or alike & taken:
                continue
            taken |= own
            shared |= alike
            kept.add(item.name)
        return {item.name: item for item in served if item.name in kept}

    def of(self, scope: Scope) -> Iterator[Collection]:
        """The collections that have root fields in a scope."""
        for item in self.collections.values():
            if item.system == (scope == "system") and item.name not in APART and self._listed(item):
                yield item

    def _listed(self, item: Collection) -> bool:
        return not item.system or item.name.startswith(PREFIX)

    # --- reading

    def readable(self, collection: str) -> dict[str, bool]:
        """The fields that may be read → whether each row that may be read shows them."""
        found = self._readable.get(collection)
        if found is None:
            found = self._readable[collection] = self._read_fields(collection)
        return found

    def _read_fields(self, name: str) -> dict[str, bool]:
        item = self.collections.get(name)
        giving = [*self.grants.of(name, "list"), *self.grants.of(name, "view")]
        if item is None or not giving:
            return {}
        found: dict[str, bool] = {}
        for field in item.fields.values():
            given = [grant for grant in giving if grant.fields is None or field.name in grant.fields]
            if given and is_name(field.name) and (field.stored or self._relational(item, field)):
                found[field.name] = len(given) == len(giving)
        return found

    def may(self, collection: str, action: Action) -> bool:
        """Whether anything may be done of that kind."""
        return bool(self.grants.of(collection, action))

    def lists(self, collection: str) -> bool:
        return self.may(collection, "list") and bool(self.readable(collection))

    def views(self, collection: str) -> bool:
        item = self.collections.get(collection)
        return item is not None and bool(item.key) and self.may(collection, "view") and bool(self.readable(collection))

    # --- relations

    def _relational(self, item: Collection, field: Field) -> bool:
        return self.catalog.o2m(item.name, field.name) is not None

    def linked(self, collection: str, field: str) -> Linked | None:
        """Where a field leads whose items may be shown, which is viewing them; None for a plain value."""
        return self._leads(collection, field, lambda name: self.may(name, "view") and bool(self.readable(name)))

    def narrowed(self, collection: str, field: str) -> Linked | None:
        """The same for what may be asked of them, which is listing them."""
        return self._leads(collection, field, self.lists)

    def linked_for(self, action: Action, collection: str, field: str) -> Linked | None:
        """The same for what a write may put there."""
        return self._leads(collection, field, lambda name: bool(self.writable(name, action)))

    def _leads(self, collection: str, field: str, opens: Opens) -> Linked | None:
        relation = self.catalog.m2o(collection, field)
        if relation is not None:
            if relation.one is None:
                return self._any(collection, relation, opens)
            if relation.one not in self.collections or not opens(relation.one):
                return None
            return Linked("many" if relation.list else "one", (relation.one,))
        alias = self.catalog.o2m(collection, field)
        if alias is None or alias.many not in self.collections or not opens(alias.many):
            return None
        return Linked("many", (alias.many,))

    def _any(self, collection: str, relation: Relation, opens: Opens) -> Linked | None:
        says = relation.collection_field
        if says is None or says not in self.readable(collection):
            return None
        targets = tuple(name for name in relation.allowed if name in self.collections and opens(name))
        return Linked("any", targets) if targets else None

    # --- writing

    def writable(self, collection: str, action: Action) -> dict[str, Field]:
        """The fields that a payload may hold. `action`: create or update."""
        item = self.collections.get(collection)
        giving = self.grants.of(collection, action)
        if item is None or not giving or not self._writes(item):
            return {}
        return {
            field.name: field
            for field in item.fields.values()
            if is_name(field.name)
            and (field.stored or self._relational(item, field))
            and not field.generated
            and any(grant.fields is None or field.name in grant.fields for grant in giving)
        }

    def needed(self, collection: str, field: Field) -> bool:
        """Whether a new item must bring a value: the column takes no NULL, and nothing else gives it one."""
        if field.nullable or field.default is not None or field.identity or field.generated or not field.stored:
            return False
        if field.kind or field.special & FILLING or field.name in self.collections[collection].key:
            return False
        return all(field.name not in grant.presets for grant in self.grants.of(collection, "create"))

    def deletable(self, collection: str) -> bool:
        item = self.collections.get(collection)
        return item is not None and self._writes(item) and self.may(collection, "delete")

    def _writes(self, item: Collection) -> bool:
        return item.writable and bool(item.key) and item.name not in READ_ONLY
