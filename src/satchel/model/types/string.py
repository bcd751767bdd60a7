"""The storage type `string`: short texts, with the length limit of their column.

In charge of: values of that type. Called through `TYPES`.
"""

from __future__ import annotations

from satchel.model.types.contract import StorageType
from satchel.model.types.text_value import cast_text, text_acceptor

TYPE = StorageType("string", text_acceptor, cast_text)
