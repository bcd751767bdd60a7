"""The storage type `bigInteger`: whole numbers of 64 bits, also written as text because JSON readers lose digits.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

from satchel.model.types.contract import StorageType
from satchel.model.types.number_value import cast_integer, integer_acceptor

TYPE = StorageType("bigInteger", integer_acceptor, cast_integer)
