"""What joins rooms that do not know each other: each function hands one room what another has.

In charge of: settings that others follow, mail by those settings, pictures of profiles, accounts that are written as
items, what must not be public, realtime for both wires. Not in charge of: the order in which rooms are built (`app`,
the only caller).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from satchel.auth.access import User
from satchel.auth.accounts import Accounts
from satchel.auth.changes import WATCHED, RowChange, settle
from satchel.auth.mail_events import MailEvents
from satchel.auth.oauth2 import KeepFile
from satchel.auth.owners import Owners
from satchel.auth.passkeys import Passkeys
from satchel.auth.payloads import (
    POLICIES,
    SETTINGS,
    TRANSLATIONS,
    USERS,
    check_policy,
    check_settings,
    check_translation,
    check_user,
)
from satchel.auth.record_losses import carry_out, losses
from satchel.auth.record_sign_in import Method
from satchel.auth.records import AuthRecord
from satchel.auth.sessions import Origin, iso
from satchel.auth.share_rows import SHARES
from satchel.auth.share_rules import ShareRules
from satchel.auth.superuser_records import SuperuserRecords
from satchel.backups.archive import SECRET, STORAGE
from satchel.backups.elsewhere import refusal
from satchel.config import EMBEDDED_FILE, FILE_NAME, Settings
from satchel.db import Database, Transaction, parse_url
from satchel.db.sqlite import SqliteDatabase
from satchel.engine.engine import Engine
from satchel.engine.hooks import Event
from satchel.engine.ledger import Change, ChangeSet
from satchel.engine.store import Store, StoreSession
from satchel.errors import ConfigError, Forbidden, OutboundFailed
from satchel.files.archives import ArchiveLimits
from satchel.files.assets import AssetLimits
from satchel.files.files import FileLimits, Files
from satchel.files.library import Fetch, LibraryLimits
from satchel.files.resumable import ResumableLimits
from satchel.files.transforms import Bounds
from satchel.history.comments import COMMENTS, Comments
from satchel.history.history import History
from satchel.history.leftovers import forget
from satchel.history.notices import Notices
from satchel.history.recorder import ACTIVITY, REVISIONS, Recorder, kept_of, note, refuse
from satchel.history.version_rules import VERSIONS, VersionRules
from satchel.http.mount import Mount
from satchel.http.multipart import Upload
from satchel.http.proxies import TrustedProxies
from satchel.http.ratelimit import RateLimiter, Rule
from satchel.http.shared_counts import CAN_SHARE, SharedCounts
from satchel.http.static import PublicFolder, StaticFiles, nothing_moved
from satchel.mail.outbox import Outbox, OutboxLimits
from satchel.mail.smtp import SmtpServer
from satchel.model.fields.file import NewFile
from satchel.model.system.collections import store_tables
from satchel.model.system.sign_in import ACCOUNT_TABLES, SUPERUSERS
from satchel.observe import Observer
from satchel.outbound.addresses import Exceptions, parse_exceptions
from satchel.outbound.client import Outbound
from satchel.policy.actor import Actor, Context
from satchel.realtime.realtime import Realtime, RealtimeLimits
from satchel.settings.model import AppSettings, Meta
from satchel.settings.store import SettingsStore
from satchel.sql.dialects import DIALECTS
from satchel.studio.moved import moved
from satchel.studio.routes import told_of_builds
from satchel.wire.directus.websocket.reading import topics_of as directus_topics
from satchel.wire.directus.websocket.watch import Watch
from satchel.wire.pocketbase.topics import Topics, topics_of

COUNTS_FILE = "rate_limits"


def follow_settings(now: AppSettings, limiter: RateLimiter, proxies: TrustedProxies, accounts: Accounts) -> None:
    """Let limits, proxies and accounts do what the settings say from now on."""
    limits = now.rate_limits
    rules = limits.rules if limits.enabled else ()
    limiter.use(
        [Rule(rule.label, rule.audience, rule.duration, rule.max_requests) for rule in rules], limits.excluded_ips
    )
    proxies.believe(now.trusted_proxy.headers, leftmost=now.trusted_proxy.use_leftmost_ip)
    accounts.access.limit_admins(now.superuser_ips)


def check_public_folder(settings: Settings) -> None:
    """Raise ConfigError when what is nobody else's business would be public."""
    folder = settings.public_path.resolve()
    private = [settings.data_path, settings.hooks_path, settings.storage_path]
    databases = (settings.source_location, settings.store_location)
    private += [path for path in (parse_url(location).path for location in databases) if path is not None]
    if settings.pocketbase_path is not None:
        private.append(settings.pocketbase_path)
    # it may hold passwords
    private += [path for path in (folder / FILE_NAME,) if path.exists()]
    for path in private:
        if path.absolute().resolve().is_relative_to(folder):
            raise ConfigError(f"The public folder {folder} holds {path}, which must not be public.")


