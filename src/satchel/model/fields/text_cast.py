"""Lenient reading: from whatever a client sent to a text, as PocketBase reads it.

In charge of: numbers as text, lists as nothing. Called by the kinds that are texts.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from satchel.model.catalog import Field
from satchel.model.fields.contract import Cast


def text_of(value: Any) -> str:
    """A scalar as text, numbers without exponent (`1e21` → `1000000000000000000000`); lists, objects and null as ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _plain(float(value)) if abs(value) < 2**1000 else ""
    return ""


def _plain(number: float) -> str:
    if not math.isfinite(number):
        return ""
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")


def cast_text(_: Field) -> Cast:
    return text_of


def shown(number: float) -> float:
    """A number for messages and params: whole ones without a point."""
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e21 else number
