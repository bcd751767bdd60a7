"""`_regex` and `_submitted`: questions for a payload, not for a database.

In charge of: the two operators that only validation rules know. Called through `OPERATORS` by the interpreter.
"""

from __future__ import annotations

from satchel.expr.linear import javascript
from satchel.expr.operators.operator import Flavor, Operator, Value
from satchel.expr.operators.values import text_of


def _test_regex(left: Value, right: Value, flavor: Flavor) -> bool | None:
    text, pattern = text_of(left.value), text_of(right.value)
    if text is None or pattern is None:
        return None
    questions = javascript(pattern)
    return questions is not None and all(asked.finds(text) is wanted for asked, wanted in questions)


def _test_submitted(left: Value, right: Value, flavor: Flavor) -> bool | None:
    """The interpreter answers this itself (it knows which keys were sent); a value that reaches this was sent."""
    return right.value is not False


REGEX = Operator("_regex", "value", frozenset(), None, _test_regex)
SUBMITTED = Operator("_submitted", "value", frozenset(), None, _test_submitted)