def above_public_files(wire: Mount, settings: Settings, limiter: RateLimiter) -> Mount:
    """The wire, with the public folder beneath its routes, and beneath that what moved to the studio. Raises
    ConfigError.
    """
    check_public_folder(settings)
    files = StaticFiles(settings.public_path)
    others = nothing_moved
    if settings.studio_enabled:
        wire, others = told_of_builds(wire), moved
    return replace(wire, beneath=PublicFolder(files, wire.router, limiter, index=settings.index_fallback, moved=others))


def beyond_backups(settings: Settings) -> tuple[tuple[str, ...], str]:
    """What a backup of the data folder does not hold, in words; and why there can be none, "" where there can."""
    folder = settings.data_path
    embedded = str(folder / EMBEDDED_FILE)
    missing: list[str] = []
    if settings.source_location != embedded:
        missing.append(f"the data of {parse_url(settings.source_location).safe}")
    if settings.storage_path != folder / STORAGE:
        missing.append(f"the files in {settings.storage_path}")
    impossible = ""
    if settings.store_location != embedded:
        impossible = refusal(parse_url(settings.store_location), (settings.storage_path, folder / SECRET))
    return tuple(missing), impossible


def count_together(settings: Settings, limiter: RateLimiter) -> SharedCounts | None:
    """Let several workers share the counts of rate limits; the counts, to be closed in the end."""
    if settings.workers == 1 or not CAN_SHARE:
        return None
    settings.data_path.mkdir(parents=True, exist_ok=True)
    counts = SharedCounts(settings.data_path / COUNTS_FILE, settings.rate_limit_clients_max)
    limiter.count_in(counts)
    return counts


def make_outbox(store: SettingsStore, settings: Settings, observer: Observer, events: MailEvents) -> Outbox:
    """The outbox for the mail server of the settings that superusers change."""

    def server() -> SmtpServer | None:
        smtp = store.current.smtp
        if not smtp.enabled:
            return None
        return SmtpServer(
            smtp.host, smtp.port, smtp.username, smtp.password, smtp.auth_method, smtp.tls, smtp.local_name
        )

    limits = OutboxLimits(
        waiting=settings.mail_queue_max,
        timeout_seconds=settings.mail_timeout_seconds,
        grace_seconds=settings.shutdown_grace_seconds,
    )
    return Outbox(server, observer, limits, around=events.around)


def picture_keeper(outbound: Outbound, files: Files, folder: Path) -> KeepFile:
    """Fetches pictures of profiles as if they had been uploaded."""

    async def keep(url: str, most_bytes: int) -> NewFile | None:
        answer = await outbound.get(url, body_bytes=most_bytes)
        if answer.status != 200 or not answer.body:
            return None
        name = unquote(urlsplit(answer.url).path).rpartition("/")[2] or "picture"
        upload = Upload("picture", name, answer.headers.get("content-type", ""), folder)
        upload.take(answer.body)
        await upload.settle(complete=True)
        return await files.receive(upload)

    return keep


def file_fetcher(outbound: Outbound) -> Fetch:
    """Fetches files for the library as if they had been uploaded."""

    async def fetch(url: str, upload: Upload, most_bytes: int) -> tuple[str, str]:
        async def keep(part: bytes) -> None:
            upload.take(part)
            await upload.settle()

        answer = await outbound.get(url, body_bytes=most_bytes, into=keep)
        if answer.status != 200:
            raise OutboundFailed(f"The answer has the status {answer.status}.", reason="answer")
        await upload.settle(complete=True)
        return answer.url, answer.headers.get("content-type", "").partition(";")[0].strip()

    return fetch


