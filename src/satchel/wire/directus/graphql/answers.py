"""Answers: `{"data": …, "errors": […]}` around bytes that databases made.

In charge of: that envelope, and errors in it: code first, then what else is known, places and path. Not in charge of:
the words of an error (`wire/directus/errors`). Called by `http` and `operations`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSchema, get_location

from satchel.http import json
from satchel.http.response import Response
from satchel.model.catalog import Catalog
from satchel.wire.directus import shape
from satchel.wire.directus.errors import wire_errors
from satchel.wire.directus.graphql.documents import InvalidDocument, located
from satchel.wire.directus.graphql.documents import worded as words

Told = dict[str, Any]
NULL = b"null"


def invalid(error: InvalidDocument) -> Response:
    """A document that does not fit the schema: 400, with all that is wrong with it."""
    extensions = {"errors": error.errors, "code": "GRAPHQL_VALIDATION"}
    told = {"message": str(error), "extensions": extensions}
    return shape.ok(json.encode({"errors": [told]}), 400)


def refused(errors: Sequence[GraphQLError], schema: GraphQLSchema | None = None) -> Response:
    """An operation that can't be begun: one that is not named, or variables of another type."""
    response = Passing(200, json.encode({"errors": [_unplaced(error, schema) for error in errors]}))
    response.headers.append((b"content-type", shape.JSON_TYPE))
    return response


def _unplaced(error: GraphQLError, schema: GraphQLSchema | None) -> Told:
    told: Told = {"message": words(error.message, schema), "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    if error.locations:
        told["locations"] = located(error)
    return told


class Passing(Response):
    """An answer that nobody keeps: something in it failed, and need not fail the next time."""

    __slots__ = ()


def answered(entries: Sequence[tuple[str, bytes]] | None, errors: Sequence[Told]) -> Response:
    """The answer. `entries`: response name and JSON of each root field; None: nothing can be shown."""
    if entries is None:
        data = NULL
    else:
        data = b"{" + b",".join(json.encode(key) + b":" + value for key, value in entries) + b"}"
    if not errors:
        return shape.ok(b'{"data":' + data + b"}")
    response = Passing(200, b'{"data":' + data + b',"errors":' + json.encode(errors) + b"}")
    response.headers.append((b"content-type", shape.JSON_TYPE))
    return response


def told(error: Exception, key: str, node: FieldNode, *, admin: bool, catalog: Catalog | None) -> list[Told]:
    """What is said of an error at one root field."""
    place = _place(node)
    if isinstance(error, GraphQLError):
        worded: list[Mapping[str, Any]] = [
            {"message": words(error.message, None), "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
        ]
    else:
        worded = wire_errors(error, admin=admin, catalog=catalog)[1]["errors"]
    found: list[Told] = []
    for item in worded:
        extensions: Mapping[str, Any] = item["extensions"]
        ordered = {"code": extensions["code"], **{name: value for name, value in extensions.items() if name != "code"}}
        found.append({"message": item["message"], "extensions": ordered, "locations": place, "path": [key]})
    return found


def _place(node: FieldNode) -> list[dict[str, int]]:
    if node.loc is None:
        return []
    place = get_location(node.loc.source, node.loc.start)
    return [{"line": place.line, "column": place.column}]
