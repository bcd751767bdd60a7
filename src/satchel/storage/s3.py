"""Amazon's S3, and all that speak its protocol.

In charge of: from the settings of a bucket to a `Storage`. Not in charge of: where those settings are kept. Called by
`choice`, and by whoever keeps backups in a bucket of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import S3Store

from satchel.storage.base import StorageFailed
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


__all__ = ["S3Options", "StorageFailed", "s3_storage"]
