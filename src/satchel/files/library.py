"""The library: rows of `directus_files` with a file behind each.

In charge of: which values of a row are the program's own, what a new file is called and described as, types and sizes
that are allowed, fetching a file from an address. Not in charge of: how a file is kept along with its row (`keeping`),
reading it (`assets`), or forms and answers (`wire/directus/files`). Made by `files`.

A row's file is kept in a folder of its own, under `filename_disk`. That name comes in with bytes alone: what a client
says it should be is ignored, so no row can ever point at the file of another one. New bytes get a new name, so the old
ones stay until the change is committed.
"""

from __future__ import annotations

import asyncio
import mimetypes
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import msgspec

from satchel.engine.engine import Engine
from satchel.engine.hooks import Event
from satchel.engine.write_values import Own
from satchel.errors import Forbidden, InvalidPayload, OutboundFailed, TooLarge, Unavailable
from satchel.files.image_facts import ImageFacts, image_facts
from satchel.files.image_metadata import Wanted
from satchel.files.names import original_name
from satchel.files.receive import Content
from satchel.files.sniff import HEAD_BYTES, sniff
from satchel.http.multipart import Upload
from satchel.model.fields.file import NewFile
from satchel.plan.query import Query, Select
from satchel.policy.actor import Actor, Context
from satchel.storage.base import Attributes
from satchel.storage.choice import StorageChoice
from satchel.storage.local import md5_of

FILES = "directus_files"
FOLDERS = "directus_folders"
OURS = frozenset({"filename_disk", "storage", "tus_id", "tus_data"})
"""Fields that only the program sets."""
UNKNOWN_TYPE = "application/octet-stream"
NAME_MAX = 255

Fetch = Callable[[str, Upload, int], Awaitable[tuple[str, str]]]
"""(URL, where its content goes, the most bytes) → (the last URL, its content type). Raises OutboundFailed."""

