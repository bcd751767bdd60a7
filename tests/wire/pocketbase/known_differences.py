"""Where Satchel answers otherwise than PocketBase, on purpose: session → label of the exchange → the reason."""

from __future__ import annotations

UNSEEN = (
    "A related record that the caller may not list is to Satchel as good as none. PocketBase leaves out the whole"
    " record that points at it, and lets hidden records decide comparisons that speak of all."
)

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
        "lists: sort by many values": "PocketBase's order is accidental; Satchel sorts by the least or greatest value.",
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
    "hops": dict.fromkeys(
        (
            *(
                f"hops: under \"name != 'red'\": {text}"
                for text in (
                    "r1.name!='red'",
                    "rm.name!='red'",
                    "r1.name=''",
                    "n=1 || r1.name='red'",
                    "rm.name?=''",
                    "sort",
                )
            ),
            *(
                f"hops: under \"name = 'red'\": {text}"
                for text in (
                    *("r1.name!='red'", "rm.name='red'", "rm.name!='red'", "r1.name=''", "rm.name?=''", "sort"),
                    "sort by many",
                )
            ),
        ),
        UNSEEN,
    ),
    "sign_in": {
        "sign_in: in capitals": "Users of Satchel sign in with their address in any case, on both wires.",
        "sign_in: GET /api/collections/_superusers/records": "Superusers are items of the other wire's users.",
    },
}
