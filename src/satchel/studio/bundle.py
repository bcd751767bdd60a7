"""The studio's built files: which there are, and the template of its page.

In charge of: finding them in the package, and seeing that they were built anew. Not in charge of: what is put into the
template (`page`). Made by `routes`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from satchel.http.built_files import BuiltFiles

FOLDER = Path(__file__).parents[1] / "studio_dist"
INDEX = "index.html"
PRELOADS = ".vite/preload.json"
FALLBACK = "en"
"""The language of those whose own there are no words of."""
Preload = tuple[re.Pattern[str], tuple[str, ...], dict[str, list[str]]]
"""(paths below the studio, files, words by language)."""
HASHED = "assets/"
"""Where the build puts files whose names hold a digest of their content."""


class Bundle:
    """The build in a folder. `template`: the page; `build`: a short name of this build, which changes with it."""

    def __init__(self, folder: Path) -> None:
        self.files = BuiltFiles(folder, lambda name: name.startswith(HASHED))
        self._preloads = read_preloads(folder / PRELOADS)
        self.template = (folder / INDEX).read_text(encoding="utf-8")
        digest = hashlib.sha256("".join(f"{name} {file.tag}\n" for name, file in self.files.files.items()).encode())
        self.build = digest.hexdigest()[:12]

    def files_of(self, path: str, languages: Iterable[str]) -> Sequence[str]:
        """What the page at this path below the studio needs beside the template's own files, with the words of
        the first of these languages that there are words of.
        """
        for at, files, words in self._preloads:
            if at.search(path):
                known = next((words[language] for language in languages if language in words), words.get(FALLBACK, ()))
                return (*files, *known)
        return ()


def read_preloads(path: Path) -> list[Preload]:
    """What the build says; nothing where it says nothing, as then the browser finds the files by itself."""
    if not path.is_file():
        return []
    return [
        (re.compile(page["at"]), tuple(page["files"]), page["words"])
        for page in json.loads(path.read_text(encoding="utf-8"))
    ]


class Bundles:
    """The newest build in a folder, by default the package's. It is read again when it was built again."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or FOLDER
        self._seen = 0
        self._bundle: Bundle | None = None

    def newest(self) -> Bundle | None:
        """None while there is no build, or one is being made."""
        try:
            seen = (self._folder / INDEX).stat().st_mtime_ns
            if seen != self._seen or self._bundle is None:
                self._bundle, self._seen = Bundle(self._folder), seen
        except OSError:
            return None
        return self._bundle
