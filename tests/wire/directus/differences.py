"""Where Satchel answers otherwise than the recordings, each with the reason.

Users read the same in docs/differences.md.
"""

from __future__ import annotations

from collections.abc import Mapping

# Bodies that can't be sent again: whole schemas, of which the recordings keep the beginning. test_snapshots asks the
# same with schemas of its own.
CUT = ("/schema/diff", "/schema/apply")

_KEPT = "the first revision has the number that it has here, and revisions hold references too"
_REFERENCES = "revisions hold references too, so that going back brings them back"
_MISSING = "the password of a protected share that is not sent is a wrong one (401)"
_NOTHING = "an owner without a value is the caller's error (400), not the server's"
_LENGTH = "the longest text of a column holds on SQLite too; the test sends one that fits"
_JSON = "the reason is the text of another JSON parser"
_BIG = "big integers are exact on SQLite too"
_KEY = "SQLite's refusal names field and value of a foreign key too"
_NUMBER = "a text is no number on SQLite either; the test sends none"
_FOLLOWS = "follows from what was refused or put into one form above"
_MOMENT = "a bad timestamp is the caller's error (400), not the server's"
_TYPE = "a value of the wrong type is the caller's error (400), not the server's"
_STORED = "a value of the wrong type is refused on SQLite too, not stored"
_RANGE = "the field that is out of range is named"
_ORDER = "of several unknown names, the one that is written first is named"
_OPERATOR = "_ieq, _nieq and _nicontains are operators here"
_SCOPE = "an unknown scope leaves the key, which is the text that is stored, as without a scope"
_HOUR = "hour() of a time is its hour, on every database"
_BLANK = "an aggregate without a field is refused as such"
_GROUP = "grouping by a related field is refused in words (400)"
_ALIAS = "aggregates of alias fields are refused like other unknown columns (403)"
_SQL = "the SQL of a table is that of its own database file, quoted another way"
_SYSTEM = "system collections are refused in words (422), not by a failing foreign key"
_FIELDS = "fields of described collections come first, and there is no collection directus_migrations"
_DECIMAL = "decimal stays decimal on SQLite"
_HIDDEN = "a field that may not be seen in a row counts as null in filters, as it is written"
_BINARY = "bytea is binary"
_GEOMETRY = "a type that the database lacks is the caller's error (400), not the server's"
_DEFAULT = "a default that does not fit the new type goes with the old one"
_DIGITS = "the search for 10 also finds the digits in a random id of a user"
_GONE_ON = "other recordings changed these items in between"
_INSTALLATION = "another installation, with its own people, tokens and system collections"
_CHANCE = "drawn by chance"
_MADE = "a collection can be made through GraphQL too: the input has its name"
_STATE_OF_IT = "follows from the collection that was made above"
_SECRET = "the secret of a second factor is new each time, and as long as the standard recommends"
_ZONED = "moments of system collections carry their zone on every database"
_FLOWS = "flows are kept, and none runs"
_LICENCE = "there are no licences, and nothing is limited by one"
_TIME = "a time has one form on every database"
_VALUE = "a taken value is named with its collection, in imports too"
_WORDS = "a value that is missing is named, in other words"
_ELSEWHERE = "not served: deployments and MCP"
_AI = "no AI is served, so no models are allowed"
_ROBOTS = "robots.txt is that of the public folder, whose pages are meant to be found"
_SPECS = "OpenAPI 3.1, with descriptions of its own"
_ALL = "every complaint about an item is told, not the first one alone"
_BOOLEAN = "a boolean is true or false, however it was sent"
_TEXT = "a text is a JSON value too"
_DEEP = "_aggregate and _groupBy of deep take effect"
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
    _MADE: 38,
    _STATE_OF_IT: 39,
    _INSTALLATION: (34, 35),
}

DIFFERENCES: dict[str, str] = {
    **_places("items-sqlite", _ITEMS),
    **_places("items-11", _ITEMS),
    **_places("items-pg", {_JSON: 9, _TYPE: 13, _RANGE: 14, _MOMENT: 17, _ORDER: 31, _OPERATOR: (40, 41)}),
    **_places("query-sqlite", {**_QUERY, _BIG: 21, _FOLLOWS: (63, 65)}),
    **_places("query-pg", _QUERY),
    **_places("gql-sqlite", _GRAPHQL),
    **_places("schema-sqlite", {_SQL: (10, 18, 19, 28), _SYSTEM: 27, _FIELDS: 36, _DECIMAL: 43}),
    **_places(
        "schema-pg",
        {
            _SYSTEM: 27,
            _BINARY: 52,
            _GEOMETRY: (53, 54, 55, 56, 57, 58, 59),
            _DEFAULT: 69,
        },
    ),
    **_places("auth-sqlite", {_SECRET: 49, _ZONED: (56, 57), _MIGRATIONS: 69, _SPECS: 79, _AI: 87}),
    **_places(
        "sys-sqlite",
        {
            _KEPT: 19,
            _REFERENCES: 20,
            _MISSING: 60,
            _STORED: 102,
            _NOTHING: 103,
            _WORDS: 118,
            _GONE_ON: 126,
            _VALUE: 127,
            _ELSEWHERE: (134, 136),
            _ROBOTS: 137,
        },
    ),
    **_places(
        "flows-sqlite",
        {_ZONED: (1, 2, 11, 12, 14), _FLOWS: (4, 5, 10, 16, 18, 22, 24, 27, 33), _LICENCE: (40, 41, 42)},
    ),
    **_places("extra-sqlite", {_TIME: 22, _ALL: 23, _STORED: 24, _BOOLEAN: 27, _FOLLOWS: (64, 66), _BIG: 70}),
    **_places("extra-pg", {_ALL: 23, _MOMENT: 24, _TEXT: 29, _GONE_ON: 63}),
    **_places("last-sqlite", {_BIG: 20, _DEEP: 34}),
    **_places("perms-12", {_BIG: 18, _LICENCE: 34}),
    **_places("perms-11", {_BIG: 18, _HIDDEN: 48}),
}

# answers that may be as recorded or not, from one run to the next
UNSETTLED: dict[str, str] = {
    **_places("gql-sqlite", {_CHANCE: 37, _TIES: (11, 13)}),
    **_places("query-sqlite", {_DIGITS: 123}),
    **_places("sys-sqlite", {_TIES: (52, 116)}),
    **_places("items-pg", {_TIES: 29}),
    **_places("items-sqlite", {_TIES: 29}),
    **_places("items-11", {_TIES: 29}),
    **_places("query-pg", {_TIES: (93, 151)}),
    **_places("query-sqlite", {_TIES: (93, 151)}),
    **_places("perms-11", {_TIES: 17}),
    **_places("perms-12", {_TIES: 17}),
    **_places("auth-sqlite", {_TIES: (66, 75)}),
    **_places("flows-sqlite", {_TIES: 32}),
    **_places("extra-sqlite", {_TIES: (17, 56, 57, 58, 59, 60, 63, 73, 74)}),
    **_places("extra-pg", {_TIES: (17, 56, 57, 58, 59, 60, 73, 74)}),
    **_places("last-sqlite", {_TIES: (18, 35, 37, 43)}),
}
