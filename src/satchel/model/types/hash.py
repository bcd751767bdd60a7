"""The storage type `hash`: a text of which only a hash is kept.

In charge of: the text before it is hashed. Not in charge of: hashing, which takes time and chance (`engine/secrets`).
Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, StorageType
from satchel.model.types.text_value import cast_text, read_text


def _acceptor(field: Field, dialect: str) -> Accept:
    """Any text: the column's length is that of the hash."""
    name = field.name

    def accept(value: Any) -> str:
        return read_text(value, name)

    return accept


TYPE = StorageType("hash", _acceptor, cast_text)
