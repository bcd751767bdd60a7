"""A server for tests that speaks the XML API of Google's object store: moto's, as that API is S3's with headers of
other names, and without signatures.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlencode

from tests.s3_server import Bucket, moto_server

# what moto sorts requests by: whoever signs for S3 is meant
SIGNED = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none"
_PLAIN = re.compile("%(2D|2E|5F|7E)")
GOOGLE, AMAZON = "x-goog-", "x-amz-"


def gcs_server() -> contextlib.AbstractContextManager[str]:
    """The URL of a running server, as a context."""
    return moto_server([sys.executable, "-m", "tests.gcs_server"])


def google_address(bucket: Bucket) -> str:
    """The address of a bucket of such a server."""
    key = {
        "gcs_base_url": bucket.endpoint,
        "disable_oauth": True,
        "client_email": "",
        "private_key": "",
        "private_key_id": "",
    }
    return f"gs://{bucket.name}?{urlencode({'service_account_key': json.dumps(key)})}"


Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_google_s_headers(application: Application) -> Application:
    """The same application for who says `x-goog-…`."""

    def translated(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        for name in [name for name in environ if name.startswith("HTTP_X_GOOG_")]:
            environ[name.replace("GOOG", "AMZ", 1)] = environ.pop(name)
        for name in ("RAW_URI", "REQUEST_URI"):
            # Google's clients write letters as codes that need none, and moto does not read them in a bucket's name
            environ[name] = _PLAIN.sub(lambda match: unquote(match[0]), environ[name])
        environ["HTTP_AUTHORIZATION"] = SIGNED

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [(_to_google(name), value) for name, value in headers], *rest)

        return application(environ, begin)

    return translated


def _to_google(name: str) -> str:
    return GOOGLE + name[len(AMAZON) :] if name.lower().startswith(AMAZON) else name


if __name__ == "__main__":
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    _, _, host, _, port = sys.argv
    run_simple(host, int(port), with_google_s_headers(DomainDispatcherApplication(create_backend_app)), threaded=True)
