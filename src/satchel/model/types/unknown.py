"""The storage type `unknown`: a column of a type that only its database understands (inet, xml, an enum, …).

In charge of: passing plain values on, without what no database can hold. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, StorageType
from satchel.model.types.json_value import check_document


def _acceptor(field: Field, dialect: str) -> Accept:
    def accept(value: Any) -> Any:
        return value if isinstance(value, bytes) else check_document(value)

    return accept


def _cast(value: Any, strict: bool) -> Any:
    return value


TYPE = StorageType("unknown", _acceptor, _cast)
