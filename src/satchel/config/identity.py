"""The settings of who may come in, and for how long. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Identity:
    secret: str = setting(
        "",
        "The key that signs tokens, at least 16 characters. Empty: made once and kept in the data folder.",
        secret=True,
    )
    settings_encryption_key: str = setting(
        "",
        "A key of 32 characters; with it the settings that superusers change rest encrypted in the store, passwords of"
        " mail and file services included.",
        secret=True,
    )
    access_token_ttl_seconds: int = setting(
        900, "Life of an access token (Directus clients).", minimum=1, maximum=31536000
    )
    refresh_token_ttl_seconds: int = setting(
        604800, "Life of a refresh token (Directus clients).", minimum=1, maximum=315360000
    )
    session_cookie_ttl_seconds: int = setting(
        86400, "Life of a session cookie (Directus clients).", minimum=1, maximum=315360000
    )
    session_refresh_grace_seconds: int = setting(
        10, "How long a session that was just renewed stays good.", minimum=0, maximum=3600
    )
    login_stall_milliseconds: int = setting(
        500,
        "A failed log-in takes at least this long, so that its time tells nothing.",
        minimum=0,
        maximum=60000,
    )
    register_stall_milliseconds: int = setting(
        750,
        "A registration takes at least this long, so that its time does not tell whether an address is known.",
        minimum=0,
        maximum=60000,
    )
    register_requests_max: int = setting(
        5,
        "How often one address may register in `register_window_seconds`. -1: any number.",
        minimum=1,
        unlimited=-1,
    )
    register_window_seconds: float = setting(
        60.0, "The time in which registrations are counted.", minimum=1, maximum=86400
    )
    password_reset_url_allow_list: tuple[str, ...] = setting(
        (),
        "Addresses of pages beside this server's own that a mail may lead to where a password is reset (`reset_url` of"
        " Directus clients).",
    )
    user_invite_url_allow_list: tuple[str, ...] = setting((), "The same for invitations of users (`invite_url`).")
    user_register_url_allow_list: tuple[str, ...] = setting(
        (), "The same for the addresses of who registers (`verification_url`)."
    )
    password_reset_ttl_seconds: int = setting(
        86400, "How long a link to reset a user's password is good.", minimum=60, maximum=2592000
    )
    user_invite_ttl_seconds: int = setting(
        604800, "How long an invitation of a user is good.", minimum=60, maximum=31536000
    )
    email_verification_ttl_seconds: int = setting(
        604800,
        "How long the link is good by which somebody who registered shows that the address is theirs.",
        minimum=60,
        maximum=31536000,
    )
    login_guesses_max: int = setting(
        25, "Wrong passwords per account and address in five minutes; 0: any number.", minimum=0
    )
    passkeys_max: int = setting(
        20, "How many passkeys a user may have; 0 switches passkeys off.", minimum=0, maximum=100
    )
    auth_providers: tuple[str, ...] = setting(
        (),
        "The identity providers that users of the Directus protocol sign in with, in the order of their buttons; see"
        " [sign-on](../guide/sign-on.md). Empty: all that have a table in the settings file.",
    )
    auth_disable_default: bool = setting(
        False, "Nobody signs in with e-mail address and password as a user or superuser."
    )
    auth_allowed_public_urls: tuple[str, ...] = setting(
        (),
        "Addresses of this server, beside `public_url`, to which an identity provider may send people back when they"
        " started there.",
    )
    sign_on_threads: int = setting(
        4,
        "How many log-ins may ask directory servers (LDAP) at once, per worker; 16 times as many may wait.",
        minimum=1,
        maximum=256,
    )
    sign_on_seconds: int = setting(
        600,
        "How long somebody may take at an identity provider before the log-in has to be started anew.",
        minimum=30,
        maximum=86400,
    )
    share_depth_max: int = setting(
        4,
        "How many relations away from a shared item something may be and still be seen by the share.",
        minimum=0,
        maximum=6,
    )
    share_ways_max: int = setting(
        100,
        "How many ways along relations a share follows; the farthest beyond are left out.",
        minimum=0,
        maximum=10_000,
    )
