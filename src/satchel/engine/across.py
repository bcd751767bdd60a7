"""Across: reads that take several statements, because they lead from one database into another.

In charge of: running the steps that `plan/steps` makes: those before a statement, whose rows it is handed, and those
after, whose rows take the place of its marks. Not in charge of: cutting a plan into steps, or running one statement
(`engine/read`). Called by `engine/read` and `engine/check`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

import msgspec

from satchel.errors import InvalidQuery
from satchel.plan.nodes import Bind, FromConst, FromParam
from satchel.plan.steps import After, Before
from satchel.policy.actor import Context

P = TypeVar("P")
Run = Callable[[P, Context], Awaitable[bytes]]
"""Runs a compiled step with this context: a JSON array."""

KEYS_MAX = 1000
"""How many keys one statement is asked for."""
_decode_rows = msgspec.json.Decoder(list[dict[str, Any]]).decode
_decode_raw = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode
_decode_at = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Earlier(Generic[P]):
    """A compiled `Before`: its statement, and those that ask again by keys."""

    step: Before
    rows: P
    among: P | None = None
    parents: P | None = None


@dataclass(frozen=True, slots=True)
class Later(Generic[P]):
    """A compiled `After`."""

    step: After
    rows: P
    one: P


# --- before


async def hand_on(steps: Sequence[Earlier[P]], context: Context, most: int, run: Run[P]) -> Context:
    """The context with the rows of all earlier steps. Raises InvalidQuery where they are too many."""
    handed: dict[int, Any] = dict(context.handed)
    found: dict[int, list[list[Any]]] = {}
    for step in steps:
        rows = await _rows(step, replace(context, handed=handed), found, most, run)
        found[step.step.number] = rows
        handed[step.step.number] = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return replace(context, handed=handed)


async def _rows(
    step: Earlier[P], context: Context, found: Mapping[int, list[list[Any]]], most: int, run: Run[P]
) -> list[list[Any]]:
    """All rows that may matter; if those are too many, the rows of the keys that are referred to."""
    rows = _lists(await run(step.rows, context))
    keys = step.step.keys
    if len(rows) <= most:
        return rows
    if keys is None or step.among is None:
        raise too_many(step.step.path, most)
    if step.parents is not None:
        parents = [row[0] for row in _lists(await run(step.parents, context))]
    else:
        parents = [row[keys.place] for row in found[keys.parent]]
    wanted = list(dict.fromkeys(item for item in parents if item is not None))
    if len(wanted) > most:
        raise too_many(step.step.path, most)
    rows = list[list[Any]]()
    for chunk in _chunks(wanted):
        rows += _lists(await run(step.among, _with(context, keys.number, chunk)))
        if len(rows) > most:
            raise too_many(step.step.path, most)
    return rows


def _lists(data: bytes) -> list[list[Any]]:
    """The values of each row. NUL, which not every database can read, is no character that may be sought."""
    return [
        [item.replace("\0", "\ufffd") if isinstance(item, str) else item for item in row.values()]
        for row in _decode_rows(data)
    ]


def too_many(path: tuple[str, ...], most: int) -> InvalidQuery:
    return InvalidQuery(
        f'"{".".join(path)}" leads into another database, where more than {most} items would have to be looked through',
        hint="Narrow the filter, or raise the setting across_limit.",
    )


# --- after


async def fill(
    data: bytes, mark: str, steps: Sequence[Later[P]], values: Sequence[Any], context: Context, most: int, run: Run[P]
) -> bytes:
    """The document with the rows of all later steps in place of its marks."""
    text = data.decode()
    places = list(_marks(text, mark))
    if not places:
        return data
    by_number = {step.step.number: step for step in steps}
    wanted: dict[int, list[tuple[Any, ...]]] = {}
    for _, _, number, parts in places:
        wanted.setdefault(number, []).append(parts)
    found = {
        number: await _found(by_number[number], parts, values, context, most, run) for number, parts in wanted.items()
    }
    pieces: list[str] = []
    at = 0
    for start, end, number, parts in places:
        step = by_number[number].step
        written = found[number](parts)
        before = text[at:start]
        at = end
        if written is None and step.key:
            # the whole entry goes, with one of the commas beside it
            before = before[: -len(json.dumps(step.key, ensure_ascii=False)) - 1]
            if before.endswith(",") or (not before and pieces and pieces[-1].endswith(",")):
                before, pieces = _without_comma(before, pieces)
            elif text[at : at + 1] == ",":
                at += 1
        pieces.append(before)
        if written is not None or not step.key:
            pieces.append(written or "null")
    pieces.append(text[at:])
    return "".join(pieces).encode()


def _without_comma(before: str, pieces: list[str]) -> tuple[str, list[str]]:
    if before:
        return before[:-1], pieces
    return before, [*pieces[:-1], pieces[-1][:-1]]


def _marks(text: str, mark: str) -> Iterator[tuple[int, int, int, tuple[Any, ...]]]:
    """(start, end, number of the step, parts of the link) of every mark, in order."""
    sign = '{"' + mark + '":'
    at = text.find(sign)
    while at >= 0:
        held, end = _decode_at(text, at)
        parts = cast("dict[str, Any]", held)
        number = int(parts.pop(mark))
        yield at, end, number, tuple(parts.values())
        at = text.find(sign, end)


async def _found(
    later: Later[P],
    wanted: Sequence[tuple[Any, ...]],
    values: Sequence[Any],
    context: Context,
    most: int,
    run: Run[P],
) -> Callable[[tuple[Any, ...]], str | None]:
    """What to write for the parts of a mark; None for nothing. One statement reads for all parents; where those have
    too many rows, one for each.
    """
    step = later.step
    keys = list(dict.fromkeys(key for parts in wanted for key in _keys_of(step, parts)))
    limit, offset = _number(step.limit, values), _number(step.offset, values) or 0
    rows: dict[tuple[str, ...], list[str]] = {}
    alone = False
    for chunk in _chunks(keys):
        read = _decode_raw(await run(later.rows, _with(context, step.number, chunk)))
        if len(read) > most:
            alone = True
            break
        for row in read:
            written = bytes(row.pop("j")).decode()
            for parent in _parents(step, [msgspec.json.decode(item) for item in row.values()]):
                rows.setdefault(parent, []).append(written)
    if alone:
        limit, offset = None, 0
        for parent in dict.fromkeys(wanted):
            read = _decode_raw(await run(later.one, _with(context, step.number, _keys_of(step, parent))))
            rows[_name(parent)] = [bytes(row["j"]).decode() for row in read]
    nothing = "[]"
    if step.total:
        read = _decode_raw(await run(later.one, _with(context, step.number, [])))
        nothing = "[" + ",".join(bytes(row["j"]).decode() for row in read) + "]"

    def write(parts: tuple[Any, ...]) -> str | None:
        if step.listed:
            held = [item for key in _keys_of(step, parts) for item in rows.get((str(key),), ())]
        else:
            held = rows.get(_name(parts), [])
        if step.single:
            return held[0] if held else None
        if not held:
            return None if step.key else nothing
        kept = held[offset:] if limit is None or limit < 0 else held[offset : offset + limit]
        return "[" + ",".join(kept) + "]"

    return write


def _keys_of(step: After, parts: tuple[Any, ...]) -> list[Any]:
    """The keys that the first part of a mark asks for."""
    if step.listed:
        return _listed(parts[0])
    return [] if any(part is None for part in parts) else [parts[0]]


def _parents(step: After, parts: list[Any]) -> list[tuple[str, ...]]:
    """The marks that a row belongs to."""
    if not step.contains:
        return [_name(parts)]
    return [(str(item),) for item in dict.fromkeys(_listed(parts[0]))]


def _listed(value: Any) -> list[str | int]:
    """The keys in a stored list, which comes as text."""
    try:
        found: Any = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return []
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    return [item for item in listed if isinstance(item, str | int)]


def _name(parts: Sequence[Any]) -> tuple[str, ...]:
    """Keys of two databases as one: a number here may be its text there."""
    return tuple(str(part) for part in parts)


def _number(bind: Bind | None, values: Sequence[Any]) -> int | None:
    if bind is None:
        return None
    source = bind.source
    value = source.value if isinstance(source, FromConst) else None
    if isinstance(source, FromParam):
        value = values[source.index]
    return None if value is None else int(value)


def _with(context: Context, number: int, keys: Sequence[Any]) -> Context:
    return replace(context, handed={**context.handed, number: keys})


def _chunks(keys: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), KEYS_MAX):
        yield list(keys[start : start + KEYS_MAX])
