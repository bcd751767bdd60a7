"""What a query needs again when it is asked again: everything that hangs on its text and variables alone.

In charge of: that, and keeping it for the queries that were asked last. Not in charge of: making any of it
(`operations`, `root_fields`) or who asks: rights and the instant come in when a Reading is run. Used by `requests`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import OperationDefinitionNode
from graphql.execution.values import VariableValues

from satchel.wire.directus.graphql.documents import Document, Documents
from satchel.wire.directus.graphql.root_fields import Field
from satchel.wire.directus.graphql.selection import Grouped
from satchel.wire.directus.query import Reading

KEPT = 1000
KEY_BYTES_MAX = 4000
"""Longer queries, variables included, are prepared each time."""

_encode = msgspec.json.Encoder().encode

Key = tuple[Documents, str, str | None, bytes]


@dataclass(slots=True)
class Prepared:
    """One operation with its variables. `grouped`: its root fields by response name, once they were found good;
    `fields` and `readings`: those of them that were looked at."""

    document: Document
    node: OperationDefinitionNode
    variables: VariableValues
    grouped: Grouped | None = None
    fields: dict[str, Field] = field(default_factory=dict[str, Field])
    readings: dict[str, Reading] = field(default_factory=dict[str, Reading])


class KeptQueries:
    """The queries that were asked last, of all callers. Their schema is part of the key, and so are their rights."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Prepared] = OrderedDict()

    @staticmethod
    def key(documents: Documents, text: str, name: str | None, variables: Mapping[str, Any]) -> Key | None:
        """What a query is known by; None for one that is not kept."""
        encoded = _encode(variables) if variables else b""
        return None if len(text) + len(encoded) > KEY_BYTES_MAX else (documents, text, name, encoded)

    def get(self, key: Key | None) -> Prepared | None:
        found = None if key is None else self._known.get(key)
        if found is not None and key is not None:
            self._known.move_to_end(key)
        return found

    def keep(self, key: Key | None, prepared: Prepared) -> None:
        if key is None:
            return
        self._known[key] = prepared
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
