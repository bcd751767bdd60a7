"""`POST /utils/sort/:collection`: moving an item to the place of another one.

In charge of: this path, and which numbers change. Not in charge of: who may write them (`engine/write`). Mounted by
`routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from satchel.engine.verbs import Session
from satchel.errors import Forbidden, InvalidPayload
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.model.catalog import Key
from satchel.wire.directus import batch
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.items import Items
from satchel.wire.directus.parameters import Parameters

Row = Mapping[str, Any]


class Sorting:
    """The handler. `items`: those of `/items`."""

    def __init__(self, items: Items) -> None:
        self._items = items

    def mount(self, router: Router) -> None:
        router.add("POST", "/utils/sort/{collection}", self.sort)

    async def sort(self, request: Request) -> Response:
        """`{item, to}`: the item gets the place of the other one, and those between move by one."""
        name = await self._items.target(request)
        collection = self._items.collection(name)
        label = collection.sort_field
        if label is None:
            raise InvalidPayload(f'Collection "{name}" doesn\'t have a sort field')
        body = batch.payload(state_of(request).body)
        for part in ("item", "to"):
            if body.get(part) is None:
                raise InvalidPayload(f'"{part}" is required')
        moved, place = self._items.key_of(name, body["item"]), self._items.key_of(name, body["to"])
        fields = (*collection.key, label)
        reading = self._items.reader.build(
            name, "list", Parameters(fields=fields, sort=(label, *collection.key), limit=-1)
        )

        async def work(session: Session) -> None:
            answer = await session.read(reading.query, reading.values)
            rows = cast("list[Row]", msgspec.json.decode(answer.data or b"[]"))
            for key, number in changes(rows, collection.key, label, moved, place):
                await session.update(name, key, {label: number}, "directus")

        await self._items.write(request, name, work, rows=1000)
        return Response(200)


def changes(rows: list[Row], key: tuple[str, ...], label: str, moved: Key, place: Key) -> list[tuple[Key, int]]:
    """The keys whose number changes, with it. Rows without a number get one first, after all others. Raises Forbidden
    for keys that are not there.
    """
    keys = [tuple(row[name] for name in key) for row in rows]
    texts = {tuple(str(part) for part in item): item for item in keys}
    source, target = (texts.get(tuple(str(part) for part in item)) for item in (moved, place))
    if source is None or target is None:
        raise Forbidden("There is no such item.")
    before = {item: row[label] for item, row in zip(keys, rows, strict=True)}
    numbers = {item: int(number) for item, number in before.items() if number is not None}
    last = max(numbers.values(), default=0)
    for item in keys:
        if item not in numbers:
            last += 1
            numbers[item] = last
    if len(set(numbers.values())) < len(numbers):  # rows that share a number have no order to keep
        ordered = sorted(keys, key=lambda item: numbers[item])
        numbers = {item: place for place, item in enumerate(ordered, 1)}
    start, end = numbers[source], numbers[target]
    step = -1 if start < end else 1
    low, high = min(start, end), max(start, end)
    for item, number in numbers.items():
        if item != source and low <= number <= high and number != start:
            numbers[item] = number + step
    numbers[source] = end
    return [(item, number) for item, number in numbers.items() if before[item] != number]
