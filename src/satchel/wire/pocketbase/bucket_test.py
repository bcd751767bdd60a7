"""`POST /api/settings/test/s3`: whether the bucket that is set can be used.

In charge of: the endpoint and its texts. Not in charge of: buckets (`storage/s3`). Called by `routes`.
"""

from __future__ import annotations

from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.storage.base import StorageFailed
from satchel.storage.s3 import s3_options, try_bucket
from satchel.wire.pocketbase.body import read_form
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.settings import NOT_LOADED

FAILED = "Failed to test the S3 filesystem."
NOT_ENABLED = "S3 storage filesystem is not enabled."


class BucketTest:
    """The handler. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        name: object = (await read_form(request, NOT_LOADED)).get("filesystem") or ""
        if not isinstance(name, str):
            raise ApiError(400, NOT_LOADED)
        if name not in ("storage", "backups"):
            problem = error_item("in_invalid", "Must be a valid value.") if name else REQUIRED
            raise ApiError(400, FAILED, {"filesystem": problem})
        settings = self._services.settings_store.current
        options = s3_options(settings.s3 if name == "storage" else settings.backups.s3)
        if options is None:
            raise ApiError(400, f"{FAILED} Raw error: \n{NOT_ENABLED}")
        try:
            await try_bucket(options)
        except StorageFailed as error:
            raise ApiError(400, f"{FAILED} Raw error: \n{error.details.get('reason')}") from error
        return no_content()
