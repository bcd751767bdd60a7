"""The field kind `password`: a text of which only a hash is kept, and which nobody reads back.

In charge of: the text before it is hashed. Not in charge of: hashing (`engine/secrets`). Called through `FIELDS`.
"""

from __future__ import annotations

from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import (
    Check,
    FieldKind,
    Options,
    OptionsContext,
    blank_text,
    check_whole,
    too_large,
    too_small,
    whole,
)
from satchel.model.fields.text import check_patterns, matcher
from satchel.model.fields.text_cast import cast_text
from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters

LENGTH_MAX = 71
# bcrypt, which imported hashes are made with, reads no further.
BYTES_MAX = 72
COST_MIN, COST_MAX = 4, 31
BCRYPT_COST = 10
"""The cost of a field that names none."""


def _check(field: Field) -> Check:
    options = field.options
    low = whole(options, "min")
    high = whole(options, "max") or LENGTH_MAX
    matches = matcher(str(options.get("pattern") or ""))

    def check(value: Any) -> None:
        if len(value) < low:
            raise Refused("min_text_constraint", f"Must be at least {low} character(s).")
        if len(value) > high:
            raise Refused("max_text_constraint", f"Must be less than {high} character(s).")
        check_characters(value)
        if len(value.encode()) > BYTES_MAX:
            raise Refused("invalid_value", "Invalid value.")
        if matches is not None and not matches(value):
            raise Refused("invalid_format", "Invalid value format.")

    return check


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    errors = check_whole(options, "min", 1, LENGTH_MAX)
    low, high = whole(options, "min"), whole(options, "max")
    if high and high < low:
        errors.append(too_small("max", low))
    elif high > LENGTH_MAX:
        errors.append(too_large("max", LENGTH_MAX))
    errors += check_whole(options, "cost", COST_MIN, COST_MAX)
    return errors + check_patterns(options, ("pattern",))


FIELD = FieldKind(
    kind="password",
    storage=lambda _: "hash",
    zero=lambda _: "",
    cast=cast_text,
    check=_check,
    blank=blank_text,
    check_options=_check_options,
    defaults={"cost": 0, "max": 0, "min": 0, "pattern": ""},
)
