"""Answers in PocketBase's form: lists, records, and what `?fields=` leaves of them.

In charge of: putting answers together from JSON that the database made. Not in charge of: what is in a record (the
engine). Called by the handlers of this wire.
"""

from __future__ import annotations

from typing import Any

import msgspec

from satchel.http.response import JSON_TYPE, Response, json_body, json_response
from satchel.wire.pocketbase.fields_param import Picker

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def pages(total: int, per_page: int) -> int:
    """How many pages there are; 0 for nothing."""
    return -(-total // per_page)


def list_response(data: bytes, *, page: int, per_page: int, total: int | None, fields: Picker | None) -> Response:
    """`{"items":[…],"page":1,"perPage":30,"totalItems":5,"totalPages":1}`. `total` None: it was not asked for."""
    if fields is not None:
        data = _encode(fields.pick(_decode(data)))
    items = -1 if total is None else total
    count = -1 if total is None else pages(total, per_page)
    tail = b',"page":%d,"perPage":%d,"totalItems":%d,"totalPages":%d}' % (page, per_page, items, count)
    return json_body([b'{"items":', data, tail])


def record_response(data: bytes, fields: Picker | None) -> Response:
    """One record."""
    if fields is not None:
        data = _encode(fields.pick(_decode(data)))
    return Response(200, data, content_type=JSON_TYPE)


def value_response(value: Any, fields: Picker | None) -> Response:
    """Any other answer, from decoded values."""
    return json_response(fields.pick(value) if fields is not None else value)
