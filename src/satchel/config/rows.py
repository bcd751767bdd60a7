"""One row of the table of settings, and reading its value.

In charge of: what is said of a setting, and turning what somebody wrote into a value of its type and limits. Not in
charge of: which settings there are (`config`), or where values come from. Called by `config`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from satchel.errors import ConfigError

PREFIX = "SATCHEL_"
# Shorter secrets can be guessed from one signed token, off line.
SECRET_LENGTH_MINIMUM = 16
ENCRYPTION_KEY_LENGTH = 32

# The settings with a flag of their own; all others are given with `--set name=value`.
FLAGS: Mapping[str, str] = {
    "database_url": "DATABASE_URL",
    "store_url": "--store",
    "data_dir": "--data",
    "pocketbase_dir": "--pocketbase",
    "public_dir": "--public-dir",
    "index_fallback": "--index-fallback/--no-index-fallback",
    "host": "--host",
    "port": "--port",
    "workers": "--workers",
}

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_TRUE = frozenset({"1", "true", "t", "yes", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "off"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `kind`: text | integer | number | boolean | choice | list."""

    name: str
    kind: str
    default: Any
    help: str
    group: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    unlimited: int | None = None  # the one value below `minimum` that is allowed, and means "no limit"

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """How the command line says it."""
        return FLAGS.get(self.name) or f"--set {self.name}=…"


def setting(
    default: Any,
    text: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    secret: bool = False,
    unlimited: int | None = None,
) -> Any:
    metadata = {
        "help": text,
        "minimum": minimum,
        "maximum": maximum,
        "secret": secret,
        "unlimited": unlimited,
    }
    return dataclasses.field(default=default, repr=not secret, metadata=metadata)


def convert(row: Setting, value: Any, *, origin: str) -> Any:
    """`value` as the type of the setting, within its limits. Raises ConfigError; a secret's value is not repeated."""
    match row.kind:
        case "text":
            result = _text(row, value, origin)
        case "choice":
            result = _choice(row, value, origin)
        case "boolean":
            result = _boolean(row, value, origin)
        case "list":
            result = _list(row, value, origin)
        case _:
            result = _number(row, value, origin)
    return result


def _refused(row: Setting, value: Any, origin: str, wanted: str) -> ConfigError:
    shown = "" if row.secret else f", not {value!r}"
    return ConfigError(f'The setting "{row.name}" (from {origin}) must be {wanted}{shown}.', setting=row.name)


def _text(row: Setting, value: Any, origin: str) -> str:
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str) or "\0" in value:
        raise _refused(row, value, origin, "text")
    if row.name == "secret" and 0 < len(value) < SECRET_LENGTH_MINIMUM:
        raise _refused(row, value, origin, f"at least {SECRET_LENGTH_MINIMUM} characters")
    if row.name == "settings_encryption_key" and value and len(value.encode()) != ENCRYPTION_KEY_LENGTH:
        raise _refused(row, value, origin, f"{ENCRYPTION_KEY_LENGTH} characters long")
    return value


def _choice(row: Setting, value: Any, origin: str) -> str:
    lowered = value.strip().lower() if isinstance(value, str) else ""
    if lowered not in row.choices:
        raise _refused(row, value, origin, " or ".join(row.choices))
    return lowered


def _boolean(row: Setting, value: Any, origin: str) -> bool:
    if isinstance(value, bool):
        return value
    lowered = value.strip().lower() if isinstance(value, str) else ""
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise _refused(row, value, origin, "true or false")


def _list(row: Setting, value: Any, origin: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        parts = cast("list[object] | tuple[object, ...]", value)
        if all(isinstance(part, str) for part in parts):
            return tuple(str(part).strip() for part in parts)
    raise _refused(row, value, origin, "a list of texts")


def _number(row: Setting, value: Any, origin: str) -> int | float:
    wanted = "a whole number" if row.kind == "integer" else "a number"
    number = _parse_number(row, value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise _refused(row, value, origin, wanted)
    if row.kind == "integer":
        if number != int(number):
            raise _refused(row, value, origin, wanted)
        number = int(number)
    else:
        number = float(number)
    if row.unlimited is not None and number == row.unlimited:
        return number
    if row.minimum is not None and number < row.minimum:
        raise _refused(row, value, origin, f"at least {row.minimum:g}")
    if row.maximum is not None and number > row.maximum:
        raise _refused(row, value, origin, f"at most {row.maximum:g}")
    return number


def _parse_number(row: Setting, text: str) -> int | float | None:
    """Numbers as text; durations may have a unit ("15m", "7d"), sizes too ("32mib")."""
    lowered = text.strip().lower().replace("_", "")
    factor = 1
    if row.name.endswith("_seconds") and lowered[-1:] in _UNITS:
        factor, lowered = _UNITS[lowered[-1]], lowered[:-1]
    elif row.name.endswith("_bytes"):
        digits = lowered.rstrip("kmgib").strip()
        unit = lowered[len(digits) :].strip()
        if unit in _SIZES:
            factor, lowered = _SIZES[unit], digits
    try:
        return int(lowered) * factor
    except ValueError:
        pass
    try:
        return float(lowered) * factor
    except ValueError:
        return None
