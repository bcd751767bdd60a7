"""Where Satchel answers otherwise than PocketBase, on purpose: session → label of the exchange → the reason."""

from __future__ import annotations

KNOWN: dict[str, dict[str, str]] = {
    "basics": {
        "basics: GET /api/collections//records": "PocketBase redirects doubled slashes; nobody relies on it.",
    },
    "sign_in": {
        "sign_in: in capitals": "Users of Satchel sign in with their address in any case, on both wires.",
        "sign_in: GET /api/collections/_superusers/records": "Superusers are items of the other wire's users.",
    },
}