def file_limits(settings: Settings) -> FileLimits:
    """What the settings say of files."""
    bounds = Bounds(settings.image_pixels_max, settings.asset_side_max, settings.asset_timeout_seconds)
    return FileLimits(
        LibraryLimits(settings.file_size_max_bytes, settings.file_types_allowed, settings.file_metadata_kept),
        AssetLimits(bounds, settings.asset_operations_max, settings.asset_waiting_max, settings.asset_versions_max),
        ResumableLimits(settings.tus_expiration_seconds, settings.tus_uploads_max),
        ArchiveLimits(settings.archive_files_max, settings.archive_size_max_bytes),
    )


def exceptions_of(entries: Sequence[str]) -> Exceptions:
    try:
        return parse_exceptions(entries)
    except ValueError as error:
        raise ConfigError(f"The setting outbound_allowed_hosts can't be used: {error}.") from None


def _in_store(engine: Engine, changes: Sequence[Change]) -> bool:
    """Whether the changes are of the database that holds the store; those of one transaction are all of one."""
    owner = engine.catalog.get(changes[0].collection) if changes else None
    return owner is not None and owner.source == engine.metadata.store_name


def follow_accounts(engine: Engine, tables: Store, accounts: Accounts) -> None:
    """Let accounts know when users, roles, permissions or records that can sign in are written like any other item."""
    hooks = engine.writes.hooks
    own_work = Actor.system("superusers made by the command line or the set-up link")

    async def note(session: StoreSession, change: Change) -> None:
        await engine.writes.note(session.transaction, Context(own_work, accounts.now()), change)

    accounts.superusers.note = note
    engine.writes.stand_ins[SUPERUSERS] = SuperuserRecords(tables, accounts.superusers)

    async def inside(changes: Sequence[Change], transaction: Transaction) -> None:
        watched = [
            RowChange(item.collection, item.action, item.key, frozenset(item.after))
            for item in changes
            if item.collection in WATCHED
        ]
        if watched:
            await settle(tables.session(transaction), watched, iso(accounts.now()))
        lost = losses(changes, engine.catalog) if _in_store(engine, changes) else []
        if lost:
            await carry_out(tables.session(transaction), lost)

    async def after(change_set: ChangeSet) -> None:
        lost = losses(change_set.changes, engine.catalog) if not _in_store(engine, change_set.changes) else []
        if lost:
            await tables.write(lambda session: carry_out(session, lost))
        if any(item.collection in WATCHED for item in change_set.changes):
            accounts.access.changed()

    async def user(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        return await check_user(payload, event.session.context.actor, tables)

    async def policy(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        return check_policy(payload)

    async def project(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        return check_settings(payload)

    async def translation(payload: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
        return await check_translation(payload, None if event.key is None else str(event.key[0]), tables)

    owners = Owners(engine, accounts.records)
    for action in ("create", "update"):
        for table in ACCOUNT_TABLES:
            hooks.on_inside(table.name, action, owners.check)
        hooks.on_filter(USERS, action, user)
        hooks.on_filter(POLICIES, action, policy)
        hooks.on_filter(SETTINGS, action, project)
        hooks.on_filter(TRANSLATIONS, action, translation)
    shares = ShareRules(engine, tables)
    hooks.on_filter(SHARES, "create", shares.created)
    hooks.on_filter(SHARES, "update", shares.updated)
    hooks.on_settle(inside)
    hooks.on_after(after)


def make_history(settings: Settings, engine: Engine, tables: Store, accounts: Accounts, observer: Observer) -> History:
    """History, joined to the change log and to sign-in."""
    history = History(
        engine,
        tables,
        accounts.now,
        lambda key, ip: accounts.stand_in(key, ip=ip),
        secret=settings.secret,
        activity_days=settings.activity_retention_days,
        revision_days=settings.revisions_retention_days,
        observer=observer,
    )
    follow_history(engine, tables, accounts, history)
    return history


def follow_history(engine: Engine, tables: Store, accounts: Accounts, history: History) -> None:
    """Let history write down what is entered in the change log, and who signs in."""
    store = engine.metadata.store_database
    declared = store_tables(engine.metadata.store_name)
    recorder = Recorder(DIALECTS[store.dialect], declared, lambda: engine.catalog)

    async def entered(change_set: ChangeSet, transaction: Transaction) -> None:
        session = tables.session(transaction)
        await recorder.enter(change_set, session)
        await forget(change_set, engine.catalog, session)

    async def signed_in(session: StoreSession, user: User, origin: Origin) -> None:
        await note(
            session,
            "login",
            user=user.id,
            at=accounts.now(),
            collection=USERS,
            item=user.id,
            ip=origin.ip,
            user_agent=origin.user_agent,
        )

    async def record_signed_in(record: AuthRecord, method: Method, context: Context) -> None:
        own = record.collection.name in (USERS, SUPERUSERS)
        if not (own or kept_of(record.collection)):
            return
        headers: Mapping[str, Any] = context.request.get("headers") or {}

        async def work(session: StoreSession) -> None:
            await note(
                session,
                "login",
                user=record.id if own else None,
                at=accounts.now(),
                collection=USERS if own else record.collection.name,
                item=record.id,
                ip=context.actor.ip,
                user_agent=headers.get("user_agent"),
            )

        await tables.write(work)

    for action in ("create", "update", "delete"):
        for name in (ACTIVITY, REVISIONS):
            engine.writes.hooks.on_filter(name, action, refuse)
    rules = VersionRules(tables, lambda: engine.catalog, history.versions.hash_for)
    engine.writes.hooks.on_filter(VERSIONS, "create", rules.created)
    engine.writes.hooks.on_filter(VERSIONS, "update", rules.updated)
    assert engine.writes.log is not None, "history reads the change log"
    engine.writes.log.on_entered(entered)
    accounts.sessions.follows.append(signed_in)
    accounts.sign_in.follows.append(record_signed_in)


def follow_passkeys(accounts: Accounts, passkeys: Passkeys) -> None:
    """Let history write down which passkeys come and go."""

    async def noted(session: StoreSession, what: str, user: str, context: Context) -> None:
        headers: Mapping[str, Any] = context.request.get("headers") or {}
        await note(
            session,
            what,
            user=context.actor.key,
            at=accounts.now(),
            collection=USERS,
            item=user,
            ip=context.actor.ip,
            user_agent=headers.get("user_agent"),
        )

    passkeys.notes.append(noted)


def make_realtime(settings: Settings, engine: Engine, accounts: Accounts, observer: Observer) -> Realtime:
    """Realtime for the topics of both wires."""
    return Realtime(
        engine,
        accounts,
        topics=lambda collection, key: (*topics_of(collection, key), *directus_topics(collection, key)),
        parse=Topics(engine).parse,
        secret=settings.secret,
        folder=settings.data_path,
        shared=bool(settings.store_url),
        limits=RealtimeLimits(
            clients=settings.realtime_clients_max,
            idle_seconds=settings.realtime_idle_seconds,
            life_seconds=settings.realtime_life_seconds,
            message_bytes=settings.realtime_buffer_bytes,
            judge_seconds=settings.realtime_judge_seconds,
        ),
        observer=observer,
    )


def make_watch(settings: Settings, realtime: Realtime, observer: Observer) -> Watch:
    """The watch of all WebSockets."""
    return Watch(
        realtime,
        observer,
        limit=settings.websocket_connections_max,
        heartbeat_seconds=settings.websocket_heartbeat_seconds,
    )


async def optimize(databases: Iterable[Database]) -> None:
    """Let SQLite renew its statistics where the file is ours. Servers look after themselves."""

    async def work(transaction: Transaction) -> None:
        await transaction.run("PRAGMA optimize")

    for database in databases:
        if isinstance(database, SqliteDatabase) and database.options.create:
            await database.write(work, heavy=True)


def follow_comments(
    engine: Engine, tables: Store, accounts: Accounts, outbox: Outbox, meta: Callable[[], Meta], public_url: str
) -> None:
    """Let those who are mentioned in comments be told, and notifications go by mail."""
    access = accounts.access

    async def actor_of(key: str) -> Actor | None:
        user = await access.user(key)
        try:
            return None if user is None or not user.active else access.actor(user, None)
        except Forbidden:
            return None  # who may only come from certain addresses

    async def address_of(key: str) -> str | None:
        user = await access.user(key)
        if user is None or not user.active or user.record.get("email_notifications") is False:
            return None
        return user.email or None

    comments = Comments(engine, tables, actor_of)
    hooks = engine.writes.hooks
    hooks.on_filter(COMMENTS, "create", comments.created)
    hooks.on_filter(COMMENTS, "update", comments.updated)
    hooks.on_after(comments.tell)
    hooks.on_after(Notices(outbox, address_of, meta, public_url).send)
