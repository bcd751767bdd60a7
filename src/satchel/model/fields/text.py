"""The field kind `text`: plain text, also the kind of primary keys.

In charge of: lengths, patterns, the characters of a primary key, generated values. Not in charge of: whether a key is
taken. Called through `FIELDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from satchel.errors import FieldError
from satchel.model.catalog import Field
from satchel.model.fields.contract import (
    INTEGER_MAX,
    Below,
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
from satchel.model.fields.pattern import compile_generator, compile_pattern, refuse_anchors
from satchel.model.fields.text_cast import cast_text
from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters

LENGTH_MAX = 5000
# The pattern of a new collection's key; keys under it need no further checks.
KEY_PATTERN = "^[a-z0-9]+$"
KEY_GENERATOR = "[a-z0-9]{15}"
_KEY_FORBIDDEN = frozenset("./\\|\"'`<>:?*%$\0\t\n\r ")
_KEY_RESERVED = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{device}{number}" for device in ("COM", "LPT") for number in range(10)))
)
_INDEXABLE_MAX = 255

_EXTREMES: tuple[Below, ...] = (lambda _: 0, lambda limit: limit - 1, lambda limit: limit // 2)


def _storage(options: Options) -> str:
    """Keys and short texts are `string`, which every database can index."""
    return "string" if options.get("primaryKey") or 0 < whole(options, "max") <= _INDEXABLE_MAX else "text"


def _check(field: Field) -> Check:
    options = field.options
    low = whole(options, "min")
    high = whole(options, "max") or LENGTH_MAX
    text = str(options.get("pattern") or "")
    matches = matcher(text)
    is_key = bool(options.get("primaryKey"))
    own_key = is_key and text != KEY_PATTERN

    def check(value: Any) -> None:
        if own_key:
            _check_key(value)
        length = len(value)
        if length < low:
            raise Refused("min_text_constraint", f"Must be at least {low} character(s).", {"min": low})
        if length > high:
            raise Refused("max_text_constraint", f"Must be no more than {high} character(s).", {"max": high})
        if matches is not None and not matches(value):
            raise Refused("invalid_format", "Invalid value format.")
        check_characters(value)

    return check


def matcher(pattern: str) -> Callable[[str], bool] | None:
    """What looks for the pattern in a text; None for the empty pattern, which everything matches."""
    if not pattern:
        return None
    try:
        return compile_pattern(pattern).finds
    except Refused:
        # Saved by another program with a pattern that can't be read here: nothing can be said to match it.
        return _never


def _never(_: str) -> bool:
    return False


def _check_key(value: str) -> None:
    """Keys stand in addresses and file names, so they hold nothing that means something there."""
    for character in value:
        if character in _KEY_FORBIDDEN:
            message = f"'{character}' is not a valid primary key character."
            raise Refused("forbidden_pk_character", message, {"ch": character})
    if value.upper() in _KEY_RESERVED:
        name = value.upper()
        message = f"The primary key '{name}' is reserved and cannot be used."
        raise Refused("reserved_pk", message, {"reserved": name})


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    errors = check_whole(options, "min", 0)
    low, high = whole(options, "min"), whole(options, "max")
    if high < 0 or (high and high < low):
        errors.append(too_small("max", max(low, 0)))
    elif high > INTEGER_MAX:
        errors.append(too_large("max", INTEGER_MAX))
    errors += check_patterns(options, ("pattern", "autogeneratePattern"))
    if not errors and options.get("autogeneratePattern"):
        errors += _check_generator(options)
    if options.get("primaryKey"):
        errors += _check_key_options(options)
    return errors


def check_patterns(options: Options, names: tuple[str, ...]) -> list[FieldError]:
    """The options that are patterns must be readable."""
    errors: list[FieldError] = []
    for name in names:
        try:
            compile_pattern(str(options.get(name) or ""))
        except Refused as refusal:
            errors.append(refusal.at((name,)))
    return errors


def _check_generator(options: Options) -> list[FieldError]:
    """What is generated must be accepted. The smallest and the largest text that the pattern makes are tried."""
    path = ("autogeneratePattern",)
    try:
        refuse_anchors(str(options["autogeneratePattern"]))
        make = compile_generator(str(options["autogeneratePattern"]))
    except Refused as refusal:
        return [refusal.at(path)]
    check = _check(Field("", "text", options=options))
    for below in _EXTREMES:
        made = make(below)
        try:
            check(made)
        except Refused:
            message = f'The provided autogenerate pattern could produce invalid field values, ex.: "{made}".'
            return [FieldError(path, "invalid_autogenerate_pattern_value", message)]
    return []


def _check_key_options(options: Options) -> list[FieldError]:
    errors: list[FieldError] = []
    if options.get("name", "id") != "id":
        errors.append(FieldError(("name",), "in_invalid", 'The primary key must be named "id".'))
    if not options.get("pattern"):
        errors.append(FieldError(("pattern",), "required", "Cannot be blank."))
    if not options.get("required", True):
        errors.append(FieldError(("required",), "required", "Cannot be blank."))
    if options.get("hidden"):
        errors.append(FieldError(("hidden",), "empty", "Must be blank."))
    return errors


FIELD = FieldKind(
    kind="text",
    storage=_storage,
    zero=lambda _: "",
    cast=cast_text,
    check=_check,
    blank=blank_text,
    check_options=_check_options,
    defaults={"autogeneratePattern": "", "max": 0, "min": 0, "pattern": "", "primaryKey": False},
)
