"""The storage type `json`: any JSON value.

In charge of: values of that type. A text that is JSON itself is stored as what it says; any other text as a JSON
string. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, StorageType
from satchel.model.types.json_value import check_document, parse_document


def _acceptor(field: Field, dialect: str) -> Accept:
    def accept(value: Any) -> Any:
        if isinstance(value, str):
            readable, document = parse_document(value)
            if readable:
                return check_document(document)
        return check_document(value)

    return accept


def _cast(value: Any, strict: bool) -> Any:
    return value


TYPE = StorageType("json", _acceptor, _cast)
