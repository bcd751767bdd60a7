"""The options of an identity provider: which there are, and reading what somebody wrote.

In charge of: one option's row, turning what was written into its type, and telling which setting is wrong. Not in
charge of: collecting what was written (`config.providers`), or what options do (the drivers). Called by `drivers` at
the start.

Directus's way of writing is understood: `json:…` and `string:…` before a value, `PARAMS__X=…` for one entry of an
object, `…_FILE` for a file that holds the value.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import msgspec

from satchel.config.providers import Given
from satchel.errors import ConfigError

OptionKind = Literal["text", "boolean", "list", "url", "object"]
FILE_BYTES_MAXIMUM = 1024 * 1024
_NOTHING: Mapping[OptionKind, Any] = {"text": "", "url": "", "boolean": False, "list": (), "object": {}}
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Option:
    """One row. `default`: None for nothing of its kind. `choices`: all that a text may be. `schemes`: of an address."""

    name: str
    help: str
    kind: OptionKind = "text"
    default: Any = None
    required: bool = False
    secret: bool = False
    choices: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ("http", "https")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one provider, each of its row's type. `unknown`: what is not understood here."""

    provider: str
    values: Mapping[str, Any] = field(repr=False)
    origins: Mapping[str, str]
    unknown: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        return cast("str", self.values[name])

    def flag(self, name: str) -> bool:
        return cast("bool", self.values[name])

    def items(self, name: str) -> tuple[str, ...]:
        return cast("tuple[str, ...]", self.values[name])

    def entries(self, name: str) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.values[name])

    def wrong(self, name: str, wanted: str, *, hint: str | None = None) -> ConfigError:
        """The error that says what an option must be."""
        place = self.origins.get(name) or f"auth.{self.provider}.{name}"
        text = f'The option "{name}" of the identity provider "{self.provider}" (from {place}) must be {wanted}.'
        return ConfigError(text, hint=hint, setting=place)


def read_options(provider: str, given: Mapping[str, Given], rows: Iterable[Option]) -> Options:
    """Every option, with its default where nothing is given. Raises ConfigError, which never repeats a value."""
    table = {row.name: row for row in rows}
    written, origins, unknown = _gather(provider, given, table)
    values: dict[str, Any] = {}
    options = Options(provider, values, origins, tuple(unknown))
    for name, row in table.items():
        if name in written:
            values[name] = _converted(options, row, written[name])
        else:
            values[name] = _NOTHING[row.kind] if row.default is None else row.default
        if row.required and not values[name]:
            raise options.wrong(name, "given")
    return options


def _gather(
    provider: str, given: Mapping[str, Given], table: Mapping[str, Option]
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """What was written for each option, where, and what means nothing here."""
    written: dict[str, Any] = {}
    origins: dict[str, str] = {}
    unknown: list[str] = []
    for key, item in given.items():
        name, _, entry = key.partition("__")
        row, value = table.get(name), item.value
        if row is None and name.endswith("_file"):
            row = table.get(name.removesuffix("_file"))
            value = _content(item) if row is not None else value
        if row is None:
            if not item.foreign:
                raise _unknown(provider, name, item, table)
            unknown.append(item.origin)
            continue
        origins[row.name] = item.origin
        if entry:
            before = written.get(row.name)
            written[row.name] = {**(cast("dict[str, Any]", before) if isinstance(before, dict) else {}), entry: value}
        else:
            written[row.name] = value
    return written, origins, unknown


def _unknown(provider: str, name: str, item: Given, table: Mapping[str, Option]) -> ConfigError:
    close = difflib.get_close_matches(name, list(table), n=1, cutoff=0.7)
    hint = f'Did you mean "{close[0]}"?' if close else f"There are: {', '.join(table)}."
    text = f'The identity provider "{provider}" has no option "{name}" (from {item.origin}).'
    return ConfigError(text, hint=hint, setting=item.origin)


def _content(item: Given) -> str:
    """The content of the file that is named. Raises ConfigError."""
    try:
        path = Path(str(item.value))
        if path.stat().st_size > FILE_BYTES_MAXIMUM:
            raise ConfigError(f"The file that {item.origin} names is too large.", setting=item.origin)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(f"The file that {item.origin} names can't be read: {reason}.", setting=item.origin) from None


def _converted(options: Options, row: Option, value: Any) -> Any:
    match row.kind:
        case "boolean":
            return _boolean(options, row, value)
        case "list":
            return _list(options, row, value)
        case "object":
            return _object(options, row, value)
        case "url":
            return _url(options, row, value)
        case "text":
            return _text(options, row, value)


def _text(options: Options, row: Option, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise options.wrong(row.name, "text")
    found = value.removeprefix("string:").strip()
    if row.choices and found not in row.choices:
        raise options.wrong(row.name, " or ".join(row.choices))
    return found


def _boolean(options: Options, row: Option, value: Any) -> bool:
    lowered = value.strip().lower() if isinstance(value, str) else value
    if lowered is True or lowered in _TRUE:
        return True
    if lowered is False or lowered in _FALSE:
        return False
    raise options.wrong(row.name, "true or false")


def _list(options: Options, row: Option, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = _decoded(options, row, value) if value.startswith("json:") else value.split(",")
    items = cast("list[Any]", value) if isinstance(value, list) else None
    if items is None or not all(isinstance(item, str) for item in items):
        raise options.wrong(row.name, "a list of texts")
    return tuple(item.strip() for item in items if item.strip())


def _object(options: Options, row: Option, value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        value = _decoded(options, row, value) if value.strip() else {}
    if not isinstance(value, dict):
        raise options.wrong(row.name, "an object")
    entries = cast("dict[str, Any]", value)
    return {name: item.removeprefix("string:") if isinstance(item, str) else item for name, item in entries.items()}


def _decoded(options: Options, row: Option, value: str) -> Any:
    try:
        return msgspec.json.decode(value.removeprefix("json:"))
    except msgspec.DecodeError:
        raise options.wrong(row.name, "JSON") from None


def _url(options: Options, row: Option, value: Any) -> str:
    text = _text(options, row, value)
    try:
        parts = urlsplit(text)
        bad = parts.scheme not in row.schemes or not parts.hostname or parts.username is not None
    except ValueError:
        bad = True
    if text and bad:
        raise options.wrong(row.name, f"an address that begins with {' or '.join(f'{s}://' for s in row.schemes)}")
    return text
