"""What a function is: the contract of the files in this folder.

In charge of: the shape. Not in charge of: any one function. Used by all siblings, by `sql/read` (through `FUNCTIONS`)
and `expr/evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from satchel.expr.dialect import Dialect, Term
from satchel.expr.operators.operator import Value


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    `sql(dialect, terms, extra)`: the call as a Term; its `type` is the storage type in which the result is output and
    compared. `extra`: constants of the shape (a JSON path). `evaluate(values, extra, now)`: the same in Python; `now`
    is the instant of the request.
    """

    name: str
    sql: Callable[[Dialect, Sequence[Term], Sequence[str]], Term]
    evaluate: Callable[[Sequence[Value], Sequence[str], datetime], Any]
    type: str = ""  # of the result, for the interpreter
