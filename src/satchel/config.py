"""Every setting, in one table.

In charge of: the `Settings` class, whose fields are the table (name, type, default, help, limits), and reading it
from flags, `SATCHEL_*` variables and `satchel.toml`. Not in charge of: what a setting does, or the secret's file
(`secret`). Called by `app.py`, the command line, and the generator of `docs/reference/settings.md`.

A flag wins over a variable, a variable over the file, the file over the default.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from satchel.config_providers import KNOWN_PREFIX, OWN_PREFIX, TABLE_NAME, ProviderOptions, read_providers
from satchel.config_rows import PREFIX, Setting, convert
from satchel.config_rows import setting as _setting
from satchel.errors import ConfigError

FILE_NAME = "satchel.toml"
CONFIG_VARIABLE = "SATCHEL_CONFIG"
EMBEDDED_FILE = "data.db"
STORAGE_FOLDER = "storage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one running program. Make one with `load_settings` or `default_settings`."""

    # -- where the data is
    database_url: str = _setting(
        "",
        "The database whose tables are served: a URL (`postgresql://user@host/name`, `mariadb://…`) or the path of an"
        " SQLite file. Empty: an SQLite file in the data folder.",
        group="Data",
        secret=True,
    )
    store_url: str = _setting(
        "",
        "The database that holds Satchel's own tables. Empty: an SQLite file in the data folder.",
        group="Data",
        secret=True,
    )
    pocketbase_dir: str = _setting(
        "",
        "A data folder of PocketBase (0.23 or newer) to serve where it is: its `data.db` in place of `database_url`,"
        " its `storage` for files. PocketBase must not run meanwhile.",
        group="Data",
    )
    data_dir: str = _setting("satchel_data", "The folder for everything that Satchel keeps on disk.", group="Data")
    durability: Literal["full", "normal"] = _setting(
        "full",
        "`full`: a write is answered when it has reached the disk, so a power cut loses nothing. `normal`: faster, and"
        " a power cut may lose the last moments (a crash of the program loses nothing).",
        group="Data",
    )
    pool_size: int = _setting(
        10, "Connections per worker to each server database.", group="Data", minimum=1, maximum=1000
    )
    read_memory_mebibytes: int = _setting(
        16,
        "How much of what it read lately a worker keeps of each embedded database, until anything is committed there."
        " 0: nothing.",
        group="Data",
        minimum=0,
        maximum=65536,
    )
    schema_poll_seconds: float = _setting(
        5.0,
        "How often to look whether another program changed the schema. 0: never.",
        group="Data",
        minimum=0,
        maximum=86400,
    )
    change_log_retention_days: int = _setting(
        90, "How long the change log is kept. 0: for ever.", group="Data", minimum=0, maximum=36500
    )

    # -- the server
    host: str = _setting("127.0.0.1", "The address to listen on. `0.0.0.0`: every IPv4 address.", group="Server")
    port: int = _setting(8090, "The port to listen on. 0: any free one.", group="Server", minimum=0, maximum=65535)
    workers: int = _setting(1, "How many processes answer requests.", group="Server", minimum=1, maximum=256)
    public_url: str = _setting(
        "", "The address under which clients see this server, for links in mails and redirects.", group="Server"
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (),
        "Addresses or networks of reverse proxies that are believed when they say who the client is: in"
        " `X-Forwarded-For`, or in the headers that the settings name under `trustedProxy` when they name any. Empty:"
        " in those headers every connection is believed, in `X-Forwarded-For` none.",
        group="Server",
    )
    cors_origins: tuple[str, ...] = _setting(
        ("*",),
        "Web origins whose pages may call this server. `*`: all, without cookies. Empty: none.",
        group="Server",
    )
    cors_credentials: bool = _setting(
        False,
        "Let pages of the listed origins send cookies. Has no effect for `*`.",
        group="Server",
    )
    request_timeout_seconds: float = _setting(
        60.0,
        "How long a client may take to send the head of a request, or the next part of its body.",
        group="Server",
        minimum=1,
        maximum=3600,
    )
    keep_alive_seconds: int = _setting(
        75, "How long an idle connection stays open.", group="Server", minimum=1, maximum=3600
    )
    shutdown_grace_seconds: float = _setting(
        10.0, "How long requests in progress may take to finish at shutdown.", group="Server", minimum=0, maximum=3600
    )

    public_dir: str = _setting(
        "",
        "A folder of files that are served to everybody, beside the two protocols. Empty: `satchel_public` beside the"
        " data folder, or `pb_public` when only that exists.",
        group="Server",
    )
    index_fallback: bool = _setting(
        True,
        "Answer paths that don't exist with the public folder's `index.html`, if it has one, for applications that"
        " know their paths themselves.",
        group="Server",
    )
    studio_enabled: bool = _setting(
        True,
        "Serve the studio below `/studio`, and send `/`, `/admin` and `/_/` there where the public folder has nothing"
        " of that name.",
        group="Server",
    )
    studio_extensions_dir: str = _setting(
        "",
        "The folder of the studio's extensions, one folder each. Empty: `extensions` in the data folder.",
        group="Server",
    )

    # -- who may come in
    secret: str = _setting(
        "",
        "The key that signs tokens, at least 16 characters. Empty: made once and kept in the data folder.",
        group="Identity",
        secret=True,
    )
    settings_encryption_key: str = _setting(
        "",
        "A key of 32 characters; with it the settings that superusers change rest encrypted in the store, passwords of"
        " mail and file services included.",
        group="Identity",
        secret=True,
    )
    access_token_ttl_seconds: int = _setting(
        900, "Life of an access token (Directus clients).", group="Identity", minimum=1, maximum=31536000
    )
    refresh_token_ttl_seconds: int = _setting(
        604800, "Life of a refresh token (Directus clients).", group="Identity", minimum=1, maximum=315360000
    )
    session_cookie_ttl_seconds: int = _setting(
        86400, "Life of a session cookie (Directus clients).", group="Identity", minimum=1, maximum=315360000
    )
    session_refresh_grace_seconds: int = _setting(
        10, "How long a session that was just renewed stays good.", group="Identity", minimum=0, maximum=3600
    )
    login_stall_milliseconds: int = _setting(
        500,
        "A failed log-in takes at least this long, so that its time tells nothing.",
        group="Identity",
        minimum=0,
        maximum=60000,
    )
    register_stall_milliseconds: int = _setting(
        750,
        "A registration takes at least this long, so that its time does not tell whether an address is known.",
        group="Identity",
        minimum=0,
        maximum=60000,
    )
    register_requests_max: int = _setting(
        5,
        "How often one address may register in `register_window_seconds`. -1: any number.",
        group="Identity",
        minimum=1,
        unlimited=-1,
    )
    register_window_seconds: float = _setting(
        60.0, "The time in which registrations are counted.", group="Identity", minimum=1, maximum=86400
    )
    password_reset_url_allow_list: tuple[str, ...] = _setting(
        (),
        "Addresses of pages beside this server's own that a mail may lead to where a password is reset (`reset_url` of"
        " Directus clients).",
        group="Identity",
    )
    user_invite_url_allow_list: tuple[str, ...] = _setting(
        (), "The same for invitations of users (`invite_url`).", group="Identity"
    )
    user_register_url_allow_list: tuple[str, ...] = _setting(
        (), "The same for the addresses of who registers (`verification_url`).", group="Identity"
    )
    password_reset_ttl_seconds: int = _setting(
        86400, "How long a link to reset a user's password is good.", group="Identity", minimum=60, maximum=2592000
    )
    user_invite_ttl_seconds: int = _setting(
        604800, "How long an invitation of a user is good.", group="Identity", minimum=60, maximum=31536000
    )
    email_verification_ttl_seconds: int = _setting(
        604800,
        "How long the link is good by which somebody who registered shows that the address is theirs.",
        group="Identity",
        minimum=60,
        maximum=31536000,
    )
    login_guesses_max: int = _setting(
        25, "Wrong passwords per account and address in five minutes; 0: any number.", group="Identity", minimum=0
    )
    auth_providers: tuple[str, ...] = _setting(
        (),
        "The identity providers that users of the Directus protocol sign in with, in the order of their buttons; see"
        " [sign-on](../guide/sign-on.md). Empty: all that have a table in the settings file.",
        group="Identity",
    )
    auth_disable_default: bool = _setting(
        False, "Nobody signs in with e-mail address and password as a user or superuser.", group="Identity"
    )
    auth_allowed_public_urls: tuple[str, ...] = _setting(
        (),
        "Addresses of this server, beside `public_url`, to which an identity provider may send people back when they"
        " started there.",
        group="Identity",
    )
    sign_on_threads: int = _setting(
        4,
        "How many log-ins may ask directory servers (LDAP) at once, per worker; 16 times as many may wait.",
        group="Identity",
        minimum=1,
        maximum=256,
    )
    sign_on_seconds: int = _setting(
        600,
        "How long somebody may take at an identity provider before the log-in has to be started anew.",
        group="Identity",
        minimum=30,
        maximum=86400,
    )
    auth: ProviderOptions = dataclasses.field(default_factory=dict[str, Any], repr=False)
    """What is said of identity providers, see `config_providers`; no row of the table."""

    share_depth_max: int = _setting(
        4,
        "How many relations away from a shared item something may be and still be seen by the share.",
        group="Identity",
        minimum=0,
        maximum=6,
    )
    share_ways_max: int = _setting(
        100,
        "How many ways along relations a share follows; the farthest beyond are left out.",
        group="Identity",
        minimum=0,
        maximum=10_000,
    )

    # -- limits
    body_limit_bytes: int = _setting(
        32 * 1024**2, "The largest request body.", group="Limits", minimum=1024, maximum=1024**4
    )
    statement_timeout_seconds: float = _setting(
        30.0,
        "A statement that takes longer is cancelled.",
        group="Limits",
        minimum=0.01,
        maximum=86400,
    )
    max_concurrent_requests: int = _setting(
        1000,
        "Requests in progress per worker; more are answered with 503 at once.",
        group="Limits",
        minimum=1,
        maximum=1000000,
    )
    query_limit_default: int = _setting(
        100,
        "Items per page when the caller names no limit (Directus clients).",
        group="Limits",
        minimum=0,
        unlimited=-1,
    )
    background_tasks_max: int = _setting(
        4,
        "How many imports and exports go on in the background of each worker; more are refused with 429.",
        group="Limits",
        minimum=1,
        maximum=1000,
    )
    query_limit_max: int = _setting(
        -1, "The largest page that a caller may ask for. -1: no limit.", group="Limits", minimum=1, unlimited=-1
    )
    csv_guard: bool = _setting(
        True,
        "Write cells of CSV that a spreadsheet program would run as a formula with a `'` before them, and take that off"
        " again in imports. Off: cells are written and read as they are.",
        group="Limits",
    )
    graphql_introspection: bool = _setting(
        True, "Whether GraphQL schemas can be asked what they hold; without, no SDL is served either.", group="Limits"
    )
    graphql_query_token_limit: int = _setting(
        5000, "Tokens (names, numbers, signs) in one GraphQL document.", group="Limits", minimum=1
    )
    graphql_max_root_fields: int = _setting(
        50,
        "Root fields in one GraphQL operation, aliases counted.",
        group="Limits",
        minimum=1,
    )
    graphql_max_introspection_fields: int = _setting(
        2_000_000, "Fields in one answer about a GraphQL schema itself.", group="Limits", minimum=1000
    )
    graphql_max_fields: int = _setting(
        10_000, "Fields that one GraphQL operation selects, with its fragments spread out.", group="Limits", minimum=1
    )
    max_offset: int = _setting(
        1_000_000_000,
        "The farthest row at which a page may start.",
        group="Limits",
        minimum=0,
        maximum=2**53,
    )
    max_relational_depth: int = _setting(
        10, "How many relations deep a query may go.", group="Limits", minimum=1, maximum=100
    )
    across_limit: int = _setting(
        10_000,
        "How many items of another database a filter, a sort or a nested list may have to look through.",
        group="Limits",
        minimum=1,
        maximum=1_000_000,
    )
    max_filter_nodes: int = _setting(
        1000, "How many conditions one filter may hold.", group="Limits", minimum=1, maximum=100000
    )
    visible_references: bool = _setting(
        False,
        "Whether an item may only refer to items that its writer may see. Both protocols' own servers take any key that"
        " exists.",
        group="Limits",
    )
    max_batch_mutation: int = _setting(
        100_000,
        "How many items one request may write. -1: no limit.",
        group="Limits",
        minimum=1,
        unlimited=-1,
    )
    cascade_rows_max: int = _setting(
        10_000,
        "How many rows the database's own foreign keys (ON DELETE, ON UPDATE) may change after one item. -1: no limit.",
        group="Limits",
        minimum=1,
        unlimited=-1,
    )

    # -- mail and requests to other servers
    mail_queue_max: int = _setting(
        1000, "How many mails may wait to be sent; more are dropped.", group="Services", minimum=1, maximum=1_000_000
    )
    mail_timeout_seconds: float = _setting(
        15.0, "How long each step of handing a mail over may take.", group="Services", minimum=1, maximum=600
    )
    outbound_allowed_hosts: tuple[str, ...] = _setting(
        (),
        "Host names, addresses or networks that may be called although they are not on the public internet, such as an"
        " identity provider of your own.",
        group="Services",
    )
    outbound_timeout_seconds: float = _setting(
        30.0, "How long a request to another server may take.", group="Services", minimum=0.1, maximum=600
    )
    backup_upload_limit_bytes: int = _setting(
        1024**4, "The largest backup that may be uploaded.", group="Limits", minimum=1024, maximum=1024**5
    )
    job_timeout_seconds: float = _setting(
        3600.0,
        "A scheduled job that takes longer is stopped.",
        group="Limits",
        minimum=1,
        maximum=86400,
    )
    rate_limit_clients_max: int = _setting(
        100_000,
        "How many clients and rules are counted at once; beyond it the oldest counts are forgotten. Rate limits count"
        " for all workers of a machine together (on Windows, for each).",
        group="Limits",
        minimum=100,
        maximum=10_000_000,
    )

    rate_limiter_enabled: bool = _setting(
        False,
        "Limit the requests of one address on the Directus wire, beside the rules among the settings.",
        group="Limits",
    )
    rate_limiter_points: int = _setting(
        50, "How many requests one address has per duration.", group="Limits", minimum=1, maximum=10**9
    )
    rate_limiter_duration_seconds: float = _setting(1.0, "The duration.", group="Limits", minimum=0.1, maximum=86_400)
    rate_limiter_global_enabled: bool = _setting(
        False, "Limit the requests of all addresses together on the Directus wire.", group="Limits"
    )
    rate_limiter_global_points: int = _setting(
        1000, "How many requests all have per duration.", group="Limits", minimum=1, maximum=10**9
    )
    rate_limiter_global_duration_seconds: float = _setting(
        1.0, "The duration of that.", group="Limits", minimum=0.1, maximum=86_400
    )
    pressure_limit_milliseconds: int = _setting(
        500,
        "How late the event loop may be, on average of a second, before requests of the Directus wire are answered with"
        " 503. 0: as late as it likes.",
        group="Limits",
        minimum=0,
        maximum=60_000,
    )

    # -- realtime
    realtime_clients_max: int = _setting(
        10_000,
        "Realtime clients per worker; more are answered with 503.",
        group="Realtime",
        minimum=1,
        maximum=1_000_000,
    )
    realtime_idle_seconds: float = _setting(
        300.0,
        "A realtime connection on which nothing was sent for so long is closed; clients connect again.",
        group="Realtime",
        minimum=0.1,
        maximum=86_400,
    )
    realtime_life_seconds: float = _setting(
        1800.0, "How long a realtime connection may last.", group="Realtime", minimum=0.1, maximum=604_800
    )
    realtime_judge_seconds: float = _setting(
        5.0,
        "How long the filter and rule of one subscription may take for one event; what takes longer is paused.",
        group="Realtime",
        minimum=0.05,
        maximum=3600,
    )
    realtime_buffer_bytes: int = _setting(
        2 * 1024**2,
        "How much may wait for a realtime client that reads slowly; with more, its connection is cut. It is also the"
        " size limit of one message.",
        group="Realtime",
        minimum=64 * 1024,
        maximum=1024**3,
    )
    realtime_buffer_messages: int = _setting(
        8192,
        "How many messages may wait for such a client.",
        group="Realtime",
        minimum=16,
        maximum=1_000_000,
    )

    # -- cache
    cache_enabled: bool = _setting(
        False, "Keep answers of the Directus wire in memory, per worker, for each caller apart.", group="Cache"
    )
    cache_ttl_seconds: float = _setting(
        300.0, "How long an answer is kept at most.", group="Cache", minimum=0.1, maximum=31_536_000
    )
    cache_auto_purge: bool = _setting(
        True,
        "Forget kept answers as soon as anything is committed. Off: they are good for their whole time, and browsers"
        " are told to keep them as well.",
        group="Cache",
    )
    cache_status_header: str = _setting("", "The name of a header that says HIT or MISS. Empty: none.", group="Cache")
    cache_skip_allowed: bool = _setting(
        False, "Let callers have a new answer by `Cache-Control: no-store`.", group="Cache"
    )
    cache_bytes_max: int = _setting(
        64 * 1024**2,
        "How much memory kept answers may take, per worker.",
        group="Cache",
        minimum=0,
        maximum=64 * 1024**3,
    )
    cache_value_bytes_max: int = _setting(
        1024**2, "The largest answer that is kept.", group="Cache", minimum=0, maximum=1024**3
    )

    healthcheck_cache_seconds: float = _setting(
        10.0, "For how long what `/server/health` found is told again.", group="Server", minimum=0, maximum=86_400
    )

    # -- WebSockets
    websockets_enabled: bool = _setting(
        True, "Serve `/websocket`, and subscriptions on `/graphql`.", group="WebSockets"
    )
    websocket_rest_auth: Literal["handshake", "public", "strict"] = _setting(
        "handshake",
        "How clients of `/websocket` say who they are. `handshake`: by their first message. `public`: when they like;"
        " until then they are guests. `strict`: by a token in the address, or a session cookie.",
        group="WebSockets",
    )
    websocket_graphql_auth: Literal["handshake", "public", "strict"] = _setting(
        "handshake",
        "The same for subscriptions on `/graphql`, where the first message is `connection_init`.",
        group="WebSockets",
    )
    websocket_auth_timeout_seconds: float = _setting(
        10.0,
        "How long a client may take to say who it is, at first and when its token has expired.",
        group="WebSockets",
        minimum=0.1,
        maximum=3600,
    )
    websocket_heartbeat_seconds: float = _setting(
        30.0,
        "How often clients are asked for a sign of life; who gave none by the next time is cut. 0: never.",
        group="WebSockets",
        minimum=0,
        maximum=3600,
    )
    websocket_connections_max: int = _setting(
        10_000, "WebSockets per worker; more are answered with 503.", group="WebSockets", minimum=1, maximum=1_000_000
    )
    websocket_message_bytes: int = _setting(
        1024**2,
        "The longest message of a client (bytes); one that sends a longer one is cut.",
        group="WebSockets",
        minimum=1024,
        maximum=1024**3,
    )
    websocket_messages_per_second: int = _setting(
        50,
        "How many messages a client may send per second on one connection (for a moment twice as many). 0: no limit.",
        group="WebSockets",
        minimum=0,
        maximum=1_000_000,
    )
    websocket_subscriptions_max: int = _setting(
        100, "How many subscriptions one connection may have.", group="WebSockets", minimum=1, maximum=100_000
    )

    image_pixels_max: int = _setting(
        50_000_000,
        "The largest image that thumbs are made of (pixels).",
        group="Limits",
        minimum=10_000,
        maximum=10**10,
    )

    # -- files and assets (Directus clients)
    storage_url: str = _setting(
        "",
        "Where uploaded files are kept, if not in the data folder: `s3://bucket?…`, `gs://bucket?…` or"
        " `az://container?…`. A bucket that superusers set in the settings wins.",
        group="Files",
        secret=True,
    )
    file_size_max_bytes: int = _setting(
        5 * 1024**3, "The largest file of the library.", group="Files", minimum=1024, maximum=1024**5
    )
    file_types_allowed: tuple[str, ...] = _setting(
        ("*/*",), "Media types that the library takes, such as `image/*` or `application/pdf`.", group="Files"
    )
    file_metadata_kept: tuple[str, ...] = _setting(
        (
            "ifd0.Make",
            "ifd0.Model",
            "exif.FNumber",
            "exif.ExposureTime",
            "exif.FocalLength",
            "exif.ISOSpeedRatings",
        ),
        "What images say of themselves that is kept in `metadata` of their files: `group.Name`, `group.*`, or `*` for"
        " all. Groups are `ifd0`, `ifd1`, `exif`, `gps`, `interop`, `iptc` and `icc`. Think of whom it is shown to:"
        " `gps` says where somebody was.",
        group="Files",
    )
    tus_enabled: bool = _setting(True, "Serve `/files/tus`: uploads that go on where they were cut.", group="Files")
    tus_chunk_bytes: int = _setting(
        8 * 1024**2,
        "The size of the pieces in which clients are told to send such an upload.",
        group="Files",
        minimum=64 * 1024,
        maximum=1024**3,
    )
    tus_expiration_seconds: float = _setting(
        600.0,
        "How long an unfinished upload is kept after its last piece.",
        group="Files",
        minimum=1,
        maximum=30 * 86400,
    )
    tus_uploads_max: int = _setting(
        1000, "How many uploads may be unfinished at a time.", group="Files", minimum=1, maximum=1_000_000
    )
    assets_cache_ttl_seconds: int = _setting(
        30 * 86400, "How long browsers may keep an asset without asking again.", group="Files", minimum=0, maximum=10**9
    )
    asset_side_max: int = _setting(
        6000, "The longest side that a transformed image may have (pixels).", group="Files", minimum=16, maximum=65_000
    )
    asset_operations_max: int = _setting(
        5, "How many operations one `transforms` may hold.", group="Files", minimum=0, maximum=100
    )
    asset_timeout_seconds: float = _setting(
        7.5, "How long the transformation of one image may take.", group="Files", minimum=0.1, maximum=600
    )
    asset_waiting_max: int = _setting(
        25,
        "How many images may be transformed or wait for it, per worker; more are answered with 503.",
        group="Files",
        minimum=1,
        maximum=10_000,
    )
    asset_versions_max: int = _setting(
        1000,
        "How many versions of one image are kept; one more, and they are dropped and made again as they are asked for.",
        group="Files",
        minimum=1,
        maximum=1_000_000,
    )
    archive_files_max: int = _setting(
        10_000, "How many files one archive of assets may hold.", group="Files", minimum=1, maximum=10_000_000
    )
    archive_size_max_bytes: int = _setting(
        20 * 1024**3, "How large the files of such an archive may be together.", group="Files", minimum=1024
    )

    # -- hooks
    hooks_dir: str = _setting(
        "", "The folder of hook files. Empty: `satchel_hooks` beside the data folder.", group="Hooks"
    )
    hook_threads_max: int = _setting(
        256,
        "How many plain functions (hooks, routes, crons) may run at once in each worker; one more is refused with 503.",
        group="Hooks",
        minimum=1,
        maximum=10_000,
    )

    # -- what is written down
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The least level that is logged.", group="Logs"
    )
    log_format: Literal["text", "json"] = _setting(
        "text", "`text` for people, `json` for machines: one object per line, on standard error.", group="Logs"
    )
    access_log: bool = _setting(True, "Log one line for each request.", group="Logs")
    log_queue_max: int = _setting(
        20_000,
        "How many log entries may wait to be written into the table of logs, per worker; more are dropped and counted.",
        group="Logs",
        minimum=100,
        maximum=1_000_000,
    )
    activity_retention_days: int = _setting(
        90,
        "How many days the activity of collections is kept, and with it its revisions.",
        group="History",
        minimum=0,
        maximum=36500,
        unlimited=-1,
    )
    revisions_retention_days: int = _setting(
        90,
        "How many days revisions of items are kept.",
        group="History",
        minimum=0,
        maximum=36500,
        unlimited=-1,
    )
    log_rows_max: int = _setting(
        1_000_000,
        "How many entries the table of logs keeps at most; the oldest beyond are deleted by the clean-up.",
        group="Logs",
        minimum=1000,
        maximum=1_000_000_000,
    )
    slow_statement_milliseconds: int = _setting(
        500,
        "Statements that take longer are logged. 0: none are.",
        group="Logs",
        minimum=0,
        maximum=86_400_000,
    )
    server_timing: bool = _setting(
        True, "Say in a `Server-Timing` header where the time of a request went.", group="Logs"
    )

    @property
    def data_path(self) -> Path:
        """The data folder as an absolute path; it need not exist yet."""
        return Path(self.data_dir).expanduser().absolute()

    @property
    def hooks_path(self) -> Path:
        """The folder of hook files as an absolute path; it need not exist."""
        if self.hooks_dir:
            return Path(self.hooks_dir).expanduser().absolute()
        return self.data_path.parent / "satchel_hooks"

    @property
    def studio_extensions_path(self) -> Path:
        """The folder of the studio's extensions as an absolute path; it need not exist."""
        given = self.studio_extensions_dir
        return Path(given).expanduser().absolute() if given else self.data_path / "extensions"

    @property
    def public_path(self) -> Path:
        """The folder of public files as an absolute path; it need not exist."""
        if self.public_dir:
            return Path(self.public_dir).expanduser().absolute()
        beside = (self.pocketbase_path or self.data_path).parent
        names = ("satchel_public", "pb_public")
        return next((beside / name for name in names if (beside / name).is_dir()), beside / names[0])

    @property
    def source_location(self) -> str:
        """The URL of the database whose tables are served, or the path of the embedded one."""
        if self.pocketbase_path is not None:
            return str(self.pocketbase_path / EMBEDDED_FILE)
        return self.database_url or str(self.data_path / EMBEDDED_FILE)

    @property
    def pocketbase_path(self) -> Path | None:
        """The folder of PocketBase that is served where it is, if there is one."""
        return Path(self.pocketbase_dir).expanduser().absolute() if self.pocketbase_dir else None

    @property
    def storage_path(self) -> Path:
        """The folder for uploaded files, where they are kept on disk."""
        return (self.pocketbase_path or self.data_path) / STORAGE_FOLDER

    @property
    def store_location(self) -> str:
        """The URL or path of the database for Satchel's own tables.

        By default the embedded database of the data folder, whatever the source is: commands that know only the folder
        find the accounts, and a source that was given keeps free of our tables. Without a source it is the source as
        well, so that data, metadata and change log commit together.
        """
        return self.store_url or str(self.data_path / EMBEDDED_FILE)


