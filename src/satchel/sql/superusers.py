"""The rows of `_superusers`: users with admin access, in the form of an auth collection's records.

In charge of: the query that stands in place of that collection's table. Not in charge of: which fields it has
(`model/system/sign_in`), or who else is an admin where (`policy/load_policies`, which a test compares with this).
Called by `read` and `write` wherever a table's name would stand. Pure.
"""

from __future__ import annotations

from satchel.expr.dialect import Dialect
from satchel.model.catalog import Collection

# (SELECT u."id", u."password", u."token_key" AS "tokenKey", u."email", FALSE AS "emailVisibility", TRUE AS "verified",
#    u."created", u."updated"
#  FROM "satchel_users" AS u
#  WHERE u."status" = 'active' AND (
#    EXISTS (SELECT 1 FROM "satchel_access" AS a JOIN "satchel_policies" AS p ON p."id" = a."policy"
#      WHERE p."admin_access" = TRUE AND a."user" = u."id")
#    OR u."role" IN (
#      WITH RECURSIVE held AS (
#        SELECT a."role" AS id FROM "satchel_access" AS a JOIN "satchel_policies" AS p ON p."id" = a."policy"
#          WHERE p."admin_access" = TRUE AND a."role" IS NOT NULL
#        UNION SELECT r."id" FROM "satchel_roles" AS r JOIN held ON r."parent" = held.id)
#      SELECT id FROM held)))
_QUERY = """(SELECT u.[id], u.[password], u.[token_key] AS [tokenKey], u.[email], {false} AS [emailVisibility],
 {true} AS [verified], u.[created], u.[updated] FROM {users} AS u WHERE u.[status] = 'active' AND (
 EXISTS (SELECT 1 FROM {access} AS a JOIN {policies} AS p ON p.[id] = a.[policy]
 WHERE p.[admin_access] = {true} AND a.[user] = u.[id])
 OR u.[role] IN (WITH RECURSIVE held AS (
 SELECT a.[role] AS [id] FROM {access} AS a JOIN {policies} AS p ON p.[id] = a.[policy]
 WHERE p.[admin_access] = {true} AND a.[role] IS NOT NULL
 UNION SELECT r.[id] FROM {roles} AS r JOIN held ON r.[parent] = held.[id])
 SELECT [id] FROM held)))"""


def table_of(dialect: Dialect, collection: Collection) -> str:
    """What stands after FROM: the table's name, or the query that a derived collection is."""
    if not collection.derived:
        return dialect.table(collection.schema, collection.table)
    names = {
        name: dialect.table(collection.schema, f"satchel_{name}") for name in ("users", "access", "policies", "roles")
    }
    text = _QUERY.replace("\n", "").format(true="TRUE", false="FALSE", **names)
    return "".join(_quoted(text, dialect))


def _quoted(text: str, dialect: Dialect) -> list[str]:
    """The text with `[name]` as the dialect quotes names."""
    parts: list[str] = []
    for part in text.split("["):
        name, found, rest = part.partition("]")
        parts.append(dialect.quote(name) + rest if found and parts else part)
    return parts
