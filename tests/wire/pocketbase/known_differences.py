"""Where Satchel answers otherwise than PocketBase, on purpose: session → label of the exchange → the reason."""

from __future__ import annotations

KNOWN: dict[str, dict[str, str]] = {
    "basics": {
        "basics: GET /api/collections//records": "PocketBase redirects doubled slashes; nobody relies on it.",
    },
}
