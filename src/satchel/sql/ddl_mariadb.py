"""DDL of MariaDB.

In charge of: where it differs from MySQL, whose words it speaks. Called through `ddl`.
"""

from __future__ import annotations

from satchel.model.definition import FieldDefinition, IndexDefinition
from satchel.sql.ddl_mysql import MysqlDdl


class MariadbDdl(MysqlDdl):
    """See `ddl_base.BaseDdl`."""

    name = "mariadb"
    label = "MariaDB"
    text_defaults = True
    expression_indexes = False

    def prefix(self, field: FieldDefinition | None, index: IndexDefinition) -> str:
        """A unique index covers all of a long text (by a hash), so that nothing is refused for how it begins."""
        return "" if index.unique else super().prefix(field, index)
