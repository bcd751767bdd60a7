"""CockroachDB, which speaks PostgreSQL's protocol. **Not yet run against a live server.**

In charge of: what differs from `postgres`: session settings, isolation, the fingerprint. Transactions are serialisable,
so losing a race is ordinary: the server says so (SQLSTATE 40001) and the write is run again.
"""

from __future__ import annotations

from collections.abc import Sequence

from satchel.db.options import DatabaseOptions
from satchel.db.postgres import Postgres
from satchel.db.url import DatabaseUrl
from satchel.db.vendor import Reader

# Rows of the catalogue have no versions to count here, so their content is summed up.
FINGERPRINT = """
WITH rows AS (
  SELECT 'c' AS part, concat_ws('|', table_schema, table_name, column_name, ordinal_position::text, column_default,
    is_nullable, crdb_sql_type, is_generated, generation_expression, is_identity, column_comment) AS content
  FROM information_schema.columns
  UNION ALL SELECT 't', concat_ws('|', table_schema, table_name, table_type) FROM information_schema.tables
  UNION ALL SELECT 'k', concat_ws('|', conrelid::text, conname, pg_get_constraintdef(oid)) FROM pg_catalog.pg_constraint
  UNION ALL SELECT 'i', concat_ws('|', schemaname, tablename, indexdef) FROM pg_catalog.pg_indexes
  UNION ALL SELECT 'v', concat_ws('|', schemaname, viewname, definition) FROM pg_catalog.pg_views
  UNION ALL SELECT 'e', concat_ws('|', enumtypid::text, enumlabel) FROM pg_catalog.pg_enum
  UNION ALL SELECT 'd', concat_ws('|', objoid::text, objsubid::text, description) FROM pg_catalog.pg_description
  UNION ALL SELECT 'p', concat_ws('|', grantee, table_schema, table_name, privilege_type)
    FROM information_schema.table_privileges
)
SELECT concat_ws('-', current_user, current_schema(), count(*)::text, md5(string_agg(part || content, e'\\n'
  ORDER BY part, content)))
FROM rows
WHERE content NOT LIKE 'pg\\_%' AND content NOT LIKE 'crdb\\_%' AND content NOT LIKE 'information\\_schema%'
"""


class Cockroach(Postgres):
    """The vendor of `cockroach`."""

    product = "CockroachDB"

    def settings(self, url: DatabaseUrl, options: DatabaseOptions) -> dict[str, str]:
        """Those of PostgreSQL's settings that CockroachDB has too."""
        known = ("application_name", "timezone", "default_transaction_read_only", "statement_timeout", "lock_timeout")
        settings = super().settings(url, options)
        return {name: settings[name] for name in known}

    def begin(self, options: DatabaseOptions, *, heavy: bool) -> Sequence[str]:
        if not heavy:
            return ("BEGIN READ WRITE",)
        # schema changes are jobs of their own there, and want a transaction for each statement
        limit = int(options.heavy_timeout_seconds * 1000)
        return ("BEGIN READ WRITE", f"SET LOCAL statement_timeout = {limit}")

    async def fingerprint(self, reader: Reader, options: DatabaseOptions) -> str:
        return str((await reader.read(FINGERPRINT))[0][0])


VENDOR = Cockroach()
