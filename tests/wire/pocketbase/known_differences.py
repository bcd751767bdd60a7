"""Where Satchel answers otherwise than PocketBase, on purpose: session → label of the exchange → the reason."""

# ruff: noqa: E501

from __future__ import annotations

UNSEEN = (
    "A related record that the caller may not list is to Satchel as good as none. PocketBase leaves out the whole"
    " record that points at it, and lets hidden records decide comparisons that speak of all."
)

KNOWN: dict[str, dict[str, str]] = {
    "account_creation": {
        "account_creation: create {'email': 'a@b.co', 'password': 'ααααααααααααααααααααααααααααααααααααα', 'passwordConfirm': 'ααααααααααααααααααααααααααααααααααααα'}": "Satchel says which field is too long for bcrypt.",
    },
    "account_sign_in": {
        "account_sign_in: no rule": "Any change of an authRule ends the sessions, also one that lets nobody in any more.",
    },
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
    "password_reset": {
        "password_reset: wrong 6": "What is wrong with the password is said.",
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
    "renamed_limits": {
        "renamed_limits: GET /api/collections/stores": "PocketBase answers a rename with 400 and keeps half of it in memory until it restarts.",
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
    "views": {
        **{
            f"views: read select id, {casts} from posts": "A number is true unless it is 0; PocketBase takes 1 alone."
            for casts in (
                "cast(n as int) as i, cast(n as text) as t, cast(n as bool) as b",
                "cast(n as real) as r, cast(n as decimal) as d, cast(n as integer) as i, cast(n as numeric) as u,"
                " cast(n as boolean) as o",
            )
        },
        "views: make select id from posts;": "The query is kept without the semicolon that the view can't have.",
        "views: make select id, id from posts": "Refused by both; PocketBase shows the fields of a view that isn't there.",
        **{
            f"views: {verb} select id, n as id2 from posts union select id, 1 from tags": "Satchel takes unions."
            for verb in ("make", "read", "drop")
        },
        "views: a bad query and its rules": "Rules are looked at once there are fields that they could speak of.",
    },
    "collections": {
        "collections: create {'name': 'sqlite_x'}": "Refused by both; Satchel says what is wrong with the name.",
        "collections: create {'name': 't10', 'fields': [{'name': 'a', 'type': 'text'}, {'name': 'a', 'type': 'number'}]}": (
            "The later of two fields of one name gets an id of its own type."
        ),
        "collections: create {'name': 't42', 'fields': [{'name': 'a', 'type': 'text', 'primaryKey': True}]}": (
            "Refused by both; PocketBase has more complaints."
        ),
        "collections: referenced": "Views are named as well.",
        "collections: the superusers": "Superusers are items of the other wire's users.",
    },
    "changes": {
        "changes: rename field and rule": "Satchel renames the field in its indexes.",
        "changes: drop the indexed field": "Refused by both; Satchel looks at indexes before rules.",
        "changes: fields without ids match by name": "PocketBase makes new fields of renamed ones, and loses their values.",
        "changes: after swapping": "PocketBase lost values before.",
        "changes: to a view": "Refused by both; PocketBase has more complaints.",
    },
    "sign_in": {
        "sign_in: in capitals": "Users of Satchel sign in with their address in any case, on both wires.",
        "sign_in: GET /api/collections/_superusers/records": "Superusers are items of the other wire's users.",
    },
    "headers": {
        **dict.fromkeys(
            ("headers: path /api//health", "headers: post /api//health"), "PocketBase redirects doubled slashes."
        ),
        **dict.fromkeys(
            ("headers: path /API/health", "headers: post /API/health"), "Outside of /api is the other wire's place."
        ),
        **dict.fromkeys(
            ("headers: GET /api/collections", "headers: GET /api/collections with origin"),
            "Each has collections of its own beside those of the session.",
        ),
    },
    "field_changes": {
        **dict.fromkeys(
            ("field_changes: dropped and added", "field_changes: rows after dropped and added"),
            "A field without an id is the one of its name; PocketBase makes a new one and loses its values.",
        ),
        **dict.fromkeys(
            ("field_changes: rows after no fields", "field_changes: GET /api/collections/things"),
            "PocketBase lost values before.",
        ),
    },
    "indexes": {
        "indexes: indexes follow a renamed field": "Satchel renames the field in its indexes.",
        "indexes: unique after the renamed field": "PocketBase did not rename it.",
    },
    "imports_more": {
        "imports_more: another type": "Refused by both; PocketBase fails while it tries.",
        "imports_more: a bad field": "Refused by both, each in its parser's words.",
    },
    "truncation": {
        "truncation: a collection that others need": "Satchel names those that need it in alphabetical order.",
    },
}
