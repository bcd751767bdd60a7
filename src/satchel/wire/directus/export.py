"""Exports: any answer as a file in CSV, JSON, XML, YAML or XLSX.

In charge of: the formats and the headers of the answer. Not in charge of: what is in it; exports are made of the answer
that the same request would give without `export`. Called by the handlers of lists and single items.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any, cast
from xml.sax.saxutils import escape

import yaml

from satchel.http import json as wire_json
from satchel.http.response import Response
from satchel.wire.directus import xlsx

# What is larger is turned over to a thread, so that other requests go on meanwhile.
INLINE_BYTES = 200_000

_NOT_NAME = re.compile(r"[^\w.\-]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def export(data: bytes, format: str, name: str, now: datetime, *, guarded: bool) -> Response:
    """The JSON bytes of an array or object as a file that is called `name` and the time. `guarded`: see `to_csv`."""
    if len(data) > INLINE_BYTES:
        body = await asyncio.to_thread(_convert, data, format, guarded)
    else:
        body = _convert(data, format, guarded)
    content_type, suffix = content_type_of(format)
    charset = "" if format == "xlsx" else "; charset=utf-8"
    response = Response(200, body, content_type=content_type + charset)
    stamp = f"{now:%Y%m%d}-{now.hour}{now.minute}{now.second}"
    quoted = name.replace("\\", "_").replace('"', "_")
    response.add_header("content-disposition", f'attachment; filename="{quoted} {stamp}.{suffix}"')
    return response


def _convert(data: bytes, format: str, guarded: bool) -> bytes:
    value = wire_json.decode(data)
    match format:
        case "csv" | "csv_utf8":
            return (BOM if format == "csv_utf8" else b"") + to_csv(value, guarded=guarded)
        case "json":
            return to_json(value)
        case "xml":
            return to_xml(value)
        case "xlsx":
            return to_xlsx(value)
        case _:
            return to_yaml(value)


def _rows(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


# --- CSV -------------------------------------------------------------------------------------------------------------


BOM = b"\xef\xbb\xbf"
"""The mark by which spreadsheet programs know the encoding."""


def to_csv(value: Any, *, guarded: bool = True) -> bytes:
    """Objects are flattened with dots, lists are JSON text; columns in the order of first appearance.

    `guarded`: what a spreadsheet program would run begins with an apostrophe, which an import takes off again.
    """
    columns, rows = _table(value)
    return b"\n".join(csv_lines(columns, rows, guarded=guarded)) if columns else b""


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, guarded: bool) -> Iterator[bytes]:
    """The header, and a line for each flat row, without line ends."""
    yield ",".join(_cell(name, guarded) for name in columns).encode()
    for row in rows:
        yield ",".join(_cell(row.get(name), guarded) for name in columns).encode("utf-8", "surrogatepass")


def _table(value: Any) -> tuple[list[str], list[dict[str, Any]]]:
    rows = [dict(_flat(row)) for row in _rows(value)]
    return list(dict.fromkeys(name for row in rows for name in row)), rows


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and (value or not prefix):
        for key, child in cast("Mapping[str, Any]", value).items():
            yield from _flat(child, f"{prefix}.{key}" if prefix else key)
    else:
        yield prefix or "value", value


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program would run a cell, or it looks like one that was guarded."""
    return text.lstrip("'").startswith(_FORMULA) and not _NUMBER.fullmatch(text)


