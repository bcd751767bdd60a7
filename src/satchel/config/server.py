"""The settings of the server: addresses, proxies, time limits, hooks. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Server:
    host: str = setting("127.0.0.1", "The address to listen on. `0.0.0.0`: every IPv4 address.")
    port: int = setting(8090, "The port to listen on. 0: any free one.", minimum=0, maximum=65535)
    workers: int = setting(1, "How many processes answer requests.", minimum=1, maximum=256)
    public_url: str = setting("", "The address under which clients see this server, for links in mails and redirects.")
    trusted_proxies: tuple[str, ...] = setting(
        (),
        "Addresses or networks of reverse proxies that are believed when they say who the client is: in"
        " `X-Forwarded-For`, or in the headers that the settings name under `trustedProxy` when they name any. Empty:"
        " in those headers every connection is believed, in `X-Forwarded-For` none.",
    )
    cors_origins: tuple[str, ...] = setting(
        ("*",),
        "Web origins whose pages may call this server. `*`: all, without cookies. Empty: none.",
    )
    cors_credentials: bool = setting(
        False,
        "Let pages of the listed origins send cookies. Has no effect for `*`.",
    )
    request_timeout_seconds: float = setting(
        60.0,
        "How long a client may take to send the head of a request, or the next part of its body.",
        minimum=1,
        maximum=3600,
    )
    keep_alive_seconds: int = setting(75, "How long an idle connection stays open.", minimum=1, maximum=3600)
    shutdown_grace_seconds: float = setting(
        10.0, "How long requests in progress may take to finish at shutdown.", minimum=0, maximum=3600
    )
    public_dir: str = setting(
        "",
        "A folder of files that are served to everybody, beside the two protocols. Empty: `satchel_public` beside the"
        " data folder, or `pb_public` when only that exists.",
    )
    index_fallback: bool = setting(
        True,
        "Answer paths that don't exist with the public folder's `index.html`, if it has one, for applications that"
        " know their paths themselves.",
    )
    studio_enabled: bool = setting(
        True,
        "Serve the studio below `/studio`, and send `/`, `/admin` and `/_/` there where the public folder has nothing"
        " of that name.",
    )
    studio_extensions_dir: str = setting(
        "",
        "The folder of the studio's extensions, one folder each. Empty: `extensions` in the data folder.",
    )
    studio_extensions_install: bool = setting(
        True, "Let superusers add and remove the studio's extensions over HTTP, as in Settings → Extensions."
    )
    healthcheck_cache_seconds: float = setting(
        10.0, "For how long what `/server/health` found is told again.", minimum=0, maximum=86_400
    )


@dataclass(frozen=True, kw_only=True)
class Hooks:
    hooks_dir: str = setting("", "The folder of hook files. Empty: `satchel_hooks` beside the data folder.")
    hook_threads_max: int = setting(
        256,
        "How many plain functions (hooks, routes, crons) may run at once in each worker; one more is refused with 503.",
        minimum=1,
        maximum=10_000,
    )
