"""A place for files by its address: a bucket of Google's or of an S3 service, or a container of Azure's.

In charge of: from one URL to a `Storage`. Not in charge of: which place is in use (`choice`), or the bucket that
superusers set while the program runs (`s3`). Called by `choice`.

    s3://bucket?region=eu-central-1&access_key_id=…&secret_access_key=…
    gs://bucket?service_account_path=/run/secrets/key.json
    az://container?account_name=…&account_key=…

What an address does not say is taken from the environment as those services' own tools do (roles of machines,
`AWS_…`, `GOOGLE_…`, `AZURE_…`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from satchel.errors import ConfigError
from satchel.storage.remote import RemoteStorage

CONNECT_SECONDS = 5
REQUEST_SECONDS = 60
RETRIES = 2

S3, GOOGLE, AZURE = "s3", "gcs", "azure"
_SCHEMES: Mapping[str, tuple[str, Callable[..., Any], frozenset[str]]] = {
    "s3": (
        S3,
        S3Store,
        frozenset(
            {
                "region",
                "endpoint",
                "access_key_id",
                "secret_access_key",
                "session_token",
                "virtual_hosted_style_request",
            }
        ),
    ),
    "gs": (GOOGLE, GCSStore, frozenset({"service_account_path", "service_account_key"})),
    "az": (
        AZURE,
        AzureStore,
        frozenset({"account_name", "account_key", "sas_key", "client_id", "client_secret", "tenant_id", "endpoint"}),
    ),
}


class CloudStorage(RemoteStorage):
    """`location`: what the place is called in rows of files: s3, gcs or azure."""

    def __init__(self, store: Any, location: str) -> None:
        super().__init__(store)
        self.location = location

    def spelled(self, name: str) -> str:
        # Azure's names are those of a programming language
        return name.replace("-", "_") if self.location == AZURE else name


def cloud_storage(address: str) -> CloudStorage:
    """The place at an address; nothing is asked of it yet. Raises ConfigError, which does not repeat secrets."""
    parts = urlsplit(address)
    known = _SCHEMES.get(parts.scheme)
    if known is None or not parts.netloc or parts.path not in ("", "/"):
        raise ConfigError("storage_url must be like s3://bucket, gs://bucket or az://container.")
    location, make, names = known
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(given.keys() - names)
    if unknown:
        raise ConfigError(
            f"storage_url has an unknown option {unknown[0]!r}.", hint=f"Known are: {', '.join(sorted(names))}."
        )
    client: Any = {
        "allow_http": given.get("endpoint", "").startswith("http://") or location == GOOGLE,
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "timeout": timedelta(seconds=REQUEST_SECONDS),
    }
    retries: Any = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=CONNECT_SECONDS * 2)}
    try:
        store = make(parts.netloc, config=given, client_options=client, retry_config=retries)
    except (BaseError, ValueError, OSError) as error:
        raise ConfigError(f"The place that storage_url names can't be used ({type(error).__name__}).") from error
    return CloudStorage(store, location)
