"""Where a person may be sent after something: the one check of redirect addresses.

In charge of: telling addresses of this server and of a list from all others. Not in charge of: who keeps the list.
Pure. Called by `sign_on` for `?redirect=`.

An address is compared as a browser will read it: backslashes are slashes there, tabs and line ends vanish, and `//host`
leads to another host. So whatever a browser may read otherwise than this module is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LENGTH_MAXIMUM = 2048
_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"[\x21-\x7e]+")


def may_redirect(target: str, *, own_urls: Iterable[str], allowed: Iterable[str]) -> bool:
    """Whether `target` is a path here, or an address below one of `own_urls`' origins, or one of `allowed`.

    An entry of `allowed` stands for its own path, with any query; one without a path stands for the host's root.
    """
    if not is_plain(target):
        return False
    if target.startswith("/"):
        return not target.startswith("//")
    found = _place(target)
    if found is None:
        return False
    origin, _ = found
    if any(place is not None and place[0] == origin for place in map(_place, own_urls)):
        return True
    return found in {place for place in map(_place, allowed) if place is not None}


def is_plain(target: str) -> bool:
    """Whether a browser reads the text as it is written: ASCII, no spaces, no backslashes."""
    return len(target) <= LENGTH_MAXIMUM and _PLAIN.fullmatch(target) is not None and "\\" not in target


def with_query(target: str, **values: str) -> str:
    """The address with these values in its query, in place of those of the same names."""
    parts = urlsplit(target)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()])))


def _place(url: str) -> tuple[tuple[str, str, int], str] | None:
    """Origin and path of an absolute http(s) address; None for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or ".." in parts.path.split("/"):
        return None
    return (parts.scheme, host, port or _PORTS[parts.scheme]), parts.path.rstrip("/") or "/"
