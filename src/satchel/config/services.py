"""The settings of mail, other servers, and the cache of answers. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Services:
    mail_queue_max: int = setting(
        1000, "How many mails may wait to be sent; more are dropped.", minimum=1, maximum=1_000_000
    )
    mail_timeout_seconds: float = setting(
        15.0, "How long each step of handing a mail over may take.", minimum=1, maximum=600
    )
    outbound_allowed_hosts: tuple[str, ...] = setting(
        (),
        "Host names, addresses or networks that may be called although they are not on the public internet, such as an"
        " identity provider of your own.",
    )
    outbound_timeout_seconds: float = setting(
        30.0, "How long a request to another server may take.", minimum=0.1, maximum=600
    )


@dataclass(frozen=True, kw_only=True)
class Cache:
    cache_enabled: bool = setting(
        False, "Keep answers of the Directus wire in memory, per worker, for each caller apart."
    )
    cache_ttl_seconds: float = setting(300.0, "How long an answer is kept at most.", minimum=0.1, maximum=31_536_000)
    cache_auto_purge: bool = setting(
        True,
        "Forget kept answers as soon as anything is committed. Off: they are good for their whole time, and browsers"
        " are told to keep them as well.",
    )
    cache_status_header: str = setting("", "The name of a header that says HIT or MISS. Empty: none.")
    cache_skip_allowed: bool = setting(False, "Let callers have a new answer by `Cache-Control: no-store`.")
    cache_bytes_max: int = setting(
        64 * 1024**2,
        "How much memory kept answers may take, per worker.",
        minimum=0,
        maximum=64 * 1024**3,
    )
    cache_value_bytes_max: int = setting(1024**2, "The largest answer that is kept.", minimum=0, maximum=1024**3)
