"""Uploads that go on where they were cut: what has arrived of each, and whose it is.

In charge of: the folder of unfinished uploads, their offsets, who may go on with them, how long they are kept, and
making a row of the library of what is complete. Not in charge of: headers and status codes (`wire/directus/tus`). Made
by `files`.

    <data>/.uploads/resumable/<id>.json    what its sender said of it, and who that was
    <data>/.uploads/resumable/<id>.part    what has arrived: its size is the offset
    <data>/.uploads/resumable/<id>.whole   the same file while it becomes a row
    <data>/.uploads/resumable/<id>.wanted  somebody came back for it while a process was still receiving

An upload outlives a restart, and any process may go on with it. A process that receives holds a lock on the part, and
lets go as soon as it is wanted elsewhere: its client came back, so that connection is worth nothing any more. The name
under which the content is kept follows from the id, so whether a complete upload has become a row already can be told
after a crash.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.verbs import Session
from satchel.errors import Forbidden, InvalidPayload, SatchelError, TooLarge, TooManyRequests
from satchel.files.library import FILES, UNKNOWN_TYPE, Library, Received, guessed_type, is_uuid
from satchel.files.receive import Content
from satchel.files.sniff import HEAD_BYTES
from satchel.policy.actor import Actor, Context
from satchel.storage.local import failed
from satchel.storage.locks import try_lock

STATE, PART, WHOLE, WANTED = ".json", ".part", ".whole", ".wanted"
WRITE_BYTES = 1024**2
SWEEP_SECONDS = 60.0
LOOK_SECONDS = 0.2
"""How often a process that receives looks whether it is wanted elsewhere."""
TAKE_OVER_SECONDS = 5.0
"""How long another process may take to let go."""
TRY_SECONDS = 0.05
Ready = Callable[[Iterable[Content]], AbstractAsyncContextManager[None]]
"""`Files.ready`."""

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class OffsetConflict(SatchelError):
    """More or less of an upload has arrived than its sender thinks."""

    code, status = "offset_conflict", 409


class UploadBusy(SatchelError):
    """Somebody else is sending the same upload."""

    code, status = "upload_busy", 423


class Superseded(Exception):
    """The same sender began anew with a later request."""


class State(msgspec.Struct, frozen=True):
    """What is known of an upload. `metadata`: as it was sent; `given`: the fields of the row that it names; `key`: the
    row's; `replaces`: that row is there already, and gets other bytes."""

    id: str
    owner: str
    length: int
    metadata: str
    given: dict[str, Any]
    key: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class ResumableLimits:
    """`seconds`: how long an upload is kept after its last piece; `uploads`: how many may be unfinished."""

    seconds: float
    uploads: int


