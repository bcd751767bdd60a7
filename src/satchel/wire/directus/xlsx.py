"""XLSX, the workbooks of spreadsheet programs: flat rows as one, and the rows of one.

In charge of: the format, and its limits. Not in charge of: what cells mean (`export`, `import_rows`). Called by
`export` and `importing`; it blocks, so they turn it over to a thread. openpyxl is loaded at the first use.

Text is always a cell of text, so nothing is ever run as a formula, and nothing has to stand before it.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from satchel.errors import InvalidPayload
from satchel.http import json as wire_json

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 1_048_575
"""Rows below the header that a sheet can have."""
MAX_COLUMNS = 16_384
CELL_CHARACTERS = 32_767
EXACT = 10**15
"""Larger numbers lose digits in spreadsheet programs."""
PARTS = 10_000
"""Most files inside of one workbook."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_TIMED = re.compile(r"[hs]")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def write(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], file: IO[bytes]) -> None:
    """A workbook of one sheet: a header, then flat rows. Raises InvalidPayload for what no sheet can hold."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(columns) > MAX_COLUMNS:
        raise InvalidPayload(f"An XLSX file has at most {MAX_COLUMNS} columns")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Items")
    sheet.freeze_panes = "A2"

    def text(value: str, where: str) -> Any:
        written = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
        if len(written) > CELL_CHARACTERS:
            raise InvalidPayload(f"A cell of an XLSX file holds at most {CELL_CHARACTERS} characters, {where} has more")
        cell: Any = WriteOnlyCell(sheet, written)
        cell.data_type = "s"
        return cell

    def shown(value: Any, where: str) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and abs(value) < EXACT:
            cell: Any = WriteOnlyCell(sheet, repr(value))
            cell.data_type = "n"
            return cell
        if not isinstance(value, str):
            value = wire_json.encode(value).decode()
        return text(value, where)

    try:
        sheet.append([text(name, f'the name "{name[:40]}…"') for name in columns])
        for number, row in enumerate(rows, 1):
            if number > MAX_ROWS:
                raise InvalidPayload(f"An XLSX file holds at most {MAX_ROWS} items; CSV has no such limit")
            sheet.append([shown(row.get(name), f'"{name}" of item {number}') for name in columns])
    finally:
        if not sheet.closed:
            sheet.close()
    book.save(file)


def read(file: IO[bytes], *, unpacked_bytes: int, cells: int) -> Iterator[list[Any]]:
    """The rows of the first sheet, the header too: text, numbers, booleans, dates as ISO text, None for empty cells.
    Rows without values are left out. Raises InvalidPayload, also for what unpacks to more than it may.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive, unpacked_bytes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and drawings, which nobody looks at here
            book: Any = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                if not book.worksheets:
                    raise InvalidPayload("There is no sheet in this workbook")
                sheet: Any = book.worksheets[0]
                sheet.reset_dimensions()  # the program that wrote it may have been wrong
                seen = 0
                for number, row in enumerate(sheet.iter_rows(), 1):
                    seen += max(1, len(row))
                    if seen > cells or number > MAX_ROWS + 1:
                        raise InvalidPayload(f"A workbook may have at most {cells} cells and {MAX_ROWS} rows here")
                    values = [_value(cell) for cell in row]
                    if any(value is not None for value in values):
                        yield values
            finally:
                book.close()
    except InvalidPayload:
        raise
    except Exception as error:  # what a broken archive or broken XML raises is not of one kind
        raise InvalidPayload(f"The workbook can't be read: {type(error).__name__}") from error


def _check(archive: zipfile.ZipFile, unpacked_bytes: int) -> None:
    """Raise InvalidPayload for an archive that would unpack to too much, or whose XML declares entities."""
    parts = archive.infolist()
    # no more than a part says it has is ever read of it
    if len(parts) > PARTS or sum(part.file_size for part in parts) > unpacked_bytes:
        raise InvalidPayload(f"The workbook unpacks to more than {unpacked_bytes} bytes")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as content:
                head = content.read(64 * 1024).replace(b"\x00", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise InvalidPayload("The workbook declares entities")


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, str):
        if cell.data_type == "e":
            raise InvalidPayload(f"The cell {cell.coordinate} holds the error {value}")
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) or None
    if isinstance(value, datetime):
        if not _TIMED.search(_QUOTED.sub("", str(cell.number_format)).lower()):
            return value.date().isoformat()
        return value.replace(microsecond=0).isoformat() if value.microsecond < 1000 else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def to_lines(source: Path | bytes, target: Path, *, unpacked_bytes: int, cells: int) -> None:
    """The rows of a workbook as a file with a JSON array a line, the header first: as `import_rows` reads them.
    Raises InvalidPayload.
    """
    with source.open("rb") if isinstance(source, Path) else BytesIO(source) as file, target.open("wb") as lines:
        for row in read(file, unpacked_bytes=unpacked_bytes, cells=cells):
            lines.write(wire_json.encode(row) + b"\n")
