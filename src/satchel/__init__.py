"""Satchel: a complete back end in one program, speaking the PocketBase and Directus protocols over any SQL database.

What is named in `__all__` may be imported by others; nothing else is public.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from satchel.version import VERSION

if TYPE_CHECKING:
    from satchel.app import Satchel

__version__ = VERSION
__all__ = ["Satchel", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the program only when somebody wants it: the command line's quick commands don't."""
    if name == "Satchel":
        return importlib.import_module("satchel.app").Satchel
    raise AttributeError(f"module 'satchel' has no attribute {name!r}")
