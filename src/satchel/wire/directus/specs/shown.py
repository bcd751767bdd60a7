"""What of the catalog one caller's description shows: collections, fields and actions, from grants.

In charge of: which names a description holds. Not in charge of: rows (`plan/secure` guards every read and write,
whatever a description said), or how things are described. Called by `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from satchel.model.catalog import Catalog, Collection, Field
from satchel.model.system.collections import POCKETBASE_COLLECTIONS
from satchel.policy.grant import Grants
from satchel.snapshots.defaults import FILLING

Verb = Literal["list", "create", "update", "delete"]
WITH_FIELDS: tuple[Verb, ...] = ("list", "create", "update")
SYSTEM = "directus_"
_WORDS = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """One collection. `name`: what its schema and tag are called. `fields`: by what may be done with them."""

    collection: Collection
    name: str
    verbs: frozenset[Verb]
    fields: dict[Verb, dict[str, Field]]
    needed: tuple[str, ...]

    @property
    def by_key(self) -> bool:
        return bool(self.collection.key) and not self.collection.singleton


def shown_collections(catalog: Catalog, grants: Grants) -> dict[str, Shown]:
    """Collection → what its caller may know of it. What may not be touched at all is not there."""
    found: dict[str, Shown] = {}
    taken: set[str] = set()
    for collection in catalog.collections.values():
        if collection.kind == "folder" or collection.inactive or collection.name in POCKETBASE_COLLECTIONS:
            continue
        fields: dict[Verb, dict[str, Field]] = {verb: _fields(collection, grants, verb) for verb in WITH_FIELDS}
        verbs: set[Verb] = {verb for verb in WITH_FIELDS if fields[verb]}
        if grants.of(collection.name, "delete") and collection.writable and collection.key:
            verbs.add("delete")
        if verbs:
            name = _named(collection, taken)
            needed = tuple(field.name for field in fields["create"].values() if _is_needed(collection, field, grants))
            found[collection.name] = Shown(collection, name, frozenset(verbs), fields, needed)
    return found


def pascal(text: str) -> str:
    """`blog_posts` → `BlogPosts`; only letters and digits stay."""
    return "".join(word[:1].upper() + word[1:] for word in _WORDS.findall(text))


def _named(collection: Collection, taken: set[str]) -> str:
    """A name that no other collection has: different names may be the same without their punctuation."""
    if collection.system and collection.name.startswith(SYSTEM):
        base = pascal(collection.name.removeprefix(SYSTEM))
    else:
        base = f"Items{pascal(collection.name)}"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base}{number}"
    taken.add(name.lower())
    return name


def _fields(collection: Collection, grants: Grants, verb: Verb) -> dict[str, Field]:
    giving = grants.of(collection.name, verb)
    if not giving or (verb != "list" and not (collection.writable and collection.key)):
        return {}
    return {
        field.name: field
        for field in collection.fields.values()
        if not _is_presentation(field)
        and not (field.generated and verb != "list")
        and any(grant.fields is None or field.name in grant.fields for grant in giving)
    }


def _is_presentation(field: Field) -> bool:
    """Dividers, groups and the like hold nothing."""
    return not field.stored and not field.special & {"o2m", "m2m", "m2a", "files", "translations"}


def _is_needed(collection: Collection, field: Field, grants: Grants) -> bool:
    if field.required and not _is_preset(collection, field, grants):
        return field.stored
    if field.nullable or field.default is not None or field.identity or not field.stored:
        return False
    if field.kind or field.special & FILLING or field.name in collection.key:
        return False
    return not _is_preset(collection, field, grants)


def _is_preset(collection: Collection, field: Field, grants: Grants) -> bool:
    return any(field.name in grant.presets for grant in grants.of(collection.name, "create"))


def names_of(fields: Iterable[Field]) -> tuple[str, ...]:
    return tuple(field.name for field in fields)
