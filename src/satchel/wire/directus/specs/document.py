"""The OpenAPI 3.1 document: what this server takes and gives, as one caller may know it.

In charge of: putting the document together from the catalog, the caller's grants and the routes there are. Not in
charge of: schemas (`schemas`), what is shown (`shown`), the endpoints beside collections (`operations`). Called by
`http`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from satchel.model.catalog import Catalog
from satchel.policy.grant import Grants
from satchel.version import VERSION
from satchel.wire.directus.specs.operations import ADMINS, OPERATIONS, USERS, Operation
from satchel.wire.directus.specs.schemas import Schema, item_schema, key_schema, ref
from satchel.wire.directus.specs.shown import SYSTEM, Shown, Verb, names_of, shown_collections
from satchel.wire.directus.system import APART

OPENAPI = "3.1.0"
TITLE = "Dynamic API Specification"
DESCRIPTION = "Every endpoint of this server that the caller may use, with the collections and fields that there are."
Routed = Callable[[str, str], bool]
"""(method, path) → whether there is a route."""

_NAMES = re.compile(r"\{(\w+)\}")
_LIST = ("Fields", "Limit", "Offset", "Page", "Sort", "Filter", "Search", "Meta", "Deep")
_ONE = ("Fields", "Deep")
_RETURNED = ("Fields", "Meta")
_PARAMETERS: Mapping[str, tuple[str, str, Schema]] = {
    "Fields": ("fields", "Which fields come, `*` for all; paths have dots.", {"type": "string"}),
    "Limit": ("limit", "How many items; -1 for all.", {"type": "integer", "minimum": -1}),
    "Offset": ("offset", "How many to skip.", {"type": "integer", "minimum": 0}),
    "Page": ("page", "Which page of `limit` items.", {"type": "integer", "minimum": 1}),
    "Sort": ("sort", "By which fields, `-` for descending.", {"type": "string"}),
    "Filter": ("filter", "A condition, as a JSON object.", {"type": "string"}),
    "Search": ("search", "A text that some field holds.", {"type": "string"}),
    "Meta": ("meta", "Counts beside the data: `total_count`, `filter_count`, `*`.", {"type": "string"}),
    "Deep": ("deep", "Parameters for nested lists, as a JSON object.", {"type": "string"}),
}
_ERROR: Schema = {
    "type": "object",
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "extensions"],
                "properties": {
                    "message": {"type": "string"},
                    "extensions": {
                        "type": "object",
                        "required": ["code"],
                        "properties": {"code": {"type": "string"}},
                    },
                },
            },
        }
    },
}
_DONE: Schema = {"204": {"description": "Done."}}
_FAILED: Schema = {"default": {"$ref": "#/components/responses/Error"}}


def openapi_document(
    catalog: Catalog, grants: Grants, routed: Routed, base_url: str, *, signed_in: bool
) -> dict[str, Any]:
    """The whole document, for who has these grants."""
    known = shown_collections(catalog, grants)
    places = {name: _path_of(item, routed) for name, item in known.items()}
    shown = {name: item for name, item in known.items() if places[name] is not None}
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Schema] = {}
    tags: dict[str, Schema] = {}
    for name, item in shown.items():
        _add_schemas(schemas, catalog, shown, item)
        tags[item.name] = _tag(item)
        _add_collection(paths, item, places[name] or "", routed)
    for operation in OPERATIONS:
        closed = operation.id in ADMINS if signed_in else operation.id in ADMINS | USERS
        if routed(operation.method, operation.path) and (grants.admin or not closed):
            tags.setdefault(operation.tag, {"name": operation.tag})
            paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": OPENAPI,
        "info": {"title": TITLE, "description": DESCRIPTION, "version": VERSION},
        "servers": [{"url": base_url}],
        "security": [{}, {"Token": []}, {"Query": []}, {"Session": []}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": {
                name: {"name": given, "in": "query", "description": text, "schema": schema}
                for name, (given, text, schema) in _PARAMETERS.items()
            },
            "responses": {"Error": _answer(_ERROR, "Refused; `extensions.code` says why.")},
            "securitySchemes": {
                "Token": {"type": "http", "scheme": "bearer"},
                "Query": {"type": "apiKey", "in": "query", "name": "access_token"},
                "Session": {"type": "apiKey", "in": "cookie", "name": "directus_session_token"},
            },
        },
    }


# --- collections


def _path_of(item: Shown, routed: Routed) -> str | None:
    """Where a collection is served; None for one that has no items of its own on this wire."""
    name = item.collection.name
    if not item.collection.system:
        return f"/items/{quote(name, safe='')}"
    path = f"/{name.removeprefix(SYSTEM)}"
    return path if name not in APART and name.startswith(SYSTEM) and routed("GET", path) else None


def _tag(item: Shown) -> Schema:
    tag: Schema = {"name": item.name, "x-collection": item.collection.name}
    note = item.collection.meta.get("note") if item.collection.meta else None
    text = note if isinstance(note, str) and note else item.collection.comment
    return {**tag, "description": text} if text else tag


def _add_schemas(schemas: dict[str, Schema], catalog: Catalog, shown: Mapping[str, Shown], item: Shown) -> None:
    read = item.fields["list"]
    schemas[item.name] = item_schema(catalog, shown, item.collection, read.values())
    for verb in ("create", "update"):
        fields = item.fields[verb]
        if fields and names_of(fields.values()) != names_of(read.values()):
            schemas[_body_name(item, verb)] = item_schema(catalog, shown, item.collection, fields.values())


def _body_name(item: Shown, verb: Verb) -> str:
    return f"{verb.title()}{item.name}"


def _add_collection(paths: dict[str, dict[str, Any]], item: Shown, path: str, routed: Routed) -> None:
    many, one = _many(item), _one(item) if item.by_key else {}
    by_key = f"{path}/{{id}}"
    kept = {method: found for method, found in many.items() if routed(method, path)}
    if kept:
        paths[path] = {method.lower(): found for method, found in kept.items()}
    kept = {method: found for method, found in one.items() if routed(method, by_key)}
    if kept:
        parameter = {"name": "id", "in": "path", "required": True, "schema": key_schema(item.collection)}
        paths[by_key] = {"parameters": [parameter], **{method.lower(): found for method, found in kept.items()}}


def _many(item: Shown) -> dict[str, Schema]:
    """Method → operation of a collection as a whole."""
    single = item.collection.singleton
    found: dict[str, Schema] = {}
    if "list" in item.verbs:
        data = ref(item.name) if single else {"type": "array", "items": ref(item.name)}
        operation = _operation(item, "read", "Read the item" if single else "List items", _data(data))
        found["GET"] = {**operation, "parameters": _referred(_ONE if single else _LIST)}
    if "create" in item.verbs and not single:
        given = _body(item, "create")
        operation = _operation(item, "create", "Make one item or several", _written(item, several=True))
        found["POST"] = {**operation, **_taken({"anyOf": [given, {"type": "array", "items": given}]})}
    if "update" in item.verbs:
        given = _body(item, "update")
        several: Schema = {
            "anyOf": [
                {"type": "array", "items": given},
                {"type": "object", "required": ["keys", "data"], "properties": {"keys": _keys(item), "data": given}},
                {
                    "type": "object",
                    "required": ["query", "data"],
                    "properties": {"query": {"type": "object"}, "data": given},
                },
            ]
        }
        summary = "Change the item" if single else "Change several items"
        operation = _operation(item, "update", summary, _written(item, several=not single))
        found["PATCH"] = {**operation, **_taken(given if single else several)}
    if "delete" in item.verbs and not single:
        chosen: Schema = {
            "anyOf": [
                _keys(item),
                {"type": "object", "required": ["keys"], "properties": {"keys": _keys(item)}},
                {"type": "object", "required": ["query"], "properties": {"query": {"type": "object"}}},
            ]
        }
        found["DELETE"] = {**_operation(item, "delete", "Delete several items", _DONE), **_taken(chosen)}
    return found


def _one(item: Shown) -> dict[str, Schema]:
    """Method → operation of one item."""
    found: dict[str, Schema] = {}
    if "list" in item.verbs:
        operation = _operation(item, "readSingle", "Read an item", _data(ref(item.name)))
        found["GET"] = {**operation, "parameters": _referred(_ONE)}
    if "update" in item.verbs:
        operation = _operation(item, "updateSingle", "Change an item", _written(item, several=False))
        found["PATCH"] = {**operation, **_taken(_body(item, "update"))}
    if "delete" in item.verbs:
        found["DELETE"] = _operation(item, "deleteSingle", "Delete an item", _DONE)
    return found


def _operation(item: Shown, verb: str, summary: str, answers: Schema) -> Schema:
    return {
        "operationId": f"{verb}{item.name}",
        "summary": summary,
        "tags": [item.name],
        "responses": {**answers, **_FAILED},
    }


def _body(item: Shown, verb: Verb) -> Schema:
    same = names_of(item.fields[verb].values()) == names_of(item.fields["list"].values())
    given = ref(item.name if same else _body_name(item, verb))
    return {"allOf": [given, {"required": list(item.needed)}]} if verb == "create" and item.needed else given


def _keys(item: Shown) -> Schema:
    return {"type": "array", "items": key_schema(item.collection)}


def _written(item: Shown, *, several: bool) -> Schema:
    """What comes back of a write: what may be read of it, or nothing."""
    if "list" not in item.verbs:
        return _DONE
    one = ref(item.name)
    return {**_data({"anyOf": [one, {"type": "array", "items": one}]} if several else one), **_DONE}


def _taken(schema: Schema, media: str = "application/json") -> Schema:
    return {"requestBody": {"required": True, "content": {media: {"schema": schema}}}}


def _referred(names: Iterable[str]) -> list[Schema]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


# --- everything else


def _described(operation: Operation) -> Schema:
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": operation.names.get(name, {"type": "string"})}
        for name in _NAMES.findall(operation.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in operation.query.items()]
    parameters += [
        {"name": name, "in": "header", "required": name != "Upload-Metadata", "schema": schema}
        for name, schema in operation.headers.items()
    ]
    found: Schema = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": {**_ANSWERS[operation.answer], **_FAILED},
    }
    if parameters:
        found["parameters"] = parameters
    if operation.body is not None:
        found |= _taken(dict(operation.body), operation.media)
    return found


def _answer(schema: Schema, text: str) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _data(schema: Schema) -> Schema:
    envelope: Schema = {"type": "object", "properties": {"data": schema, "meta": {"type": "object"}}}
    return {"200": _answer(envelope, "Done.")}


_ANSWERS: Mapping[str, Schema] = {
    "data": {**_data({}), **_DONE},
    "raw": {"200": _answer({}, "Done.")},
    "text": {"200": {"description": "Done.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    "empty": {status: {"description": "Done."} for status in ("200", "201", "204")},
    "file": {"200": {"description": "The content.", "content": {"*/*": {}}}},
    "redirect": {"302": {"description": "There it goes on."}},
    "nothing": {"200": {"description": "Done."}, **_DONE},
}
