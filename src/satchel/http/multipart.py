"""Multipart bodies, read as they arrive.

In charge of: splitting a `multipart/form-data` stream into values and files within limits; a file lives in memory while
it is small and in a temporary file from then on. Not in charge of: storing uploads, or trusting their names. Called by
`http/forms`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import secrets
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from satchel.errors import InvalidPayload, TooLarge, Unavailable

# A file up to this size is kept in memory.
SPOOL_BYTES = 256 * 1024
# All small files of a form together stay in memory up to this size; the next ones are written to disk.
MEMORY_BYTES = 8 * 1024**2
# Content is written to disk in pieces of at least this size: fewer, larger writes cost less.
WRITE_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class FormLimits:
    """How much one form may hold. `value_bytes`: all values together, as they are kept in memory. `folder`: where files
    that don't stay in memory are written; None takes the system's temporary folder.
    """

    parts: int = 1000
    value_bytes: int = 32 * 1024**2
    folder: Path | None = None


@dataclass(slots=True, eq=False)
class Upload:
    """One file of a form. `file_name` is the client's word: never a path, never trusted.

    `path`: the temporary file with the content; None while it has no more than `memory_bytes` and is kept in
    memory. Whoever wants to keep the content may move that file away.
    """

    name: str
    file_name: str
    content_type: str
    folder: Path | None = None
    memory_bytes: int = SPOOL_BYTES
    size: int = 0
    path: Path | None = None
    _content: bytes = b""
    _waiting: list[bytes] = field(default_factory=list[bytes])
    _waiting_bytes: int = 0

    def take(self, data: bytes) -> None:
        """Keep a part of the content until `settle`."""
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        self.size += len(data)

    async def settle(self, *, complete: bool = False) -> None:
        """Write what `take` kept, once it is worth it. Disk writes happen off the event loop."""
        if self.path is None and self.size <= self.memory_bytes:
            if complete:
                self._content = self._taken()
        elif complete or self._waiting_bytes >= WRITE_BYTES:
            await asyncio.to_thread(self._write, self._taken())

    def _taken(self) -> bytes:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        return data

    def _write(self, data: bytes) -> None:
        try:
            if self.path is None:
                folder = self.folder or Path(tempfile.gettempdir())
                self.path = folder / f"upload-{secrets.token_hex(16)}"
                with self.path.open("xb") as file:
                    file.write(data)
            else:
                with self.path.open("ab") as file:
                    file.write(data)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            text = "There is no space left for uploads." if full else "An upload can't be written to disk."
            raise Unavailable(text, reason=str(error)) from error

    def head(self, size: int) -> bytes:
        """The beginning of the content."""
        if self.path is None:
            return self._content[:size]
        with self.path.open("rb") as file:
            return file.read(size)

    @property
    def content(self) -> Path | bytes:
        """Where the content is: a temporary file, or in memory."""
        return self._content if self.path is None else self.path

    def close(self) -> None:
        """Delete the temporary file, unless somebody moved it away."""
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()


Entry = tuple[str, str | Upload]


class _Reader:
    """The callbacks of the parser. It calls them in the order of the body."""

    def __init__(self, limits: FormLimits) -> None:
        self.entries: list[Entry] = []
        self.finished = False
        self.ended: list[Upload] = []
        self._limits = limits
        self._value_bytes = 0
        self._memory_bytes = 0
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._value: list[bytes] | None = None
        self._upload: Upload | None = None

    def on_part_begin(self) -> None:
        if len(self.entries) >= self._limits.parts:
            raise TooLarge(f"The form has more than {self._limits.parts} parts.")
        self._headers = {}
        self._upload = None
        self._value = None

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise InvalidPayload("A part of the form has no name.")
        self._name = _text(options[b"name"])
        if b"filename" not in options:
            self._value = []
            return
        content_type = self._headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
        self._upload = Upload(self._name, _text(options[b"filename"]), content_type, self._limits.folder)
        if self._memory_bytes >= MEMORY_BYTES:
            self._upload.memory_bytes = 0
        # listed at once, so that the form closes it even when the rest of the body never comes
        self.entries.append((self._name, self._upload))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._upload is not None:
            self._upload.take(data[start:end])
        elif self._value is not None:
            self._value_bytes += end - start
            if self._value_bytes > self._limits.value_bytes:
                raise TooLarge(f"The values of the form are larger than {self._limits.value_bytes} bytes.")
            self._value.append(data[start:end])

    def on_part_end(self) -> None:
        if self._upload is not None:
            self.ended.append(self._upload)
            if self._upload.size <= self._upload.memory_bytes:
                self._memory_bytes += self._upload.size
            self._upload = None
        if self._value is None:
            return
        try:
            value = b"".join(self._value).decode()
        except UnicodeDecodeError:
            raise InvalidPayload(f'The value of "{self._name}" is not UTF-8.', field=self._name) from None
        self.entries.append((self._name, value))

    def on_end(self) -> None:
        self.finished = True

    @property
    def current(self) -> Upload | None:
        """The file that is being read."""
        return self._upload


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names. Raises InvalidPayload without one."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise InvalidPayload("The Content-Type names no boundary.")
    return boundary


async def read_multipart(body: AsyncIterator[bytes], content_type: str, limits: FormLimits) -> list[Entry]:
    """Names with their values or files, in order.

    Raises InvalidPayload for a malformed or cut body, TooLarge past a limit, Unavailable when the disk is full, and
    what `body` raises. On any error the files read so far are closed.
    """
    reader = _Reader(limits)
    complete = False
    try:
        parser = MultipartParser(
            boundary_of(content_type),
            {
                "on_part_begin": reader.on_part_begin,
                "on_part_data": reader.on_part_data,
                "on_part_end": reader.on_part_end,
                "on_header_field": reader.on_header_field,
                "on_header_value": reader.on_header_value,
                "on_header_end": reader.on_header_end,
                "on_headers_finished": reader.on_headers_finished,
                "on_end": reader.on_end,
            },
        )
        async for chunk in body:
            parser.write(chunk)
            await _settle_all(reader)
        parser.finalize()
        if not reader.finished:
            raise InvalidPayload("The form ends before its last boundary.")
        complete = True
    except FormParserError as error:
        raise InvalidPayload(f"The form is malformed: {error}.") from None
    finally:
        if not complete:
            close_files(reader.entries)
    return reader.entries


async def _settle_all(reader: _Reader) -> None:
    """One chunk may end several small files and begin another; all of them are written before more is read."""
    while reader.ended:
        await reader.ended.pop().settle(complete=True)
    if reader.current is not None:
        await reader.current.settle()


def close_files(entries: list[Entry]) -> None:
    """Close, and so delete, the files of a form."""
    for _, value in entries:
        if isinstance(value, Upload):
            value.close()


def _text(raw: bytes) -> str:
    """A name as browsers write it: UTF-8, with quotes and line breaks escaped as in URLs."""
    text = raw.decode("utf-8", "replace")
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
