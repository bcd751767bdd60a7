"""Amazon's S3, and all that speak its protocol.

In charge of: from the settings of a bucket to a `Storage`. Not in charge of: where those settings are kept. Called by
`choice`, and by whoever keeps backups in a bucket of their own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import S3Store

from satchel.settings.model import S3
from satchel.storage.base import Attributes
from satchel.storage.remote import RemoteStorage, failed

CONNECT_SECONDS = 5
REQUEST_SECONDS = 60
RETRIES = 2


@dataclass(frozen=True, slots=True)
class S3Options:
    """One bucket. `endpoint`: a URL; without a scheme it is reached by HTTPS. `path_style`: the bucket is part of the
    path, not of the host's name."""

    bucket: str
    region: str
    endpoint: str
    access_key: str
    secret: str = field(repr=False)
    path_style: bool = False


def s3_options(settings: S3) -> S3Options | None:
    """The bucket that is set; None when none is in use."""
    if not settings.enabled:
        return None
    return S3Options(
        settings.bucket,
        settings.region,
        settings.endpoint,
        settings.access_key,
        settings.secret,
        settings.force_path_style,
    )


async def try_bucket(options: S3Options) -> None:
    """Write a small file into the bucket and remove it. Raises StorageFailed with the reason in its details."""
    storage = s3_storage(options)
    key = f"satchel_test_{secrets.token_hex(8)}/test.txt"
    await storage.put(key, b"test", Attributes("text/plain"))
    await storage.delete(key)


def s3_storage(options: S3Options) -> RemoteStorage:
    """The bucket as a place for files; nothing is asked of it yet. Raises StorageFailed for settings that can't be."""
    endpoint = options.endpoint.rstrip("/")
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    scheme, _, host = endpoint.partition("://")
    if not options.path_style:
        # obstore takes the address of the bucket then, not that of the service
        endpoint = f"{scheme}://{options.bucket}.{host}"
    client: Any = {
        "allow_http": scheme == "http",
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "timeout": timedelta(seconds=REQUEST_SECONDS),
    }
    retries: Any = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=CONNECT_SECONDS * 2)}
    try:
        store = S3Store(
            options.bucket,
            endpoint=endpoint,
            region=options.region,
            access_key_id=options.access_key,
            secret_access_key=options.secret,
            virtual_hosted_style_request=not options.path_style,
            client_options=client,
            retry_config=retries,
        )
    except (BaseError, ValueError, OSError) as error:
        raise failed(error) from error
    return RemoteStorage(store)
