"""Which place is in use.

In charge of: the folder unless a bucket is set, taking up a change of that setting at once, and finding what was put
elsewhere before. Not in charge of: the setting itself, which comes in as a function, or moving files from one place to
the other: that is the operator's. Made by `app`; asked by `files/`.
"""

from __future__ import annotations

from collections.abc import Callable

from satchel.storage.base import Storage
from satchel.storage.cloud import CloudStorage
from satchel.storage.local import LocalStorage
from satchel.storage.s3 import S3Options, s3_storage

LOCAL, S3 = "local", "s3"


def no_bucket() -> S3Options | None:
    """Files are kept in the folder."""
    return None


class StorageChoice:
    """`bucket`: the bucket that superusers set, or None now. It is asked at every use, so it has to be quick. `cloud`:
    the place of the start's settings, which stands behind it."""

    def __init__(
        self,
        local: LocalStorage,
        bucket: Callable[[], S3Options | None] = no_bucket,
        cloud: CloudStorage | None = None,
    ) -> None:
        self.local = local
        self.bucket = bucket
        self._cloud = cloud
        self._made: tuple[S3Options, Storage] | None = None

    @property
    def location(self) -> str:
        """What the place in use is called: local, s3, gcs or azure."""
        if self.bucket() is not None:
            return S3
        return LOCAL if self._cloud is None else self._cloud.location

    @property
    def current(self) -> Storage:
        """The place in use. Raises StorageFailed for settings that can't be."""
        options = self.bucket()
        if options is None:
            return self.local if self._cloud is None else self._cloud
        if self._made is None or self._made[0] != options:
            self._made = (options, s3_storage(options))
        return self._made[1]

    @property
    def places(self) -> list[Storage]:
        """All places that are known, the one in use first. Raises StorageFailed."""
        found = [self.current, self.local, *([self._cloud] if self._cloud is not None else [])]
        return list({id(place): place for place in found}.values())

    @property
    def named(self) -> dict[str, Storage]:
        """All places that are known, by what they are called; the one in use first. Raises StorageFailed."""
        found = {self.location: self.current, LOCAL: self.local}
        return found if self._cloud is None else {**found, self._cloud.location: self._cloud}

    async def holding(self, location: str | None, key: str) -> Storage:
        """The place where a file is that was put where the place in use had that name then. Raises StorageFailed.

        What is in the folder is found there after a bucket was set; what is not where its name says is looked for in
        the place in use.
        """
        current = self.current
        if location == LOCAL:
            place: Storage = self.local
        elif self._cloud is not None and location == self._cloud.location:
            place = self._cloud
        else:
            place = current
        return place if place is current or await place.exists(key) else current
