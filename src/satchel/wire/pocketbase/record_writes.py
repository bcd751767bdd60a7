"""Records being written: what happens inside of the transaction of a request.

In charge of: one record created, changed or deleted by its key, and how what the engine refuses is said. Not in charge
of: requests (`records`, `batch`), or who listens (`record_events`). Called by these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.engine.verbs import Session
from satchel.errors import Forbidden, InvalidQuery, NotFound, Rejected, SatchelError, Unprocessable
from satchel.expr.nodes import Param
from satchel.model.catalog import Collection, Key
from satchel.model.key import decode_key, encode_key
from satchel.plan.query import Query
from satchel.wire.pocketbase.errors import ApiError, error_item, write_error

NOT_CREATED = "Failed to create record."
NOT_UPDATED = "Failed to update record."
LAST_SUPERUSER = "You can't delete the only existing superuser."
NOT_DELETED = "Failed to delete record. Make sure that the record is not part of a required relation reference."


async def create(session: Session, collection: Collection, body: Mapping[str, Any], query: Query) -> bytes:
    """Create a record and read it back with a query for what was written. Raises ApiError."""
    payload = with_key(collection, body)
    try:
        key = await session.create(collection.name, payload, "pocketbase")
    except (Forbidden, NotFound):
        raise ApiError(400, NOT_CREATED) from None
    except SatchelError as error:
        raise write_error(error, NOT_CREATED) from error
    return await _read_back(session, query, key)


async def update(
    session: Session,
    collection: Collection,
    key: Key,
    body: Mapping[str, Any],
    query: Query,
    *,
    if_match: str | None = None,
) -> bytes:
    """Change a record and read it back with a query for what was written. Raises ApiError."""
    payload = without_key(collection, key, body)
    try:
        key = await session.update(collection.name, key, payload, "pocketbase", if_match=if_match)
    except (Forbidden, NotFound):
        raise ApiError(404) from None
    except SatchelError as error:
        raise write_error(error, NOT_UPDATED) from error
    return await _read_back(session, query, key)


def with_key(collection: Collection, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body, with an `id` that stands for the key of a table made elsewhere as the fields of that key."""
    if "id" not in body or "id" in collection.fields:
        return body
    rest = {name: value for name, value in body.items() if name != "id"}
    if body["id"] in (None, ""):
        return rest
    key = decode_key(collection, str(body["id"]))
    if key is None:
        raise ApiError(400, NOT_CREATED, {"id": error_item("invalid_format", "Invalid value format.")})
    return {**dict(zip(collection.key, key, strict=True)), **rest}


def without_key(collection: Collection, key: Key, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body without an `id` that stands for the key of a table made elsewhere; it may not name another one."""
    if "id" not in body or "id" in collection.fields:
        return body
    if str(body["id"]) != encode_key(key):
        problem = error_item("pk_change", "The record primary key cannot be changed.")
        raise ApiError(400, NOT_UPDATED, {"id": problem})
    return {name: value for name, value in body.items() if name != "id"}


async def delete(session: Session, collection: Collection, key: Key, *, if_match: str | None = None) -> None:
    """Delete a record. Raises ApiError."""
    try:
        await session.delete(collection.name, key, if_match=if_match)
    except (Forbidden, NotFound):
        raise ApiError(404) from None
    except Unprocessable as error:
        last = error.details.get("reason") == "last_admin"
        raise ApiError(400, LAST_SUPERUSER if last else str(error)) from error
    except SatchelError as error:
        if error.status == 400 and not isinstance(error, Rejected):
            raise ApiError(400, NOT_DELETED) from error
        raise


async def exists(session: Session, collection: Collection, key: Key) -> bool:
    """Whether the caller can see such a record."""
    query = Query(collection.name, "pocketbase", action="view", key=Param(0, "list"))
    try:
        return bool(await session.keys(query, (key,)))
    except (Forbidden, InvalidQuery):
        return False


async def _read_back(session: Session, query: Query, key: Key) -> bytes:
    """The record as its writer may see it."""
    answer = await session.read(query, (key,))
    if answer.data is None:
        raise ApiError(404)
    return answer.data
