"""The settings of subscriptions over Server-Sent Events and WebSockets. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Realtime:
    realtime_clients_max: int = setting(
        10_000,
        "Realtime clients per worker; more are answered with 503.",
        minimum=1,
        maximum=1_000_000,
    )
    realtime_idle_seconds: float = setting(
        300.0,
        "A realtime connection on which nothing was sent for so long is closed; clients connect again.",
        minimum=0.1,
        maximum=86_400,
    )
    realtime_life_seconds: float = setting(
        1800.0, "How long a realtime connection may last.", minimum=0.1, maximum=604_800
    )
    realtime_judge_seconds: float = setting(
        5.0,
        "How long the filter and rule of one subscription may take for one event; what takes longer is paused.",
        minimum=0.05,
        maximum=3600,
    )
    realtime_buffer_bytes: int = setting(
        2 * 1024**2,
        "How much may wait for a realtime client that reads slowly; with more, its connection is cut. It is also the"
        " size limit of one message.",
        minimum=64 * 1024,
        maximum=1024**3,
    )
    realtime_buffer_messages: int = setting(
        8192,
        "How many messages may wait for such a client.",
        minimum=16,
        maximum=1_000_000,
    )


@dataclass(frozen=True, kw_only=True)
class WebSockets:
    websockets_enabled: bool = setting(True, "Serve `/websocket`, and subscriptions on `/graphql`.")
    websocket_rest_auth: Literal["handshake", "public", "strict"] = setting(
        "handshake",
        "How clients of `/websocket` say who they are. `handshake`: by their first message. `public`: when they like;"
        " until then they are guests. `strict`: by a token in the address, or a session cookie.",
    )
    websocket_graphql_auth: Literal["handshake", "public", "strict"] = setting(
        "handshake",
        "The same for subscriptions on `/graphql`, where the first message is `connection_init`.",
    )
    websocket_auth_timeout_seconds: float = setting(
        10.0,
        "How long a client may take to say who it is, at first and when its token has expired.",
        minimum=0.1,
        maximum=3600,
    )
    websocket_heartbeat_seconds: float = setting(
        30.0,
        "How often clients are asked for a sign of life; who gave none by the next time is cut. 0: never.",
        minimum=0,
        maximum=3600,
    )
    websocket_connections_max: int = setting(
        10_000, "WebSockets per worker; more are answered with 503.", minimum=1, maximum=1_000_000
    )
    websocket_message_bytes: int = setting(
        1024**2,
        "The longest message of a client (bytes); one that sends a longer one is cut.",
        minimum=1024,
        maximum=1024**3,
    )
    websocket_messages_per_second: int = setting(
        50,
        "How many messages a client may send per second on one connection (for a moment twice as many). 0: no limit.",
        minimum=0,
        maximum=1_000_000,
    )
    websocket_subscriptions_max: int = setting(
        100, "How many subscriptions one connection may have.", minimum=1, maximum=100_000
    )
