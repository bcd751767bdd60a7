"""Rows of an uploaded file, CSV, JSON or the lines of a workbook, one after the other.

In charge of: reading either in bounded memory, and what a cell of CSV means. Not in charge of: writing rows
(`importing`). Called by `importing`. It blocks as a file does: small reads.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO, Any, cast

from satchel.errors import InvalidPayload
from satchel.wire.directus.export import is_formula

Row = dict[str, Any]

CHUNK = 64 * 1024
ROW_CHARACTERS = 16 * 1024**2
CELL_CHARACTERS = 16 * 1024**2
BLANK = " \t\r\n"


def csv_rows(stream: IO[bytes], *, guarded: bool) -> Iterator[Row]:
    """The rows of a CSV with a header. An empty cell is null, `true` and `false` are flags, what looks like a JSON
    object or list is one; a name with dots leads into an object. `guarded`: what an export put before formulas is
    taken off. Raises InvalidPayload.
    """
    csv.field_size_limit(CELL_CHARACTERS)
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text, strict=True)
        header = next(reader, None)
        if header is None:
            return
        paths = _paths(header)
        for cells in reader:
            if not cells:
                continue
            if any(cells[len(paths) :]):
                raise csv.Error(f"line {reader.line_num} has {len(cells)} cells, the header {len(paths)}")
            row: Row = {}
            for path, cell in zip(paths, cells, strict=False):
                if path:
                    _put(row, path, _value(cell, guarded))
                elif cell:
                    raise csv.Error(f"line {reader.line_num} has a cell in a column without a name")
            yield row
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidPayload(f"The CSV can't be read: {error}") from None


def sheet_rows(stream: IO[bytes]) -> Iterator[Row]:
    """The rows of a workbook, from the lines that `xlsx.to_lines` made of it. Text means what it means in CSV, but
    nothing is taken off; other values are themselves. Raises InvalidPayload.
    """
    header = next(stream, None)
    if header is None:
        return
    try:
        paths = _paths([str(name if name is not None else "") for name in json.loads(header)])
        for number, line in enumerate(stream, 1):
            values: list[Any] = json.loads(line)
            if any(value is not None for value in values[len(paths) :]):
                raise csv.Error(f"row {number} has cells beyond the header")
            row: Row = {}
            for path, value in zip(paths, [*values, *[None] * (len(paths) - len(values))], strict=False):
                if path:
                    _put(row, path, _value(value, False) if isinstance(value, str) else value)
                elif value is not None:
                    raise csv.Error(f"row {number} has a cell in a column without a name")
            yield row
    except csv.Error as error:
        raise InvalidPayload(f"The workbook can't be read: {error}") from None


def _paths(header: list[str]) -> list[list[str]]:
    """What the columns are called, in steps; [] for one without a name."""
    names = [name.strip() for name in header]
    for name in names:
        if name and names.count(name) > 1:
            raise csv.Error(f'the column "{name}" is there twice')
    return [name.split(".") if name else [] for name in names]


def _put(row: Row, path: list[str], value: Any) -> None:
    """Null inside of an object is left out, so that a row without a related item has none."""
    for step in path[:-1]:
        if value is None:
            return
        inner = row.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        row = cast("Row", inner)
    row[path[-1]] = value


def _value(cell: str, guarded: bool) -> Any:
    if cell == "":
        return None
    if cell in ("true", "false"):
        return cell == "true"
    if cell[0] in "{[":
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    if guarded and cell[0] == "'" and is_formula(cell[1:]):
        return cell[1:]
    return cell


def json_rows(stream: IO[bytes]) -> Iterator[Row]:
    """The objects of a JSON array, or a single one. Raises InvalidPayload."""
    text = TextIOWrapper(stream, encoding="utf-8-sig")
    try:
        yield from _objects(text)
    except (ValueError, UnicodeDecodeError) as error:
        raise InvalidPayload(f"The JSON can't be read: {error}") from None


def _objects(text: TextIOWrapper) -> Iterator[Row]:
    decoder = json.JSONDecoder()
    buffer = text.read(CHUNK).lstrip(BLANK)
    listed = buffer.startswith("[")
    buffer = buffer[1:] if listed else buffer
    first = True
    while True:
        buffer = buffer.lstrip(BLANK)
        if not buffer:
            buffer = text.read(CHUNK)
            if not buffer:
                if listed:
                    raise ValueError("it ends before the list does")
                return
            continue
        if listed and buffer[0] == "]":
            if (buffer[1:] + text.read(CHUNK)).strip():
                raise ValueError("something follows the list")
            return
        if not first:
            if not listed or buffer[0] != ",":
                raise ValueError("a comma is missing between two rows")
            buffer = buffer[1:].lstrip(BLANK)
        value, buffer = _next(decoder, text, buffer)
        if not isinstance(value, dict):
            raise ValueError("a row is no object")
        first = False
        yield cast("Row", value)


def _next(decoder: json.JSONDecoder, text: TextIOWrapper, buffer: str) -> tuple[Any, str]:
    """The next value, and what follows it; more is read as long as it is not whole."""
    size = CHUNK
    while True:
        try:
            value, end = decoder.raw_decode(buffer.lstrip(BLANK))
        except ValueError:
            more = text.read(size)
            if not more or len(buffer) > ROW_CHARACTERS:
                raise
            buffer += more
            size *= 2  # a large row is not tried again for each part of it
            continue
        return value, buffer.lstrip(BLANK)[end:]
