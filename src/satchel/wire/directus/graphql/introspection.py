"""What a schema says of itself: `__schema` and `__type`.

In charge of: these root fields, which graphql-core answers by itself, off the event loop. Called by `operations`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import graphql
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from satchel.http import json
from satchel.wire.directus.graphql.documents import InvalidDocument

INTROSPECTION = ("__schema", "__type")


async def introspect(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    asked: Sequence[FieldNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
) -> dict[str, bytes]:
    """The JSON of these root fields by response name. Raises InvalidDocument."""
    part = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=operation.variable_definitions,
        selection_set=SelectionSetNode(selections=tuple(asked)),
    )
    document = DocumentNode(definitions=(part, *fragments.values()))
    execute: Any = cast("Any", graphql).execute_sync
    result = await asyncio.to_thread(execute, schema, document, variable_values=dict(variables))
    if result.data is None:
        raise InvalidDocument.of(result.errors or ())
    return {key: json.encode(value) for key, value in result.data.items()}
