"""The text of a schema, for `/server/specs/graphql` and `server_specs_graphql`.

In charge of: which types it shows, in which order: the roots, then each kind by name. Called by `http` and
`system_fields`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLSchema,
    is_enum_type,
    is_input_object_type,
    is_introspection_type,
    is_object_type,
    is_scalar_type,
    is_union_type,
    print_type,
)

_KINDS: tuple[Callable[[Any], bool], ...] = (
    is_scalar_type,
    is_enum_type,
    is_union_type,
    is_object_type,
    is_input_object_type,
)


def schema_text(schema: GraphQLSchema) -> str:
    """The schema in the schema definition language."""
    roots = [kind for kind in (schema.query_type, schema.mutation_type, schema.subscription_type) if kind is not None]
    others = [kind for kind in schema.type_map.values() if kind not in roots and not is_introspection_type(kind)]
    ordered = [kind for is_kind in _KINDS for kind in sorted(filter(is_kind, others), key=lambda kind: kind.name)]
    return "\n\n".join(print_type(kind) for kind in (*roots, *ordered))
