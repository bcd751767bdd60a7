"""JSON values: walking them without recursion, reading them from text.

In charge of: what no database can keep inside a JSON document, however deep it is. Called by the types and fields
that hold JSON.
"""

from __future__ import annotations

import json
import math
from typing import Any, cast

from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters


def check_document(value: Any) -> Any:
    """The value itself. Raises Refused for NaN and infinity, NUL and broken characters, and for what is not JSON."""
    if value is None or isinstance(value, bool | int):
        return value
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            check_characters(item)
        elif isinstance(item, dict):
            entries = cast("dict[Any, Any]", item)
            for name in entries:
                if not isinstance(name, str):
                    raise Refused("invalid_json", "Invalid JSON: the names of an object must be texts")
                check_characters(name)
            waiting.extend(entries.values())
        elif isinstance(item, list | tuple):
            waiting.extend(cast("list[Any]", item))
        elif isinstance(item, float):
            if not math.isfinite(item):
                raise Refused("invalid_json", "Invalid JSON: numbers must be finite")
        elif item is not None and not isinstance(item, int):
            raise Refused("invalid_json", f"Invalid JSON: {type(item).__name__} is no JSON value")
    return value


def parse_document(text: str) -> tuple[bool, Any]:
    """(whether the text is JSON, its value). Text nested too deeply to be read counts as no JSON."""
    try:
        return True, json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return False, None


def _refuse_constant(name: str) -> Any:
    """NaN and Infinity are not JSON, though Python would read them."""
    raise ValueError(name)
