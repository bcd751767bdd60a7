"""`POST /studio/api/setup/restore`: a new installation begins with a backup of another one.

In charge of: who may do so, which is whoever holds the set-up link, and taking the archive in. Not in charge of:
checking and unpacking it (`backups/`). Mounted by `routes`.
"""

from __future__ import annotations

from satchel.backups.backups import Backups
from satchel.backups.names import is_key, of_upload
from satchel.errors import Forbidden, InvalidPayload, SatchelError
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.services import Services

TOKEN_HEADER = "x-satchel-setup"
"""Carries the token, which is looked at before anything is uploaded."""


class SetupRoutes:
    """The handlers."""

    def __init__(self, services: Services, backups: Backups) -> None:
        self._accounts = services.accounts
        self._limit_bytes = services.settings.backup_upload_limit_bytes
        self._backups = backups

    def mount(self, router: Router, at: str) -> None:
        router.add("POST", f"{at}/restore", self.restore)

    async def restore(self, request: Request) -> Response:
        """POST a form with the archive as `file`. The program closes and opens again on it soon after the answer."""
        if not await self._accounts.knows_setup(request.header(TOKEN_HEADER) or ""):
            raise Forbidden("A new installation begins with a backup by its set-up link.")
        form = await request.form(limit_bytes=self._limit_bytes)
        upload = next((item for item in form.files if item.name == "file"), None)
        if upload is None:
            raise InvalidPayload('"file" is required')
        key = of_upload(upload.file_name)
        if not is_key(key):
            raise InvalidPayload("A backup can't have this file name")
        await self._backups.take(key, upload.content)
        try:
            await self._backups.restore(key)
        except SatchelError:
            await self._backups.delete(key)
            raise
        return shape.empty()
