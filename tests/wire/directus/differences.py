"""Where Satchel answers otherwise than the recordings, each with the reason.

Users read the same in docs/differences.md.
"""

from __future__ import annotations

from collections.abc import Mapping

# paths of features that are not part of this server (yet)
NOT_SERVED = (
    "/schema/diff",  # its bodies were cut; test_snapshots holds the same conversation
    "/schema/apply",
)

_CLIENT = "another program asked, so its name is another one"
_KEPT = "the first revision has the number that it has here, and revisions hold references too"
_REFERENCES = "revisions hold references too, so that going back brings them back"
_MISSING = "the password of a protected share that is not sent is a wrong one (401)"
_NOTHING = "an owner without a value is the caller's error (400), not the server's"
_FILES = "a relation that was given no meta has none"
_SENT = "the upload before it was sent by hand, and is replayed in test_files_recorded"
_LENGTH = "the longest text of a column holds on SQLite too; the test sends one that fits"
_JSON = "the reason is the text of another JSON parser"
_BIG = "big integers are exact on SQLite too"
_KEY = "SQLite's refusal names field and value of a foreign key too"
_NUMBER = "a text is no number on SQLite either; the test sends none"
_FOLLOWS = "follows from the number that was refused above"
_MOMENT = "a bad timestamp is the caller's error (400), not the server's"
_TYPE = "a value of the wrong type is the caller's error (400), not the server's"
_RANGE = "the field that is out of range is named"
_ORDER = "of several unknown names, the one that is written first is named"
_OPERATOR = "_ieq, _nieq and _nicontains are operators here"
_SCOPE = "keys of many-to-any items are texts everywhere"
_HOUR = "hour() of a time is its hour, on every database"
_BLANK = "an aggregate without a field is refused as such"
_GROUP = "grouping by a related field is refused in words (400)"
_ALIAS = "aggregates of alias fields are refused like other unknown columns (403)"
_SQL = "the SQL of a table is that of its own database file, quoted another way"
_SYSTEM = "system collections are refused in words (422), not by a failing foreign key"
_FIELDS = "fields are listed with those of described collections first"
_DECIMAL = "decimal stays decimal on SQLite"
_NAME = "the project has another name"
_HIDDEN = "a field that may not be seen in a row counts as null in filters, as it is written"
_PRESET = "a taken value that came from a preset is named"
_TIMESTAMP = "timestamps are marked with cast-timestamp on every database"
_BINARY = "bytea is binary"
_GEOMETRY = "the database's refusal is worded shorter"
_DEFAULT = "a default that does not fit the new type goes with the old one"
_DIGITS = "the search for 10 also finds the digits in a random id of a user"
_GONE_ON = "other recordings had changed these items before"
_INSTALLATION = "another installation, with its own people, tokens and system collections"
_CHANCE = "drawn by chance"
_MADE = "a collection can be made through GraphQL too: the input has its name"
_STATE_OF_IT = "follows from the collection that was made above"
_SECRET = "the secret of a second factor is new each time, and as long as the standard recommends"
_ZONED = "last_access is a moment with a zone on every database"
_MIGRATIONS = "there is no collection directus_migrations"
_TIES = "rows that sort alike come in the order of their keys, which are random here"


def _places(recording: str, reasons: Mapping[str, str | tuple[int, ...] | int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for reason, lines in reasons.items():
        for line in lines if isinstance(lines, tuple) else (lines,):
            found[f"{recording}:{line}"] = reason
    return found


_ITEMS = {
    _LENGTH: 6,
    _JSON: 9,
    _BIG: (10, 22),
    _KEY: 12,
    _NUMBER: 13,
    _MOMENT: 17,
    _ORDER: 31,
    _OPERATOR: (40, 41),
}
_QUERY = {_SCOPE: 13, _HOUR: 95, _BLANK: 131, _GROUP: 134, _ALIAS: 137}

_GRAPHQL = {
    _GONE_ON: (2, 3, 12, 13, 14, 15, 28),
    _MADE: 38,
    _STATE_OF_IT: 39,
    _INSTALLATION: (34, 35),
}

DIFFERENCES: dict[str, str] = {
    **_places("seed-sqlite", {_FILES: 17}),
    **_places("seed-11", {_FILES: 17}),
    **_places("seed-pg", {_FILES: 17}),
    **_places("items-sqlite", _ITEMS),
    **_places("items-11", _ITEMS),
    **_places("items-pg", {_JSON: 9, _TYPE: 13, _RANGE: 14, _MOMENT: 17, _ORDER: 31, _OPERATOR: (40, 41)}),
    **_places("query-sqlite", {**_QUERY, _BIG: 21, _FOLLOWS: (63, 65)}),
    **_places("query-pg", _QUERY),
    **_places("gql-sqlite", _GRAPHQL),
    **_places("schema-sqlite", {_SENT: (8, 9), _SQL: (10, 18, 19, 28), _SYSTEM: 27, _FIELDS: 36, _DECIMAL: 43}),
    **_places(
        "schema-pg",
        {
            _SENT: (8, 9),
            _SYSTEM: 27,
            _TIMESTAMP: 47,
            _BINARY: 52,
            _GEOMETRY: (53, 54, 55, 56, 57, 58, 59),
            _DEFAULT: 69,
        },
    ),
    **_places("auth-sqlite", {_SECRET: 49, _ZONED: (56, 57), _MIGRATIONS: 69}),
    **_places("sys-sqlite", {_CLIENT: 3, _KEPT: 19, _REFERENCES: 20, _MISSING: 60, _TYPE: 102, _NOTHING: 103}),
    **_places("perms-11", {_NAME: 11, _BIG: 18, _HIDDEN: 48, _PRESET: (58, 59)}),
}

# answers that may be as recorded or not, from one run to the next
UNSETTLED: dict[str, str] = {
    **_places("gql-sqlite", {_CHANCE: 37, _TIES: 11}),
    **_places("query-sqlite", {_DIGITS: 123}),
    **_places("sys-sqlite", {_TIES: 52}),
    **_places("items-pg", {_TIES: 29}),
    **_places("items-sqlite", {_TIES: 29}),
    **_places("items-11", {_TIES: 29}),
    **_places("query-pg", {_TIES: (93, 151)}),
    **_places("query-sqlite", {_TIES: (93, 151)}),
    **_places("perms-11", {_TIES: 17}),
    **_places("auth-sqlite", {_TIES: (66, 75)}),
}
