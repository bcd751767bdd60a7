"""Which compressions a client takes.

In charge of: `Accept-Encoding`. Not in charge of: compressing. Called by whoever has a compressed form of a content.
"""

from __future__ import annotations

import re

from satchel.http.request import Request

_ENTRY = re.compile(r"\s*(?P<name>[\w*-]+)\s*(?:;\s*q=(?P<weight>[\d.]+)\s*)?", re.ASCII)


def takes(request: Request, name: str) -> bool:
    """Whether the client takes this compression: it, or `*`, is named with a weight that is not zero."""
    found: dict[str, bool] = {}
    for entry in (request.header("accept-encoding") or "").split(","):
        match = _ENTRY.fullmatch(entry)
        if match is not None:
            weight = match["weight"]
            found[match["name"].lower()] = weight is None or bool(weight.strip("0."))
    return found.get(name, found.get("*", False))
