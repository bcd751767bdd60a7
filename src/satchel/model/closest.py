"""Which name was probably meant.

In charge of: the guess. Not in charge of: whom it may be told to: it tells what there is. Called by the wires' errors.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, cast

from satchel.model.catalog import Catalog


def closest_name(details: Mapping[str, Any], catalog: Catalog) -> str | None:
    """The field or collection whose name is closest to the one that was refused; None if it exists, or none is.

    `details`: an error's, with `collection` and maybe `fields`.
    """
    collection = catalog.get(str(details.get("collection")))
    fields = cast("tuple[str, ...]", tuple(details.get("fields") or ()))
    if collection is None:
        wanted, known = str(details.get("collection")), list(catalog.collections)
    elif fields and fields[0] not in collection.fields:
        wanted, known = fields[0], list(collection.fields)
    else:
        return None
    found = difflib.get_close_matches(wanted, known, n=1, cutoff=0.6)
    return found[0] if found else None