_OWN_WORK = Actor.system("the folder of new files")
_DEFAULT_FOLDER = Query(
    "directus_settings", "directus", select=(Select("storage_default_folder", "storage_default_folder"),)
)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,12}$", re.ASCII)
_APART = re.compile(r"[\s_\-]+|(?<=[a-z0-9])(?=[A-Z])")
_TYPES = mimetypes.MimeTypes(filenames=())
for _type, _suffix in (
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
    ("image/heic", ".heic"),
    ("text/markdown", ".md"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("audio/flac", ".flac"),
    ("audio/ogg", ".ogg"),
    ("video/ogg", ".ogv"),
):
    _TYPES.add_type(_type, _suffix)


class NotFetched(Unavailable):
    """A file was not fetched. `details['url']`. Why is not told: it would say what there is in a private network."""


@dataclass(frozen=True, slots=True)
class LibraryLimits:
    """`types`: media types, with `*` for any part. `size_bytes`: of one file. `metadata`: the entries of images that
    are kept, see `image_metadata.Wanted`.
    """

    size_bytes: int
    types: Sequence[str] = ("*/*",)
    metadata: Sequence[str] = ()

    def check(self, content_type: str, size: int) -> None:
        """Raise InvalidPayload or TooLarge for a file that is not taken."""
        if size > self.size_bytes:
            raise TooLarge("Uploaded content is too large.", limit_bytes=self.size_bytes)
        self.check_type(content_type)

    def check_type(self, content_type: str) -> None:
        """Raise InvalidPayload for a type that is not taken."""
        plain = content_type.partition(";")[0].strip().lower()
        group = plain.partition("/")[0]
        if not {"*", "*/*", plain, f"{group}/*"} & {item.strip().lower() for item in self.types}:
            raise InvalidPayload("File is of invalid content type")


@dataclass(frozen=True, slots=True)
class Received:
    """A file on its way into a row. `facts`: None for what is no image."""

    file_name: str
    content_type: str
    size: int
    content: Content
    facts: ImageFacts | None


class Library:
    """One per process."""

    def __init__(
        self,
        engine: Engine,
        storage: StorageChoice,
        folder: Path,
        limits: LibraryLimits,
        fetch: Fetch,
    ) -> None:
        self._engine = engine
        self._storage = storage
        self._folder = folder
        self._fetch = fetch
        self.limits = limits
        self._wanted = Wanted(limits.metadata)

    def start(self) -> None:
        """Take part in writes to the library."""
        hooks = self._engine.writes.hooks
        hooks.on_filter(FILES, "create", self._new_row)
        hooks.on_filter(FILES, "update", self._changed_row)
        for action in ("create", "update"):
            hooks.on_filter(FOLDERS, action, self._folder_row)

    # --- from bytes to a row

    async def receive(self, upload: Upload, given: Mapping[str, Any]) -> Received:
        """A file that was sent. `given`: what its sender says of it. Raises InvalidPayload, TooLarge."""
        kind = str(given.get("type") or upload.content_type.partition(";")[0].strip())
        head = await asyncio.to_thread(upload.head, HEAD_BYTES)
        return await self.received(upload.content, upload.file_name, kind, upload.size, head)

    async def received(self, content: Path | bytes, file_name: str, kind: str, size: int, head: bytes) -> Received:
        """The same for any content. Raises InvalidPayload, TooLarge."""
        if not kind or kind == UNKNOWN_TYPE:
            kind = guessed_type(file_name) or sniff(head).content_type.partition(";")[0]
        self.limits.check(kind, size)
        digest = await asyncio.to_thread(md5_of, content)
        attributes = Attributes(kind, {"original-filename": original_name(file_name)}, digest)
        facts = None
        if kind.startswith("image/"):
            facts = await asyncio.to_thread(image_facts, content, kind, self._wanted)
        return Received(file_name, kind, size, Content(content, attributes), facts)

    async def new_row(self, received: Received, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The payload of a new row. `given`: what the sender says of the file; without a folder it goes into the one of
        the settings."""
        key = str(given.get("id") or uuid4())
        name = _download_name(given.get("filename_download") or received.file_name)
        facts = received.facts
        described = {
            "title": (facts.title if facts else None) or title_of(name),
            "description": facts.description if facts else None,
            "tags": facts.tags if facts else None,
        }
        own = {
            name: Own(value, yields=True)
            for name, value in described.items()
            if value is not None and given.get(name) is None
        }
        if "folder" not in given:
            own["folder"] = Own(await self._default_folder(now), yields=True)
        row = {**given, **own, "filename_download": name if given.get("filename_download") else Own(name)}
        return {
            **row,
            "id": given.get("id") or Own(key),
            "type": given.get("type") or Own(received.content_type),
            "modified_on": Own(now.isoformat()),
            **self._of_bytes(received, key, name, now, version=""),
        }

    async def _default_folder(self, now: datetime) -> str | None:
        """Where the settings put new files; None when that folder is no more."""
        answer = await self._engine.read(_DEFAULT_FOLDER, (), Context(_OWN_WORK, now))
        rows = msgspec.json.decode(answer.data or b"[]", type=list[dict[str, str | None]])
        key = rows[0]["storage_default_folder"] if rows else None
        return key if key and await self._engine.stored_item(FOLDERS, (key,)) is not None else None

    def changed_row(
        self, received: Received, given: Mapping[str, Any], key: str, now: datetime, *, version: str = ""
    ) -> dict[str, Any]:
        """The payload that gives a row other bytes. `version`: tells them from earlier ones; made unless given.

        Name and type are the caller's own, so whoever may not change these fields can't change the bytes either.
        """
        name = _download_name(given.get("filename_download") or received.file_name)
        return {
            **given,
            "filename_download": name,
            "type": given.get("type") or received.content_type,
            **self._of_bytes(received, key, name, now, version=version or f"-{secrets.token_hex(4)}"),
        }

    def _of_bytes(self, received: Received, key: str, name: str, now: datetime, *, version: str) -> dict[str, Own]:
        """What is known of the bytes themselves."""
        disk_name = f"{_stem(key)}{version}{_extension(name, received.content_type)}"
        kinds = (received.content_type,)
        facts = received.facts
        file = NewFile(disk_name, original_name(received.file_name), received.size, kinds, received.content)
        return {
            "storage": Own(self._storage.location),
            "filename_disk": Own(file),
            "filesize": Own(received.size),
            "width": Own(facts.width if facts else None),
            "height": Own(facts.height if facts else None),
            "metadata": Own(facts.metadata if facts else None),
            "uploaded_on": Own(now.isoformat()),
        }

    @asynccontextmanager
    async def fetched(self, url: str, given: Mapping[str, Any]) -> AsyncGenerator[Received]:
        """A file from an address of the internet, while it is put where it belongs. Raises NotFetched, and as
        `receive`."""
        upload = Upload("file", "", "", self._folder)
        try:
            yield await self._fetched(url, upload, given)
        finally:
            upload.close()

    async def _fetched(self, url: str, upload: Upload, given: Mapping[str, Any]) -> Received:
        try:
            last_url, upload.content_type = await self._fetch(url, upload, self.limits.size_bytes)
        except OutboundFailed as error:
            if error.details.get("reason") == "size":
                raise TooLarge("Uploaded content is too large.", limit_bytes=self.limits.size_bytes) from error
            raise NotFetched(f'Couldn\'t fetch file from URL "{url[:2000]}"', url=url) from error
        upload.file_name = original_name(unquote(urlsplit(last_url).path)) or "file"
        return await self.receive(upload, given)

    # --- who may, before anything is read or fetched

    async def check_create(self, context: Context) -> None:
        """Raise Forbidden for those who may create no file whatever it is. The write itself asks again."""
        grants = await self._engine.grants_of(context.actor)
        if not grants.of(FILES, "create"):
            raise Forbidden("Files can't be created.", collection=FILES, action="create")

    async def check_update(self, context: Context, key: str) -> None:
        """Raise Forbidden for those who may not change this file. The write itself asks again."""
        if not is_uuid(key) or not await self._engine.allows(context, FILES, "update", (key,)):
            raise Forbidden("The file can't be changed.", collection=FILES, action="update")

    # --- hooks

    async def _new_row(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        kept = _without_ours(payload)
        if not kept.get("type"):
            raise InvalidPayload('"type" is required')
        return kept if "storage" in kept else {**kept, "storage": Own(self._storage.location)}

    async def _changed_row(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        kind = payload.get("type")
        if isinstance(kind, str):
            # a type that is not taken is not what a file can be called later either
            self.limits.check_type(kind)
        return _without_ours(payload)

    async def _folder_row(self, payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        """Folders of flows are for those who make flows."""
        actor = event.session.context.actor
        if payload.get("type") == "flows" and not actor.admin and actor.kind != "system":
            create = event.action == "create"
            text = "Cannot create a flows folder" if create else "Cannot change a folder into a flows folder"
            raise Forbidden(text, sentence=text)
        return payload


def _without_ours(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    if any(name in OURS and not isinstance(value, Own) for name, value in payload.items()):
        return {name: value for name, value in payload.items() if name not in OURS or isinstance(value, Own)}
    return payload


def is_uuid(text: str) -> bool:
    """Whether a key can be one of the library's."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def guessed_type(file_name: str) -> str:
    """The content type that a name's extension stands for; "" for none."""
    return _TYPES.guess_type(file_name, strict=False)[0] or ""


def title_of(file_name: str) -> str:
    """`my_file-name.txt` → `My File Name`."""
    stem = _EXTENSION.sub("", file_name)
    words = [word for word in _APART.split(stem) if word]
    return " ".join(word[:1].upper() + word[1:] for word in words)[:NAME_MAX] or file_name[:NAME_MAX]


def _download_name(value: Any) -> str:
    name = original_name(str(value)).replace("\0", "") or "file"
    if len(name) <= NAME_MAX:
        return name
    extension = _EXTENSION.search(name)
    ending = extension[0] if extension else ""
    return name[: NAME_MAX - len(ending)] + ending


def _stem(key: str) -> str:
    """What a file is called on disk: the key, when that is what keys are."""
    return str(UUID(key)) if is_uuid(key) else secrets.token_hex(16)


def _extension(name: str, content_type: str) -> str:
    found = _EXTENSION.search(name)
    return found[0] if found else (_TYPES.guess_extension(content_type) or "")