def _cell(value: Any, guarded: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    elif guarded and is_formula(value):
        value = "'" + value
    return '"' + value.replace('"', '""') + '"'


def to_xlsx(value: Any) -> bytes:
    """As `to_csv`, in a workbook. Raises InvalidPayload for what a workbook can't hold."""
    file = BytesIO()
    xlsx.write(*_table(value), file)
    return file.getvalue()


# --- JSON, XML, YAML -------------------------------------------------------------------------------------------------


def to_json(value: Any) -> bytes:
    return json.dumps(value, indent="\t", ensure_ascii=False).encode("utf-8", "surrogatepass")


def to_xml(value: Any) -> bytes:
    """`<data>` around one `<data>` per row; a list repeats its element, null is an empty one."""
    lines = ["<?xml version='1.0'?>"]
    _element(lines, "data", {"data": value}, 0)
    return "\n".join(lines).encode()


def _element(lines: list[str], name: str, value: Any, depth: int) -> None:
    indent = "    " * depth
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            _element(lines, name, item, depth)
        return
    tag = _NOT_NAME.sub("_", name)
    if not tag[:1].isalpha() and not tag.startswith("_"):
        tag = f"_{tag}"
    if isinstance(value, Mapping):
        inner: list[str] = []
        for key, child in cast("Mapping[str, Any]", value).items():
            _element(inner, key, child, depth + 1)
        lines.extend([f"{indent}<{tag}>", *inner, f"{indent}</{tag}>"] if inner else [f"{indent}<{tag}/>"])
    elif value is None or value == "":
        lines.append(f"{indent}<{tag}/>")
    else:
        text = value if isinstance(value, str) else json.dumps(value)
        lines.append(f"{indent}<{tag}>{escape(_NOT_XML.sub('', text))}</{tag}>")


class _Indented(yaml.SafeDumper):
    """Lists inside of objects are indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, indentless=False)


def to_yaml(value: Any) -> bytes:
    return yaml.dump(value, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=10**6).encode()


_FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("text/csv", "csv"),
    "csv_utf8": ("text/csv", "csv"),
    "json": ("application/json", "json"),
    "xml": ("text/xml", "xml"),
    "yaml": ("text/yaml", "yaml"),
    "xlsx": (xlsx.XLSX, "xlsx"),
}


class Parts:
    """An export in parts, for what does not fit into memory: `add` and `end` give the bytes to append.

    Which columns a table has is known after its last row. So the parts of CSV and XLSX are lines of JSON, and `table`
    makes the file.
    """

    def __init__(self, format: str, *, guarded: bool) -> None:
        self._format = format
        self._guarded = guarded
        self._columns: dict[str, None] = {}
        self._any = False

    @property
    def is_table(self) -> bool:
        return self._format in ("csv", "csv_utf8", "xlsx")

    def add(self, rows: Sequence[Any]) -> bytes:
        """Some rows."""
        first, self._any = not self._any, True
        match self._format:
            case "csv" | "csv_utf8" | "xlsx":
                flat = [dict(_flat(row)) for row in rows]
                for row in flat:
                    self._columns.update(dict.fromkeys(row))
                return b"".join(wire_json.encode(row) + b"\n" for row in flat)
            case "json":
                texts = (json.dumps(row, indent="\t", ensure_ascii=False) for row in rows)
                text = ",\n".join("\t" + row.replace("\n", "\n\t") for row in texts)
                return (("[\n" if first else ",\n") + text).encode("utf-8", "surrogatepass")
            case "xml":
                lines = ["<?xml version='1.0'?>", "<data>"] if first else [""]
                for row in rows:
                    _element(lines, "data", row, 1)
                return "\n".join(lines).encode()
            case _:
                return to_yaml(list(rows))

    def table(self, lines: Iterable[bytes], file: IO[bytes]) -> None:
        """Write the CSV or XLSX of the lines that `add` gave. Raises InvalidPayload for what a workbook can't hold."""
        rows = (wire_json.decode(line) for line in lines)
        columns = list(self._columns)
        if self._format == "xlsx":
            xlsx.write(columns, rows, file)
            return
        before = BOM if self._format == "csv_utf8" else b""
        for line in csv_lines(columns, rows, guarded=self._guarded) if columns else ():
            file.write(before + line)
            before = b"\n"

    def end(self) -> bytes:
        match self._format:
            case "json":
                return b"\n]" if self._any else b"[]"
            case "xml":
                return b"\n</data>" if self._any else to_xml([])
            case "yaml":
                return b"" if self._any else to_yaml([])
            case _:
                return b""


def content_type_of(format: str) -> tuple[str, str]:
    """The media type of a format, and the ending of its files."""
    return _FORMATS[format]


def formats() -> Sequence[str]:
    """The names that `export` takes."""
    return tuple(_FORMATS)
