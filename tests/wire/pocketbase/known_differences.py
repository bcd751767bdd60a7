"""Where Satchel answers otherwise than PocketBase, on purpose: session → label of the exchange → the reason."""

from __future__ import annotations

KNOWN: dict[str, dict[str, str]] = {
    "basics": {
        "basics: GET /api/collections//records": "PocketBase redirects doubled slashes; nobody relies on it.",
    },
    "bodies": {
        "bodies: j=12345678901234567890": "Numbers that no database holds exactly are kept as the nearest one.",
    },
    "lists": {
        "lists: {'page': '9223372036854775807'}": "PocketBase overflows and answers the first page.",
        "lists: superuser sorts by @request": "Satchel can sort by what is the same for all rows.",
        "lists: sort by many values": "PocketBase's order is accidental; Satchel sorts by the smallest or largest value.",
    },
    "values": {
        "values: json 123456789012345678": "Whole numbers of 64 bits are kept exactly.",
    },
    "validation": {
        "validation: an empty required password": "Records show passwords as empty; sent back, that changes nothing.",
    },
    "fields": {
        "fields: what a bad modifier on create left": "Satchel refuses the request before anything is written.",
    },
    "sign_in": {
        "sign_in: in capitals": "Users of Satchel sign in with their address in any case, on both wires.",
        "sign_in: GET /api/collections/_superusers/records": "Superusers are items of the other wire's users.",
    },
}
