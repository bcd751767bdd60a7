"""Which place is in use.

In charge of: the folder unless a bucket is set, and taking up a change of that setting at once. Not in charge of: the
setting itself, which comes in as a function, or moving files from one place to the other: as with PocketBase, that is
the operator's. Made by `app`; asked by `files/`.
"""

from __future__ import annotations

from collections.abc import Callable

from satchel.storage.base import Storage
from satchel.storage.local import LocalStorage
from satchel.storage.s3 import S3Options, s3_storage


def no_bucket() -> S3Options | None:
    """Files are kept in the folder."""
    return None


class StorageChoice:
    """`bucket`: the bucket that is set now, or None. It is asked at every use, so it has to be quick."""

    def __init__(self, local: LocalStorage, bucket: Callable[[], S3Options | None] = no_bucket) -> None:
        self.local = local
        self.bucket = bucket
        self._made: tuple[S3Options, Storage] | None = None

    @property
    def location(self) -> str:
        """What the place in use is called."""
        return "local" if self.bucket() is None else "s3"

    @property
    def current(self) -> Storage:
        """Raises StorageFailed for settings that can't be."""
        options = self.bucket()
        if options is None:
            return self.local
        if self._made is None or self._made[0] != options:
            self._made = (options, s3_storage(options))
        return self._made[1]
