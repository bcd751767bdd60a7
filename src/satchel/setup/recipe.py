"""What a sample project is made of, as it lies in the package.

In charge of: reading a sample's folder and turning its rows into payloads. Not in charge of: making them (`samples`).

`schema.json` is a snapshot of its collections. `rows.json` has its rows, part by part in the order in which they are
made. A row's `_` is its label: its key follows from that and is the same everywhere. A text `@label` is the key of that
row, `@days:-3` an instant so many days from now. `_file` is the picture of a row of the library. A label that comes a
second time changes the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from satchel.errors import InvalidPayload
from satchel.http import json

Row = Mapping[str, Any]

SAMPLES = ("blog", "shop")
LABEL, FILE = "_", "_file"
_KEYS = UUID("6f1d0f0c-5d3b-4c0e-9a55-2f6f0b9a7c11")
_DAYS = "@days:"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one collection."""

    collection: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One sample project."""

    name: str
    schema: Mapping[str, Any]
    parts: Sequence[Part]

    @property
    def collections(self) -> list[str]:
        """Its own collections, in the order in which their rows are made."""
        own = {str(item["collection"]) for item in self.schema["collections"]}
        return [part.collection for part in self.parts if part.collection in own]

    def key(self, label: str) -> str:
        return str(uuid5(_KEYS, f"{self.name}/{label}"))

    def payload(self, row: Row, key_name: str, now: datetime) -> dict[str, Any]:
        """The row as it is written, with its key if it has a label."""
        made = {name: self._value(value, now) for name, value in row.items() if name not in (LABEL, FILE)}
        return {key_name: self.key(row[LABEL]), **made} if LABEL in row else made

    def picture(self, row: Row) -> bytes:
        return (folder_of(self.name) / str(row[FILE])).read_bytes()

    def _value(self, value: Any, now: datetime) -> Any:
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        if value.startswith(_DAYS):
            return (now + timedelta(days=int(value.removeprefix(_DAYS)))).isoformat()
        return self.key(value[1:])


def folder_of(name: str) -> Path:
    return Path(__file__).parent / name


def read_recipe(name: str) -> Recipe:
    """Raises InvalidPayload for a name that is none."""
    if name not in SAMPLES:
        raise InvalidPayload(f'"sample" must be one of none, {", ".join(SAMPLES)}')
    rows = json.decode((folder_of(name) / "rows.json").read_bytes())
    schema = json.decode((folder_of(name) / "schema.json").read_bytes())
    return Recipe(name, schema, [Part(part["collection"], part["rows"]) for part in rows["parts"]])
