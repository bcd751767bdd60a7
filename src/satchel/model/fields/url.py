"""The field kind `url`.

In charge of: what looks like an address of the web, with or without a scheme, and its host. Called through `FIELDS`.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from satchel.model.catalog import Field
from satchel.model.fields import domains
from satchel.model.fields.contract import Check, FieldKind, blank_text
from satchel.model.fields.text_cast import cast_text
from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters

_LENGTH_MAX = 2083
_SHAPE = re.compile(
    r"(?P<scheme>(?:ftp|tcp|udp|wss?|https?)://)?(?P<user>[^\s/?#]*@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^\s/?#:@\[\]]+)"
    r"(?::(?P<port>\d{1,5}))?(?:[/?#]\S*)?"
)
_LABEL = re.compile(r"[a-zA-Z0-9\u00a1-\uffff](?:[a-zA-Z0-9_\u00a1-\uffff-]*[a-zA-Z0-9\u00a1-\uffff])?")


def is_url(value: str) -> bool:
    """Whether a text is a web address: a host (a name or an IP address), and around it scheme, user, port, path.

    Schemes are in lower case; what has none needs a port, or a dot in its host.
    """
    if not 3 < len(value) < _LENGTH_MAX or value.startswith("."):
        return False
    found = _SHAPE.fullmatch(value)
    if found is None or int(found["port"] or 1) > 65535:
        return False
    host: str = found["host"]
    if not found["scheme"] and not found["port"] and "." not in host:
        return False  # a mere word
    if host.startswith("["):
        return _is_address(host[1:-1])
    labels = host.removesuffix(".").split(".")
    return all(_LABEL.fullmatch(label) for label in labels) and (not labels[-1].isdigit() or _is_address(host))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _host(value: str) -> str:
    """Host and port, as written. An address without a scheme has none."""
    try:
        return urlsplit(value).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _check(field: Field) -> Check:
    allowed = domains.domain_test(field.options)

    def check(value: Any) -> None:
        if not is_url(value):
            raise Refused("invalid_url", "Must be a valid url.")
        check_characters(value)
        if not allowed(_host(value)):
            raise Refused("url_domain_not_allowed", "Url domain is not allowed.")

    return check


FIELD = FieldKind(
    kind="url",
    storage=lambda _: "text",
    zero=lambda _: "",
    cast=cast_text,
    check=_check,
    blank=blank_text,
    check_options=domains.check_options,
    defaults=domains.DEFAULTS,
)
