"""The functions that filters, sorts and output may call, by name.

In charge of: the list. To add a function, write its file and name it here. Called by `sql/read` and `expr/evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from satchel.expr.functions import date_parts, geo_distance, json_get, list_length, lower, strftime
from satchel.expr.functions.function import Function

__all__ = ["FUNCTIONS", "Function"]

_ALL: tuple[Function, ...] = (
    lower.FUNCTION,
    list_length.FUNCTION,
    json_get.FUNCTION,
    strftime.FUNCTION,
    geo_distance.FUNCTION,
    *date_parts.DATE_PARTS,
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _ALL})