def _row(entry: dataclasses.Field[Any], annotation: Any) -> Setting:
    origin = typing.get_origin(annotation)
    choices: tuple[str, ...] = ()
    if origin is Literal:
        kind, choices = "choice", typing.get_args(annotation)
    elif origin is tuple:
        kind = "list"
    else:
        kind = {str: "text", int: "integer", float: "number", bool: "boolean"}[annotation]
    return Setting(name=entry.name, kind=kind, default=entry.default, choices=choices, **entry.metadata)


def _table() -> Mapping[str, Setting]:
    hints = typing.get_type_hints(Settings)
    rows = {entry.name: _row(entry, hints[entry.name]) for entry in dataclasses.fields(Settings) if entry.metadata}
    return types.MappingProxyType(rows)


TABLE: Mapping[str, Setting] = _table()


def default_settings() -> Settings:
    """The defaults alone: no file, no variables."""
    return Settings()


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings of this start.

    `flags`: name → value; None means "not given". `environment`: os.environ unless given. `file`: the settings file;
    unless given, the one that SATCHEL_CONFIG names, else `satchel.toml` in the working folder if there is one.
    Raises ConfigError with the name of the setting and where its value came from.
    """
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    path = file or _file_from(variables)
    written = {} if path is None else _read_file(path)
    providers = written.pop(TABLE_NAME, None)
    for name, value in written.items():
        values[name] = convert(_known(name, str(path)), value, origin=str(path))
    for name, row in TABLE.items():
        known = row.variable.removeprefix(PREFIX)  # as Directus calls it
        for variable in (known, row.variable) if known.startswith(KNOWN_PREFIX) else (row.variable,):
            if variable in variables:
                values[name] = convert(row, variables[variable], origin=variable)
    settings = override(Settings(**values), flags or {})
    options = read_providers(settings.auth_providers, providers, variables, str(path))
    return dataclasses.replace(settings, auth=options)


def override(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """A copy with `changes` (name → value; None means "leave it"). Raises ConfigError like `load_settings`."""
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        return settings
    converted: dict[str, Any] = {}
    for name, value in given.items():
        row = _known(name, "the call")
        converted[name] = convert(row, value, origin=row.flag)
    return dataclasses.replace(settings, **converted)


def unknown_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Variables that look like a misspelt setting: (variable, the one that was probably meant)."""
    known = {row.variable for row in TABLE.values()} | {CONFIG_VARIABLE}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in known and not variable.startswith(OWN_PREFIX):
            guess = _closest(variable, known)
            if guess:
                yield variable, guess


def _known(name: str, origin: str) -> Setting:
    row = TABLE.get(name)
    if row is not None:
        return row
    guess = _closest(name, TABLE)
    hint = f'Did you mean "{guess}"?' if guess else "docs/reference/settings.md lists all settings."
    raise ConfigError(f'There is no setting "{name}" (in {origin}).', hint=hint, setting=name)


def _closest(name: str, known: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    return found[0] if found else None


def _file_from(variables: Mapping[str, str]) -> Path | None:
    named = variables.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    path = Path(FILE_NAME)
    return path if path.is_file() else None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigError(f"There is no settings file {path}.") from None
    except OSError as error:
        raise ConfigError(f"The settings file {path} can't be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file {path} is not valid TOML: {error}.") from None
