"""Collections: list, view, create, update, delete, truncate, import, scaffolds, and the preview of a view.

In charge of: these endpoints, all for superusers only, and the texts of their errors. Not in charge of: what a
collection looks like (`collection_shape`), what was submitted (`collection_body`), or changing anything
(`engine/schema`). Called by `routes`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from satchel.engine.request_events import BodyEvent, answered
from satchel.engine.schema import Schema, ViewPreview
from satchel.errors import (
    ConstraintFailed,
    DatabaseError,
    FieldError,
    HookFailed,
    InvalidQuery,
    NotFound,
    Rejected,
    SatchelError,
    Unprocessable,
    ValidationFailed,
)
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.model.auth_options import AUTH_RULES, OPTION_NAMES
from satchel.model.catalog import Catalog, Collection
from satchel.model.definition import CollectionDefinition
from satchel.model.naming import collection_id
from satchel.policy.actor import Actor
from satchel.wire.pocketbase.body import Body, read_form, read_record
from satchel.wire.pocketbase.collection_body import (
    INVALID_FORMAT,
    INVALID_TYPE_DATA,
    NOT_UPDATED,
    TYPES,
    changed_definition,
    new_definition,
)
from satchel.wire.pocketbase.collection_query import select
from satchel.wire.pocketbase.collection_shape import collection_object, definition_object
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, data_of, error_item, generic
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.identity import context_of, require_superuser
from satchel.wire.pocketbase.query import PER_PAGE_DEFAULT, PER_PAGE_MAX, boolean, integer
from satchel.wire.pocketbase.records import find_collection, is_served
from satchel.wire.pocketbase.scaffolds import scaffolds
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.shape import pages, value_response

NOT_CREATED = "Failed to create collection."
NOT_DELETED = "Failed to delete collection."
NOT_TRUNCATED = "View collections cannot be truncated since they don't store their own records."
NOT_EMPTIED = "Failed to truncate collection (most likely due to required cascade delete record references)."
NOT_IMPORTED = "Failed to import collections."
NOT_LOADED = "An error occurred while loading the submitted data."
NOT_VALID = "An error occurred while validating the submitted data."
INVALID_VIEW = "Invalid view query."
PREVIEW = "temp_view"
SQLITE = "SQLite: "


class Collections:
    """The handlers. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        event = _event(request, actor, None, {})

        async def work() -> Response:
            parameters = request.query
            page = max(integer(parameters.get("page", ""), 1), 0) or 1
            per_page = integer(parameters.get("perPage", ""), PER_PAGE_DEFAULT)
            per_page = PER_PAGE_DEFAULT if per_page <= 0 else min(per_page, PER_PAGE_MAX)
            skip_total = boolean(parameters.get("skipTotal", ""))
            now = context_of(request, actor).now
            try:
                found = select(self._objects(), parameters.get("filter", ""), parameters.get("sort", ""), now)
            except InvalidQuery as error:
                raise generic() from error
            start = (page - 1) * per_page
            shown = [dict(entry) for entry in found[start : start + per_page]]
            fields = parse_fields(parameters.get("fields", ""))
            return value_response(
                {
                    "items": fields.pick(shown) if fields is not None else shown,
                    "page": page,
                    "perPage": per_page,
                    "totalItems": -1 if skip_total else len(found),
                    "totalPages": -1 if skip_total else pages(len(found), per_page),
                },
                None,
            )

        return await answered(self._services.engine.events, "collections_list_request", event, work)

    def _changing(self, request: Request, actor: Actor) -> Schema:
        """The schema, to be changed by this caller."""
        return self._services.schema.by(context_of(request, actor))

    async def view(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        collection = self._find(request)
        event = _event(request, actor, collection, {})

        async def work() -> Response:
            return self._shown(request, collection)

        return await answered(self._services.engine.events, "collection_view_request", event, work)

    async def create(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        body = await _read(request, INVALID_TYPE_DATA)
        event = _event(request, actor, None, body)

        async def work() -> Response:
            try:
                wanted = new_definition(event.body, self._catalog)
            except ApiError as error:
                raise _headed(error, NOT_CREATED) from None
            try:
                made = await self._changing(request, actor).create_collection(wanted, "pocketbase")
            except SatchelError as error:
                raise _failure(_of_index(error, wanted), NOT_CREATED) from error
            return self._shown(request, made)

        return await answered(self._services.engine.events, "collection_create_request", event, work)

    async def update(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        collection = self._find(request)
        body = await _read(request, INVALID_FORMAT)
        event = _event(request, actor, collection, body)

        async def work() -> Response:
            try:
                wanted = changed_definition(event.body, collection, self._catalog)
            except ApiError as error:
                raise _headed(error, NOT_UPDATED) from None
            try:
                changed = await self._changing(request, actor).update_collection(collection.name, wanted, "pocketbase")
            except SatchelError as error:
                raise _failure(_of_index(error, wanted), NOT_UPDATED) from error
            return self._shown(request, changed)

        return await answered(self._services.engine.events, "collection_update_request", event, work)

    async def delete(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        collection = self._find(request)
        event = _event(request, actor, collection, {})

        async def work() -> Response:
            try:
                await self._changing(request, actor).delete_collection(collection.name, "pocketbase")
            except Unprocessable as error:
                references = _names(error.details.get("references"))
                if not references:
                    raise ApiError(400, NOT_DELETED) from error
                text = f"Failed to delete collection probably due to existing reference in {', '.join(references)}."
                raise ApiError(400, text) from error
            except SatchelError as error:
                raise _failure(error, NOT_DELETED) from error
            return no_content()

        return await answered(self._services.engine.events, "collection_delete_request", event, work)

    async def truncate(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        collection = self._find(request)
        if collection.type == "view":
            raise ApiError(400, NOT_TRUNCATED)
        try:
            await self._services.schema.truncate_collection(collection.name, context_of(request, actor))
        except SatchelError as error:
            raise (error if error.status >= 500 else ApiError(400, NOT_EMPTIED)) from error
        return no_content()

    async def scaffolds(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        return value_response(scaffolds(), parse_fields(request.query.get("fields", "")))

    async def dry_run_view(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        form = await read_form(request, NOT_LOADED)
        query = form.get("query") or ""
        if not isinstance(query, str):
            raise ApiError(400, NOT_LOADED)
        if not query:
            raise ApiError(400, NOT_VALID, {"query": REQUIRED})
        try:
            preview = await self._services.schema.dry_run_view(query)
        except SatchelError as error:
            raise ApiError(400, f"{INVALID_VIEW} Raw error: {_reason(error)}") from error
        return value_response(_preview_object(preview), parse_fields(request.query.get("fields", "")))

    async def import_all(self, request: Request) -> Response:
        actor = await require_superuser(self._services, request)
        form = await read_form(request, NOT_LOADED)
        event = _event(request, actor, None, form)

        async def work() -> Response:
            form = event.body
            submitted: Any = form.get("collections")
            delete_missing: Any = form.get("deletemissing") or False
            if not isinstance(submitted, list | None) or not isinstance(delete_missing, bool):
                raise ApiError(400, NOT_LOADED)
            bodies = cast("list[Any]", submitted or [])
            if not all(isinstance(body, dict) for body in bodies):
                raise ApiError(400, NOT_LOADED)
            if not bodies:
                raise ApiError(400, NOT_VALID, {"collections": REQUIRED})
            wanted: list[CollectionDefinition] = []
            try:
                _check_types(bodies)
                wanted, removed = self._import_definitions(bodies, delete_missing)
                await self._changing(request, actor).save_collections(wanted, "pocketbase", delete=removed)
            except SatchelError as error:
                text = _import_failure(error, wanted, bodies)
                raise ApiError(
                    400, NOT_IMPORTED, {"collections": error_item("collections_import_failure", text)}
                ) from error
            return no_content()

        return await answered(self._services.engine.events, "collections_import_request", event, work)

    # --- on the way there

    @property
    def _catalog(self) -> Catalog:
        return self._services.engine.catalog

    def _objects(self) -> list[dict[str, Any]]:
        catalog = self._catalog
        served = [found for found in catalog.collections.values() if is_served(found)]
        served.sort(key=lambda found: found.created)
        return [collection_object(found, catalog) for found in served]

    def _find(self, request: Request) -> Collection:
        return find_collection(self._services, request.params["collection"], "The requested resource wasn't found.")

    def _shown(self, request: Request, collection: Collection) -> Response:
        fields = parse_fields(request.query.get("fields", ""))
        return value_response(collection_object(collection, self._catalog), fields)

    def _import_definitions(
        self, bodies: Iterable[Body], delete_missing: bool
    ) -> tuple[list[CollectionDefinition], list[str]]:
        """What an import wants: new and changed collections, and the names of those that go."""
        catalog = self._catalog
        wanted: list[CollectionDefinition] = []
        named: set[str] = set()
        for body in bodies:
            existing = catalog.find(str(body.get("id") or "")) or catalog.find(str(body.get("name") or ""))
            if existing is None or not is_served(existing):
                wanted.append(new_definition(body, catalog))
                continue
            named.add(existing.name)
            if not delete_missing and isinstance(body.get("fields"), list):
                body = {**body, "fields": _with_missing(body["fields"], existing, catalog)}
            wanted.append(changed_definition(body, existing, catalog))
        missing = [
            found.name
            for found in catalog.collections.values()
            if delete_missing and is_served(found) and not found.system and found.name not in named and found.id
        ]
        return wanted, missing


def _event(request: Request, actor: Actor, collection: Collection | None, body: Body) -> BodyEvent:
    about = ("", "") if collection is None else (collection.name, collection.id)
    return BodyEvent(request, actor, body, *about)


def _check_types(bodies: Iterable[Body]) -> None:
    """Refuse an unknown type as a complaint about its collection, before the rest of it is read."""
    for body in bodies:
        if body.get("type") and body["type"] not in TYPES:
            complaint = FieldError(("type",), "in_invalid", "Must be a valid value.")
            raise ValidationFailed([complaint], collection=str(body.get("name") or ""))


def _with_missing(bodies: list[Any], existing: Collection, catalog: Catalog) -> list[Any]:
    """The submitted fields, and those that exist and were not submitted."""
    given = [cast("dict[str, Any]", body) for body in bodies if isinstance(body, dict)]
    given_ids = {body.get("id") for body in given}
    given_names = {body.get("name") for body in given if not body.get("id")}
    shown: list[dict[str, Any]] = collection_object(existing, catalog)["fields"]
    kept = [field for field in shown if field["id"] not in given_ids and field["name"] not in given_names]
    return [*bodies, *kept]


def _import_failure(error: SatchelError, wanted: Iterable[CollectionDefinition], bodies: Iterable[Body]) -> str:
    """Which collection failed, and of what its definition is accused."""
    if not isinstance(error, ValidationFailed):
        return f"Failed to import the collections configuration. Raw error:\n{_reason(error)}"
    name = error.collection
    kind = next((str(body.get("type") or "base") for body in bodies if body.get("name") == name), "base")
    identifier = next((item.id for item in wanted if item.name == name), "") or collection_id(kind, name)
    complaints: dict[str, Any] = {}
    for found in _flattened(error.errors):
        inner = complaints
        for part in found.path[:-1]:
            inner = inner.setdefault(str(part), {})
        inner[str(found.path[-1]) if found.path else ""] = _worded(found)
    listed = json.dumps(complaints, indent=2, ensure_ascii=False, sort_keys=True)
    return f'Data validations failed for collection "{name}" ({identifier}):\n{listed}'


def _worded(error: FieldError) -> str:
    """A complaint as PocketBase's import tells it: those that any form could make have no capital and no full stop."""
    text = error.message
    return text[:1].lower() + text[1:].rstrip(".") if error.code in _PLAIN else text


_PLAIN = frozenset(
    {
        *("required", "nil", "empty", "in_invalid", "not_in_invalid", "match_invalid", "length_out_of_range"),
        *("min_greater_equal_than_required", "max_less_equal_than_required", "is_domain", "nil_or_not_empty_required"),
    }
)
"""The complaints that are not about collections in particular."""


def _preview_object(preview: ViewPreview) -> dict[str, Any]:
    """The sample's rows look like records of a view that has no name yet."""
    about = {"collectionId": collection_id("view", PREVIEW), "collectionName": PREVIEW}
    return {
        "fields": [definition_object(field) for field in preview.fields],
        "sample": [dict(sorted({**row, **about}.items())) for row in preview.rows],
    }


async def _read(request: Request, failure: str) -> Body:
    """The submitted object. Keys match in any case, as in every fixed form."""
    try:
        body = await read_record(request)
    except ApiError as error:
        raise ApiError(400, failure) if not error.message.startswith("Unsupported") else error from None
    known = {name.lower(): name for name in _KEYS}
    return {known.get(key.lower(), key): value for key, value in body.items()}


_KEYS = (
    *("id", "listRule", "viewRule", "createRule", "updateRule", "deleteRule", "name", "type", "fields", "indexes"),
    *("system", "viewQuery", *AUTH_RULES, *OPTION_NAMES),
)


# -------------------------------------------------------------------------------------------------------------- errors
def _headed(error: ApiError, message: str) -> ApiError:
    """An error of the submitted values under the endpoint's heading."""
    return ApiError(error.answer_status, message, error.data) if error.data else error


def _failure(error: SatchelError, message: str) -> SatchelError:
    """A refused change. A superuser is told what the database said; what hooks say is their own."""
    if isinstance(error, Rejected | HookFailed):
        return error
    if isinstance(error, ValidationFailed):
        return ApiError(400, message, data_of(_flattened(error.errors)))
    if isinstance(error, NotFound):
        return ApiError(404)
    if error.status in (400, 422, 500):
        return ApiError(400, f"{message} Raw error: {_reason(error)}")
    return error


def _of_index(error: SatchelError, wanted: CollectionDefinition) -> SatchelError:
    """The database's refusal of one index as a complaint about that index."""
    name = error.details.get("index")
    position = next((at for at, index in enumerate(wanted.indexes) if index.name == name), None)
    if position is None:
        return error
    message = f"Failed to create index {name} - {_reason(error)}."
    return ValidationFailed([FieldError(("indexes", position), "invalid_index_expression", message)])


def _flattened(errors: Iterable[FieldError]) -> Iterable[FieldError]:
    """On this wire the options of a field are keys of the field itself."""
    for error in errors:
        path = tuple(part for part in error.path if part != "options")
        yield FieldError(path, error.code, error.message, error.params)


def _reason(error: SatchelError) -> str:
    if isinstance(error, ValidationFailed):
        return "; ".join(f"{'.'.join(map(str, found.path))}: {found.message}" for found in error.errors)
    if isinstance(error, ConstraintFailed):
        return f"constraint failed: {error.message} (2067)" if error.message.startswith("UNIQUE ") else error.message
    if isinstance(error, DatabaseError) and error.message.startswith(SQLITE):
        return f"SQL logic error: {error.message.removeprefix(SQLITE)} ({error.details.get('sqlite_code', 1)})"
    return error.message


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        return []
    return [str(name) for name in cast("Iterable[object]", value)]
