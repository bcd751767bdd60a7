"""The storage type `csv`: a list of texts in one text column, joined with commas.

In charge of: values of that type: `["a", "b"]` and `"a,b"` are both stored as `a,b`. Called through `TYPES`.
"""

from __future__ import annotations

from typing import Any, cast

from satchel.model.catalog import Field
from satchel.model.types.contract import Accept, StorageType
from satchel.model.types.text_value import cast_text, read_text, text_acceptor


def _acceptor(field: Field, dialect: str) -> Accept:
    name = field.name
    accept_text = text_acceptor(field, dialect)

    def accept(value: Any) -> str:
        if isinstance(value, list | tuple):
            items = cast("list[object]", value)
            return accept_text(",".join(read_text(item, name) for item in items))
        return accept_text(value)

    return accept


def _cast(value: Any, strict: bool) -> str | None:
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        texts = [cast_text(item, strict) for item in items]
        return None if None in texts else ",".join(text for text in texts if text is not None)
    return cast_text(value, strict)


TYPE = StorageType("csv", _acceptor, _cast)
