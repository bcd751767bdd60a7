"""The field kind `bool`. False is blank: a required one must be true.

In charge of: reading truth values leniently. Called through `FIELDS`.
"""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast, FieldKind, no_check, no_options

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})


def truth_of(value: Any) -> bool:
    """`true`, numbers but 0, and the texts 1, t, T, true, True, TRUE."""
    if isinstance(value, str):
        return value in _TRUE
    return bool(value) if isinstance(value, bool | int | float) else False


def _cast(_: Field) -> Cast:
    return truth_of


FIELD = FieldKind(
    kind="bool",
    storage=lambda _: "boolean",
    zero=lambda _: False,
    cast=_cast,
    check=no_check,
    blank=lambda value: not value,
    check_options=no_options,
)
