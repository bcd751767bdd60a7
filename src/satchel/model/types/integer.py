"""The storage type `integer`: whole numbers of up to 64 bits, as many as the column has.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

from satchel.model.types.contract import StorageType
from satchel.model.types.number_value import cast_integer, integer_acceptor

TYPE = StorageType("integer", integer_acceptor, cast_integer)
