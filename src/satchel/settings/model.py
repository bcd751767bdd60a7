"""The settings that superusers change while the program runs: their names, types and defaults, in one place.

In charge of: the shape. Not in charge of: what a value must be (`check`), keeping it (`store`), or the settings of a
start (`config`: where the data is, where to listen, how much a process may use). Pure. Read by every room that follows
a setting: mail (`smtp`, `meta`), storage (`s3`, `backups.s3`), limits, logs, batches.

The names on the wire are PocketBase's. Fields stand in the order in which the wire shows them; those of `SECRETS` are
never shown.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec

SECRETS = frozenset({("smtp", "password"), ("s3", "secret"), ("backups", "s3", "secret")})


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A group of settings."""


class Smtp(Part, frozen=True, kw_only=True):
    """Where mail goes out. `auth_method`: "" (PLAIN), PLAIN or LOGIN. `local_name`: what HELO says. `tls`: from the
    first byte, else STARTTLS where the server offers it."""

    enabled: bool = False
    port: int = 587
    host: str = "smtp.example.com"
    username: str = ""
    password: str = ""
    auth_method: str = msgspec.field(default="", name="authMethod")
    tls: bool = False
    local_name: str = msgspec.field(default="", name="localName")


class S3(Part, frozen=True, kw_only=True):
    """A bucket of an S3 service."""

    enabled: bool = False
    bucket: str = ""
    region: str = ""
    endpoint: str = ""
    access_key: str = msgspec.field(default="", name="accessKey")
    secret: str = ""
    force_path_style: bool = msgspec.field(default=False, name="forcePathStyle")


class Backups(Part, frozen=True, kw_only=True):
    """Automatic backups. `cron`: when ("": never). `cron_max_keep`: how many automatic ones are kept. `s3`: where all
    backups are kept instead of the data folder."""

    cron: str = ""
    cron_max_keep: int = msgspec.field(default=3, name="cronMaxKeep")
    s3: S3 = S3()


class Meta(Part, frozen=True, kw_only=True):
    """What the application is called, in mails and in the studio. `accent_color`: `#rrggbb` or ""."""

    accent_color: str = msgspec.field(default="#1055c9", name="accentColor")
    app_name: str = msgspec.field(default="Acme", name="appName")
    app_url: str = msgspec.field(default="http://localhost:8090", name="appURL")
    sender_name: str = msgspec.field(default="Support", name="senderName")
    sender_address: str = msgspec.field(default="support@example.com", name="senderAddress")
    hide_controls: bool = msgspec.field(default=False, name="hideControls")


class RateLimitRule(Part, frozen=True, kw_only=True):
    """At most `max_requests` per `duration` seconds and client for what `label` names. `audience`: "" (all), @guest,
    @auth."""

    label: str = ""
    audience: str = ""
    duration: int = 0
    max_requests: int = msgspec.field(default=0, name="maxRequests")


class RateLimits(Part, frozen=True, kw_only=True):
    """`excluded_ips`: addresses and networks that no rule concerns."""

    rules: tuple[RateLimitRule, ...] = (
        RateLimitRule(label="*:auth", max_requests=2, duration=3),
        RateLimitRule(label="*:create", max_requests=20, duration=5),
        RateLimitRule(label="/api/batch", max_requests=3, duration=1),
        RateLimitRule(label="/api/", max_requests=300, duration=10),
    )
    excluded_ips: tuple[str, ...] = msgspec.field(default=(), name="excludedIPs")
    enabled: bool = False


class TrustedProxy(Part, frozen=True, kw_only=True):
    """Headers that say who the client is, most trusted first."""

    headers: tuple[str, ...] = ()
    use_leftmost_ip: bool = msgspec.field(default=False, name="useLeftmostIP")


class Batch(Part, frozen=True, kw_only=True):
    """`timeout`: seconds for the whole batch. `max_body_size`: bytes, 0 for 128 MiB."""

    enabled: bool = False
    max_requests: int = msgspec.field(default=50, name="maxRequests")
    timeout: int = 3
    max_body_size: int = msgspec.field(default=0, name="maxBodySize")


class Logs(Part, frozen=True, kw_only=True):
    """`max_days`: how long logs are kept, 0 for "none are written". `min_level`: -4 debug, 0 info, 4 warning, 8 error.
    `max_data_size`: bytes of one log's data, 0 for the default."""

    max_data_size: int = msgspec.field(default=0, name="maxDataSize")
    max_days: int = msgspec.field(default=5, name="maxDays")
    min_level: int = msgspec.field(default=0, name="minLevel")
    log_ip: bool = msgspec.field(default=True, name="logIP")
    log_auth_id: bool = msgspec.field(default=False, name="logAuthId")


class AppSettings(Part, frozen=True, kw_only=True):
    """All of them. `superuser_ips`: addresses and networks that superusers may come from; empty: from anywhere."""

    superuser_ips: tuple[str, ...] = msgspec.field(default=(), name="superuserIPs")
    smtp: Smtp = Smtp()
    backups: Backups = Backups()
    s3: S3 = S3()
    meta: Meta = Meta()
    rate_limits: RateLimits = msgspec.field(default=RateLimits(), name="rateLimits")
    trusted_proxy: TrustedProxy = msgspec.field(default=TrustedProxy(), name="trustedProxy")
    batch: Batch = Batch()
    logs: Logs = Logs()


def shown(settings: AppSettings) -> dict[str, Any]:
    """What the wire shows: everything but secrets."""
    return _without_secrets(msgspec.to_builtins(settings), ())


def _without_secrets(branch: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in branch.items():
        here = (*path, name)
        if here in SECRETS:
            continue
        kept[name] = _without_secrets(cast("dict[str, Any]", value), here) if isinstance(value, dict) else value
    return kept
