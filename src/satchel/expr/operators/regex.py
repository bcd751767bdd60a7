"""`_regex` and `_submitted`: questions for a payload, not for a database.

In charge of: the two operators that only validation rules know. Called through `OPERATORS` by the interpreter.
"""

from __future__ import annotations

import re
from functools import lru_cache

from satchel.expr.operators.operator import Flavor, Operator, Value
from satchel.expr.operators.values import text_of

# A pattern comes from a policy, a text from a caller; the text is cut so that a bad pattern can't hold the server up
#    for long.
TEXT_LENGTH_MAX = 10_000


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """`abc`, or `/abc/i` with JavaScript's flags. None for what is no pattern."""
    flags = 0
    found = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    if found is not None:
        pattern = found.group(1)
        flags = sum(
            {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}.get(letter, 0) for letter in set(found.group(2))
        )
    try:
        return re.compile(pattern, flags)
    except re.error:
        return None


def _test_regex(left: Value, right: Value, flavor: Flavor) -> bool | None:
    text, pattern = text_of(left.value), text_of(right.value)
    if text is None or pattern is None:
        return None
    compiled = _compiled(pattern)
    return compiled is not None and len(text) <= TEXT_LENGTH_MAX and compiled.search(text) is not None


def _test_submitted(left: Value, right: Value, flavor: Flavor) -> bool | None:
    """The interpreter answers this itself (it knows which keys were sent); a value that reaches this was sent."""
    return right.value is not False


REGEX = Operator("_regex", "value", frozenset(), None, _test_regex)
SUBMITTED = Operator("_submitted", "value", frozenset(), None, _test_submitted)
