"""Cookies, in both directions.

In charge of: reading a `Cookie` header and writing a `Set-Cookie` one. Not in charge of: what a cookie holds. Called by
`http/request` and by the wires that keep sessions in cookies.
"""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from typing import Literal

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")


def parse_cookies(header: str) -> dict[str, str]:
    """`a=1; b="2"` → {"a": "1", "b": "2"}. The first of a repeated name counts; parts without `=` are ignored."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or not name or name in cookies:
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        cookies[name] = value
    return cookies


def cookie_header(
    name: str,
    value: str,
    *,
    max_age_seconds: int | None = None,
    path: str = "/",
    domain: str | None = None,
    secure: bool = False,
    http_only: bool = True,
    same_site: Literal["Lax", "Strict", "None"] | None = "Lax",
) -> str:
    """The value of one `Set-Cookie` header. `same_site`: None says nothing about it.

    Raises ValueError for a name or value that a cookie can't carry.
    """
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        raise ValueError(f"A cookie can't carry the name or value of {name!r}.")
    parts = [f"{name}={value}"]
    if max_age_seconds is not None:
        parts.append(f"Max-Age={max_age_seconds}")
    if domain:
        parts.append(f"Domain={domain}")
    parts.append(f"Path={path}")
    if max_age_seconds is not None:
        parts.append(f"Expires={formatdate(time.time() + max_age_seconds, usegmt=True)}")
    if http_only:
        parts.append("HttpOnly")
    if secure:
        parts.append("Secure")
    if same_site is not None:
        parts.append(f"SameSite={same_site}")
    return "; ".join(parts)
