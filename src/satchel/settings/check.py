"""What settings must be.

In charge of: every complaint about settings, all at once. Not in charge of: types (`merge`). Pure. Called by `store`.

Codes and sentences are those that PocketBase's clients know, with its spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from satchel.errors import FieldError
from satchel.jobs.expression import parse_expression
from satchel.model.fields.email import is_email
from satchel.model.fields.url import is_url
from satchel.settings.model import S3, AppSettings, Meta, RateLimitRule, RateLimits, Smtp

TEXT_LENGTH_MAX = 255
COLOR_LENGTH = 7
AUDIENCES = ("", "@guest", "@auth")
AUTH_METHODS = ("", "PLAIN", "LOGIN")

_LABEL = re.compile(r"\w+ /[\w/-]*|/[\w/-]*|\w+:\w+|\*:\w+|\w+", re.ASCII)
_HOST = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62}(\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*[._]?")
_HOST_LENGTH_MAX = 255
_COLOR = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

Path = tuple[str | int, ...]


def complaints(settings: AppSettings) -> list[FieldError]:
    """Everything that is wrong; nothing for settings that can be saved."""
    backups, batch, logs = settings.backups, settings.batch, settings.logs
    return [
        *_addresses(("superuserIPs",), settings.superuser_ips),
        *_smtp(settings.smtp),
        *_cron(backups.cron, backups.cron_max_keep),
        *_s3(("backups", "s3"), backups.s3),
        *_s3(("s3",), settings.s3),
        *_meta(settings.meta),
        *_rate_limits(settings.rate_limits),
        *_number(("batch", "maxRequests"), batch.max_requests, 0, required=batch.enabled),
        *_number(("batch", "timeout"), batch.timeout, 0, required=batch.enabled),
        *_number(("batch", "maxBodySize"), batch.max_body_size, 0),
        *_number(("logs", "maxDays"), logs.max_days, 0),
        *_number(("logs", "maxDataSize"), logs.max_data_size, 0),
    ]


def _smtp(smtp: Smtp) -> Iterator[FieldError]:
    if smtp.enabled and not smtp.host:
        yield _required(("smtp", "host"))
    for name, value in (("host", smtp.host), ("localName", smtp.local_name)):
        if value and not is_host(value):
            yield FieldError(("smtp", name), "is_host", "Must be a valid IP address or DNS name.")
    yield from _number(("smtp", "port"), smtp.port, 0, required=smtp.enabled)
    if smtp.auth_method not in AUTH_METHODS:
        yield FieldError(("smtp", "authMethod"), "in_invalid", "Must be a valid value.")


def _cron(cron: str, keep: int) -> Iterator[FieldError]:
    if cron:
        try:
            parse_expression(cron)
        except ValueError as error:
            yield FieldError(("backups", "cron"), "invalid_cron", str(error))
    yield from _number(("backups", "cronMaxKeep"), keep, 1, required=bool(cron))


def _s3(path: Path, s3: S3) -> Iterator[FieldError]:
    if s3.enabled:
        values = {
            "bucket": s3.bucket,
            "region": s3.region,
            "endpoint": s3.endpoint,
            "accessKey": s3.access_key,
            "secret": s3.secret,
        }
        yield from (_required((*path, name)) for name, value in values.items() if not value)
    if s3.endpoint and not is_url(s3.endpoint):
        yield _not_url((*path, "endpoint"))


def _meta(meta: Meta) -> Iterator[FieldError]:
    for name, value in (("appName", meta.app_name), ("senderName", meta.sender_name)):
        if not value:
            yield _required(("meta", name))
        elif len(value) > TEXT_LENGTH_MAX:
            text = f"The length must be between 1 and {TEXT_LENGTH_MAX}."
            yield FieldError(("meta", name), "length_out_of_range", text, {"min": 1, "max": TEXT_LENGTH_MAX})
    if not meta.app_url:
        yield _required(("meta", "appURL"))
    elif not is_url(meta.app_url):
        yield _not_url(("meta", "appURL"))
    if not meta.sender_address:
        yield _required(("meta", "senderAddress"))
    elif not is_email(meta.sender_address):
        yield FieldError(("meta", "senderAddress"), "is_email", "Must be a valid email address.")
    color = meta.accent_color
    if color and len(color) != COLOR_LENGTH:
        exact = {"min": COLOR_LENGTH, "max": COLOR_LENGTH}
        text = f"The length must be exactly {COLOR_LENGTH}."
        yield FieldError(("meta", "accentColor"), "length_invalid", text, exact)
    elif color and _COLOR.fullmatch(color) is None:
        yield FieldError(("meta", "accentColor"), "is_hex_color", "Must be a valid hexadecimal color code.")


def _rate_limits(limits: RateLimits) -> Iterator[FieldError]:
    path: Path = ("rateLimits", "rules")
    if limits.enabled and not limits.rules:
        yield _required(path)
    found = [error for index, rule in enumerate(limits.rules) for error in _rule((*path, index), rule)]
    yield from found or _conflicts(path, limits.rules)
    yield from _addresses(("rateLimits", "excludedIPs"), limits.excluded_ips)


def _rule(path: Path, rule: RateLimitRule) -> Iterator[FieldError]:
    if not rule.label:
        yield _required((*path, "label"))
    elif _LABEL.fullmatch(rule.label) is None:
        yield FieldError((*path, "label"), "match_invalid", "Must be in a valid format.")
    if rule.audience not in AUDIENCES:
        yield FieldError((*path, "audience"), "in_invalid", "Must be a valid value.")
    yield from _number((*path, "duration"), rule.duration, 1, required=True)
    yield from _number((*path, "maxRequests"), rule.max_requests, 1, required=True)


def _conflicts(path: Path, rules: tuple[RateLimitRule, ...]) -> Iterator[FieldError]:
    """The first rule that says something about an audience that an earlier rule of its label speaks for."""
    audiences: dict[str, set[str]] = {}
    for index, rule in enumerate(rules):
        taken = audiences.setdefault(rule.label, set())
        if rule.audience in taken or "" in taken or (taken and not rule.audience):
            text = f"Rate limit rule configuration with label {rule.label} already exists or conflicts with another"
            code = "conflicting_rate_limit_rule"
            yield FieldError((*path, index, "label"), code, f"{text} rule.", {"label": rule.label})
            return
        taken.add(rule.audience)


def _addresses(path: Path, values: tuple[str, ...]) -> Iterator[FieldError]:
    for index, value in enumerate(values):
        if not value:
            yield _required((*path, index))
        elif not is_address_or_network(value):
            # PocketBase's spelling, which clients compare with
            yield FieldError((*path, index), "invlaid_ip_or_subnet", "Invalid IP or CIDR subnet.")


def _number(path: Path, value: int, minimum: int, *, required: bool = False) -> Iterator[FieldError]:
    if value == 0:
        if required:
            yield _required(path)
    elif value < minimum:
        text = f"Must be no less than {minimum}."
        yield FieldError(path, "min_greater_equal_than_required", text, {"threshold": minimum})


def _required(path: Path) -> FieldError:
    return FieldError(path, "required", "Cannot be blank.")


def _not_url(path: Path) -> FieldError:
    return FieldError(path, "is_url", "Must be a valid URL.")


def is_host(text: str) -> bool:
    """Whether a text is an IP address or could be a name in the DNS."""
    try:
        ip_address(text)
    except ValueError:
        return len(text) <= _HOST_LENGTH_MAX and _HOST.fullmatch(text) is not None
    return True


def is_address_or_network(text: str) -> bool:
    """`10.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    # 10.0.0.0/255.0.0.0 is understood by the library, and by nobody else
    return "/" not in text or text.rpartition("/")[2].isdigit()
