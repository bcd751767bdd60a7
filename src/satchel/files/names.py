"""The names under which files are kept.

In charge of: from a client's name to the stored one, and the folders of records. Not in charge of: contents. Called by
`receive`, `keeping` and `downloads`. Source of the rules: PocketBase, whose folders have to be readable here and ours
there.

    My Fîle 1.TXT → my_f_le_1_ihyzelmt25.TXT
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from urllib.parse import quote

from satchel.errors import SatchelError
from satchel.model.catalog import Collection
from satchel.storage.base import check_key

STEM_MAX = 100
STEM_MIN = 3
EXTENSION_MAX = 20
CHANCE_LENGTH = 10
THUMBS = "thumbs_"
OWN_PREFIX = "directus_"

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_APART = re.compile(r"[\W_]+", re.ASCII)
_NEW_WORD = re.compile(r"(?<=[^A-Z_])(?=[A-Z])")
_UNFIT = re.compile(r"[^\w.\-]+", re.ASCII)


def stored_name(file_name: str, sniffed_extension: str) -> str:
    """A new name, different every time. `file_name`: the client's; `sniffed_extension`: for names that have none."""
    stem, extension = _parts(original_name(file_name))
    stem = _NEW_WORD.sub("_", _APART.sub("_", stem)).strip("_").lower()
    stem = re.sub("_+", "_", stem)[:STEM_MAX]
    if len(stem) < STEM_MIN:
        stem += _chance()
    return f"{stem}_{_chance()}{extension or sniffed_extension}"


def original_name(file_name: str) -> str:
    """The last part of what may be a path."""
    return file_name.rstrip("/").rpartition("/")[2] or file_name[:1]


def _parts(name: str) -> tuple[str, str]:
    """Stem and extension. Two extensions go together: `.tar.gz`."""
    stem, point, last = name.rpartition(".")
    if not point:
        return name, ""
    before, point, second = stem.rpartition(".")
    extension = f"{second}.{last}" if point else last
    extension = _UNFIT.sub("", extension).strip(".")[-EXTENSION_MAX:].strip(".")
    return (before if point else stem), f".{extension}" if extension else ""


def _chance() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(CHANCE_LENGTH))


def collection_folder(collection: Collection) -> str:
    """The folder of a collection's files: PocketBase knows it by the id, which outlives a change of the name. Satchel's
    own tables keep their names."""
    return collection.name if collection.name.startswith(OWN_PREFIX) else collection.id or collection.name


@lru_cache(maxsize=4096)
def record_folder(collection_id: str, key: str) -> str:
    """The folder of a record's files. `key`: its opaque key, which may hold anything."""
    folder = f"{collection_id}/{key}"
    try:
        if key.count("/") == 0:
            return check_key(folder)
    except SatchelError:
        pass
    # a key that is no plain name: never one that PocketBase made
    return check_key(f"{collection_id}/{quote(key, safe='', errors='replace').replace('.', '%2E')[:240]}")


def thumbs_folder(folder: str, name: str) -> str:
    """The folder of one file's thumbs."""
    return f"{folder}/{THUMBS}{name}"