class Resumable:
    """One per process; all processes of a data folder share the uploads."""

    def __init__(
        self,
        engine: Engine,
        library: Library,
        folder: Path,
        limits: ResumableLimits,
        ready: Ready,
        report: Callable[[Exception], None],
    ) -> None:
        self._engine = engine
        self._library = library
        self._ready = ready
        self._folder = folder
        self._report = report
        self._receiving: dict[str, asyncio.Future[int]] = {}
        self._sweeping: asyncio.Task[None] | None = None
        self.limits = limits

    def start(self) -> None:
        self._sweeping = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None

    # --- the life of an upload

    async def begin(self, context: Context, length: int, metadata: str, given: Mapping[str, Any]) -> State:
        """A new upload. Raises Forbidden, TooLarge, InvalidPayload, TooManyRequests, StorageFailed."""
        fields = {name: value for name, value in given.items() if name != "id"}
        wanted = given.get("id")
        if wanted is not None and not is_uuid(str(wanted)):
            raise InvalidPayload("The id of a file must be a uuid")
        key = str(uuid4() if wanted is None else UUID(str(wanted)))
        replaces = wanted is not None and await self._replaces(context, key)
        if not replaces:
            await self._library.check_create(context)
        kind = str(fields.get("type") or guessed_type(str(fields.get("filename_download") or "")) or UNKNOWN_TYPE)
        self._library.limits.check(kind, length)
        state = State(secrets.token_hex(16), _owner(context.actor), length, metadata, fields, key, replaces)
        await self._blocking(lambda: self._write_new(state))
        return state

    async def _replaces(self, context: Context, key: str) -> bool:
        """Whether an upload takes the place of a file. Raises Forbidden for one that the caller may not change."""
        if await self._engine.allows(context, FILES, "update", (key,)):
            return True
        if await self._engine.stored_item(FILES, (key,)) is not None:
            raise Forbidden("The file can't be changed.", collection=FILES, action="update")
        return False

    def find(self, id: str, actor: Actor) -> State | None:
        """An unfinished upload of this caller."""
        if not _ID.fullmatch(id):
            return None
        try:
            state = msgspec.json.decode(self._path(id, STATE).read_bytes(), type=State)
        except (OSError, msgspec.DecodeError):
            return None
        if state.owner != _owner(actor) or self.offset(state) is None:
            return None
        return state if self.expires(state) > time.time() else None

    def offset(self, state: State) -> int | None:
        """How much has arrived; None when there is nothing to go on with."""
        try:
            return self._path(state.id, PART).stat().st_size
        except OSError:
            return None

    def expires(self, state: State) -> float:
        """Until when the upload is kept, in seconds since 1970."""
        try:
            return self._path(state.id, PART).stat().st_mtime + self.limits.seconds
        except OSError:
            return 0.0

    async def interrupt(self, state: State) -> None:
        """End what is still being received of an upload: whoever comes back for it has given that connection up, and it
        may be dead without our knowing."""
        before = self._receiving.get(state.id)
        if before is not None:
            before.cancel()
            await asyncio.wait({before})
        for _ in range(int(TAKE_OVER_SECONDS / TRY_SECONDS)):
            if not await self._blocking(lambda: self._is_held(state)):
                break
            await asyncio.sleep(TRY_SECONDS)

    def _is_held(self, state: State) -> bool:
        """Whether another process receives for an upload; if so, it is told that the upload is wanted."""
        wanted = self._path(state.id, WANTED)
        try:
            descriptor = os.open(self._path(state.id, PART), os.O_WRONLY)
        except FileNotFoundError:
            return False
        try:
            held = not try_lock(descriptor)
        finally:
            os.close(descriptor)
        if held:
            wanted.touch()
        else:
            wanted.unlink(missing_ok=True)
        return held

    async def _until_wanted(self, state: State) -> None:
        """Wait until another process asks for an upload that is being received here."""
        since = time.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with contextlib.suppress(FileNotFoundError):
                # one that nobody took away is older
                if self._path(state.id, WANTED).stat().st_mtime >= since:
                    return

    async def append(self, state: State, offset: int, body: AsyncGenerator[bytes]) -> int:
        """Take the next piece; the new offset. What arrived of a piece that is cut is kept.

        Raises OffsetConflict, UploadBusy, TooLarge, StorageFailed, Superseded, and what `body` raises.
        """
        await self.interrupt(state)
        work = self._receiving[state.id] = asyncio.ensure_future(self._append(state, offset, body))
        watching = asyncio.create_task(self._until_wanted(state))
        watching.add_done_callback(lambda done: None if done.cancelled() else work.cancel())
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            if work.cancelled():
                raise Superseded from None
            work.cancel()
            await asyncio.wait({work})
            raise
        finally:
            watching.cancel()
            if self._receiving.get(state.id) is work:
                del self._receiving[state.id]

    async def _append(self, state: State, offset: int, body: AsyncIterator[bytes]) -> int:
        descriptor = await self._blocking(lambda: self._opened(state, offset))
        waiting = bytearray()
        size = offset
        try:
            try:
                async for part in body:
                    size += len(part)
                    if size > state.length:
                        raise TooLarge("More is sent than was announced.")
                    waiting += part
                    if len(waiting) >= WRITE_BYTES:
                        data, waiting = bytes(waiting), bytearray()
                        await _to_the_end(self._blocking(lambda data=data: _write(descriptor, data)))
            finally:
                # quick: less than is written at a time
                with _storage():
                    _write(descriptor, bytes(waiting))
            return size
        finally:
            os.close(descriptor)

    def _opened(self, state: State, offset: int) -> int:
        descriptor = os.open(self._path(state.id, PART), os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0))
        try:
            if not try_lock(descriptor):
                raise UploadBusy("The upload is being sent already.")
            if os.fstat(descriptor).st_size != offset:
                raise OffsetConflict("Upload-Offset conflict")
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    async def finish(self, state: State, context: Context) -> str:
        """Make a row of a complete upload; its key. Raises as a write does, and then the upload is kept."""
        if not await self._is_row(state):
            received = await self._received(state)
            now = context.now
            if state.replaces:
                row = self._library.changed_row(received, state.given, state.key, now, version=_version(state))
            else:
                row = await self._library.new_row(received, {**state.given, "id": state.key}, now)

            async def work(session: Session) -> None:
                if state.replaces:
                    await session.update(FILES, (state.key,), row, "directus")
                else:
                    await session.create(FILES, row, "directus")

            async with self._ready((received.content,)):
                await self._engine.write(context, FILES, work)
        await self.remove(state)
        return state.key

    async def _is_row(self, state: State) -> bool:
        """Whether this upload has become a row before."""
        row = await self._engine.stored_item(FILES, (state.key,))
        if row is None:
            return False
        name = str(row.get("filename_disk") or "").partition(".")[0]
        return name == state.key + (_version(state) if state.replaces else "")

    async def _received(self, state: State) -> Received:
        part, whole = self._path(state.id, PART), self._path(state.id, WHOLE)

        def prepare() -> bytes:
            whole.unlink(missing_ok=True)
            try:
                # the part stays until the row is there
                os.link(part, whole)
            except OSError:
                part.replace(whole)
            with whole.open("rb") as file:
                return file.read(HEAD_BYTES)

        head = await self._blocking(prepare)
        name = str(state.given.get("filename_download") or "file")
        kind = str(state.given.get("type") or "")
        return await self._library.received(whole, name, kind, state.length, head)

    async def remove(self, state: State) -> None:
        """Forget an upload."""
        await self._blocking(lambda: self._remove(state.id))

    # --- the folder

    def _path(self, id: str, suffix: str) -> Path:
        return self._folder / f"{id}{suffix}"

    def _remove(self, id: str) -> None:
        for suffix in (STATE, PART, WHOLE, WANTED):
            self._path(id, suffix).unlink(missing_ok=True)

    def _write_new(self, state: State) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_expired()
        if sum(1 for _ in self._folder.glob(f"*{STATE}")) >= self.limits.uploads:
            raise TooManyRequests("Too many uploads are unfinished.", retry_after_seconds=int(self.limits.seconds))
        self._path(state.id, PART).touch(exist_ok=False)
        self._path(state.id, STATE).write_bytes(msgspec.json.encode(state))

    def _remove_expired(self) -> None:
        now = time.time()
        for path in self._folder.glob("*.*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime + self.limits.seconds < now and path.stem not in self._receiving:
                    self._remove_idle(path)

    def _remove_idle(self, path: Path) -> None:
        """Remove one of an upload's files unless another process is at work on the upload."""
        part = path.with_suffix(PART)
        try:
            descriptor = os.open(part, os.O_WRONLY)
        except FileNotFoundError:
            path.unlink(missing_ok=True)
            return
        try:
            idle = os.fstat(descriptor).st_mtime + self.limits.seconds < time.time()
            if idle and try_lock(descriptor):
                self._remove(path.stem)
        finally:
            os.close(descriptor)

    async def _sweep(self) -> None:
        while True:
            try:
                if self._folder.is_dir():
                    await asyncio.to_thread(self._remove_expired)
            except Exception as error:
                self._report(error)
            await asyncio.sleep(min(SWEEP_SECONDS, max(self.limits.seconds, 1.0)))

    async def _blocking(self, work: Callable[[], Any]) -> Any:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            raise failed(error) from error


@contextlib.contextmanager
def _storage() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise failed(error) from error


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for work that may not be left half done, also when we are told to stop."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _owner(actor: Actor) -> str:
    return f"{actor.kind}:{actor.collection or ''}:{actor.key or ''}"


def _version(state: State) -> str:
    return f"-{state.id[:8]}"
