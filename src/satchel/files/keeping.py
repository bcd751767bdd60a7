"""Keeping: the files that a write brings or gives up, along with its transaction.

In charge of: putting new files in place before the commit, removing what is no record's any more after it, and undoing
the first when the transaction fails. Not in charge of: which names a record may hold (`model/fields/file`). Registered
as a hook of the engine by `files`.

The order: the rows are written → doubts are noted → new files are put in place → commit → files that were given up are
removed → the doubts are forgotten. Whatever happens in between, a committed record finds its files, and a file without
a record is found again by its doubt. A file is never removed without looking once more whether its record names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from satchel.engine.ledger import Change
from satchel.files.doubts import Doubt, ProcessFolder
from satchel.files.library import FILES
from satchel.files.names import collection_folder, record_folder, thumbs_folder
from satchel.files.receive import Content
from satchel.model.catalog import Catalog, Collection
from satchel.model.fields.file import NewFile, file_fields
from satchel.model.fields.list_value import list_of
from satchel.storage.base import Storage
from satchel.storage.choice import StorageChoice

NamesOf = Callable[[str, tuple[str, ...]], Awaitable[set[str]]]
"""(collection, key) → the names that the record holds now, in any of its file fields; none when there is no record."""


@dataclass(slots=True)
class _Record:
    """What a transaction did to the files of one record."""

    collection: str
    key: tuple[str, ...]
    added: set[str] = field(default_factory=set[str])
    gone: set[str] = field(default_factory=set[str])
    deleted: bool = False

    def note(self, before: set[str], after: set[str]) -> None:
        for name in after - before:
            self.added.add(name)
            self.gone.discard(name)
        for name in before - after:
            if name in self.added:
                self.added.discard(name)
            else:
                self.gone.add(name)


class Keeping:
    """One per process."""

    def __init__(
        self,
        storage: StorageChoice,
        folder: ProcessFolder,
        catalog: Callable[[], Catalog],
        names_of: NamesOf,
        report: Callable[[Exception], None],
    ) -> None:
        self._storage = storage
        self._folder = folder
        self._catalog = catalog
        self._names_of = names_of
        self.report = report
        self._known: tuple[Catalog, dict[str, tuple[Collection, tuple[str, ...]] | None]] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- the hook

    async def before_commit(self, changes: Sequence[Change], uploads: Mapping[str, NewFile]) -> Kept | None:
        """Put the new files of these changes in place; None when no files are concerned. Raises StorageFailed, with
        nothing left behind."""
        records: dict[str, _Record] = {}
        for change in changes:
            found = self._fields_of(change.collection)
            if found is not None:
                _note(records, found[0], found[1], change)
        if not records:
            return None
        doubts: list[Doubt] = []
        given_up: list[Doubt] = []
        for folder, record in records.items():
            gone = tuple(sorted(record.gone))
            names = (*sorted(name for name in record.added if name in uploads), *gone)
            if gone or record.deleted:
                given_up.append(Doubt(record.collection, record.key, folder, gone, record.deleted))
            if names or record.deleted:
                doubts.append(Doubt(record.collection, record.key, folder, names, record.deleted))
        if not doubts:
            return None
        # what a deleted record without names might have left is not worth a note
        note = self._folder.note(doubts) if any(doubt.names for doubt in doubts) else None
        kept = Kept(self, self._storage.current, doubts, given_up, note)
        try:
            for folder, record in records.items():
                for name in record.added:
                    if name in uploads:
                        await _place(kept.storage, uploads[name].content, f"{folder}/{name}")
        except BaseException:
            await kept.undo()
            raise
        return kept

    def _fields_of(self, name: str) -> tuple[Collection, tuple[str, ...]] | None:
        """A collection with its file fields, if it has any."""
        catalog = self._catalog()
        if self._known is None or self._known[0] is not catalog:
            self._known = (catalog, {})
        known = self._known[1]
        if name not in known:
            collection = catalog.get(name)
            names = () if collection is None else tuple(field.name for field in file_fields(collection))
            known[name] = (collection, names) if collection is not None and names else None
        return known[name]

    # --- deciding

    async def settle(self, storage: Storage, doubts: Sequence[Doubt], note: Path | None) -> None:
        """Remove the files in doubt that no record names, then the note. What fails is reported, and tried again at
        the next start.
        """
        try:
            for doubt in doubts:
                await self._decide(storage, doubt)
            if note is not None:
                self._folder.unnote(note)
        except Exception as error:
            self.report(error)

    async def _decide(self, storage: Storage, doubt: Doubt) -> None:
        named = await self._names_of(doubt.collection, doubt.key)
        for name in doubt.names:
            if name not in named:
                # rows of the library remember where their file is, which may be another place than the one in use
                places = self._storage.places if doubt.collection == FILES else [storage]
                for place in places:
                    await remove(place, doubt.folder, name)
        if doubt.whole and not named and not (storage.remote and not doubt.names):
            # files of fields that were dropped; a record of the same key that comes meanwhile has other names
            for key in await storage.list(doubt.folder):
                if key.count("/") == doubt.folder.count("/") + 1:
                    name = key.rpartition("/")[2]
                    if name not in await self._names_of(doubt.collection, doubt.key):
                        await remove(storage, doubt.folder, name)

    async def sweep(self) -> None:
        """Settle what processes that are gone left behind."""
        for path, doubts in self._folder.left_behind():
            try:
                storage = self._storage.current
                for doubt in doubts:
                    await self._decide(storage, doubt)
                if storage.remote:
                    await storage.delete_folder(f"{self._folder.staged.rpartition('/')[0]}/{path.name}")
            except Exception as error:
                self.report(error)
            else:
                self._folder.forget(path)

    async def collections_gone(self, before: Catalog, after: Catalog) -> None:
        """Remove the files of collections that are no more."""
        for collection in before.collections.values():
            if collection.kind != "table" or not collection.id or collection.id in after.by_id:
                continue
            if file_fields(collection):
                try:
                    await self._storage.current.delete_folder(collection.id)
                except Exception as error:
                    self.report(error)

    def later(self, work: Awaitable[None]) -> None:
        """Do something after the answer."""

        async def run() -> None:
            try:
                await work
            except Exception as error:
                self.report(error)

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is still being removed."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


class Kept:
    """The files of one transaction, until it is known how that ended. See `engine.hooks.Settlement`."""

    def __init__(
        self, keeping: Keeping, storage: Storage, doubts: list[Doubt], given_up: list[Doubt], note: Path | None
    ) -> None:
        self.storage = storage
        self._keeping = keeping
        self._doubts = doubts
        self._given_up = given_up
        self._note = note

    async def finish(self) -> None:
        """The transaction was committed."""
        work = self._keeping.settle(self.storage, self._given_up, self._note)
        if self.storage.remote:
            self._keeping.later(work)
        else:
            await work

    async def undo(self) -> None:
        """The transaction failed, or nobody knows how it ended."""
        await self._keeping.settle(self.storage, self._doubts, self._note)


def _note(records: dict[str, _Record], collection: Collection, names: tuple[str, ...], change: Change) -> None:
    before = {item for name in names for item in list_of(change.before.get(name))}
    after = {item for name in names for item in list_of(change.after.get(name))}
    if not before and not after and change.action != "delete":
        return
    folder = record_folder(collection_folder(collection), change.key)
    record = records.get(folder)
    if record is None:
        record = records[folder] = _Record(collection.name, tuple(map(str, change.parts)))
    record.note(before, after)
    record.deleted = change.action == "delete"


async def _place(storage: Storage, content: Content, key: str) -> None:
    """Give a content its place. It may have one already: in a remote store, or from a first run of its transaction."""
    if content.key == key:
        return
    if content.key:
        await storage.copy(content.key, key)
        return
    await storage.put(key, content.here, content.attributes)
    if isinstance(content.here, Path):
        content.key = key


async def remove(storage: Storage, folder: str, name: str) -> None:
    """Remove a file with its thumbs."""
    await storage.delete(f"{folder}/{name}")
    await storage.delete_folder(thumbs_folder(folder, name))
