"""Satchel: the composition root. Builds every room once, in order; the only file that knows them all.

In charge of: opening databases, preparing the store, making engine, accounts and wires, and taking them down again. Not
in charge of: what any of them does. Called by the command line, and by whoever mounts the program in an ASGI
application of their own:

    from satchel import Satchel

    app = FastAPI()
    app.mount("/data", Satchel("postgresql://user@host/shop"))
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Sequence
from typing import Any

from satchel.auth.accounts import Accounts
from satchel.auth.mail_events import MailEvents
from satchel.auth.people import People, utc_now
from satchel.auth.sign_on.sign_on import SignOn
from satchel.backups.backups import Backups
from satchel.backups.bucket import shelf_of
from satchel.backups.reopening import Reopening
from satchel.backups.shelf import FolderShelf
from satchel.config import Settings, load_settings, override
from satchel.db import Database
from satchel.engine.commits import Clearing, Commits
from satchel.engine.console import Console
from satchel.engine.engine import Engine
from satchel.engine.events import Events, nothing
from satchel.engine.metadata import Metadata
from satchel.engine.schema import Schema
from satchel.engine.starter import start as start_with_users
from satchel.engine.store import Store
from satchel.engine.write import WriteLimits
from satchel.errors import NotFound, SatchelError
from satchel.extensions.app import app as hook_app
from satchel.extensions.program import Extensions
from satchel.files.doubts import ProcessFolder
from satchel.files.files import Files
from satchel.history.history import History
from satchel.http.pressure import Pressure
from satchel.http.proxies import TrustedProxies
from satchel.http.ratelimit import LocalCounts, RateLimiter
from satchel.http.request import Receive, RequestLimits, Scope, Send
from satchel.http.server import HttpApp
from satchel.http.shared_counts import SharedCounts
from satchel.imports.directus_in_place import DirectusInPlace, tables_of_directus
from satchel.imports.imports import Imports
from satchel.imports.pocketbase import refuse_unfinished
from satchel.imports.pocketbase_in_place import HIDDEN, PocketBaseInPlace
from satchel.jobs.runner import Jobs
from satchel.joints import (
    above_public_files,
    beyond_backups,
    count_together,
    exceptions_of,
    file_fetcher,
    file_limits,
    follow_accounts,
    follow_comments,
    follow_passkeys,
    follow_settings,
    make_history,
    make_outbox,
    make_realtime,
    make_watch,
    optimize,
    picture_keeper,
)
from satchel.logs.archive import LogArchive
from satchel.logs.beside import open_beside
from satchel.logs.recorder import Recorder
from satchel.logs.tail import Tail
from satchel.model.system.collections import store_tables
from satchel.model.system.sign_in import SUPERUSERS
from satchel.observe import Observer, make_observer
from satchel.opening import databases_of, limits_of, options_of
from satchel.outbound.client import Outbound, OutboundLimits
from satchel.realtime.realtime import Realtime
from satchel.secret import TextCipher, ensure_secret
from satchel.settings.store import SettingsStore
from satchel.setup.connection import Connection, with_kept_database
from satchel.setup.first_start import FirstStart
from satchel.setup.samples import Samples
from satchel.snapshots.snapshots import Snapshots
from satchel.sql.dialects import DIALECTS
from satchel.storage.choice import StorageChoice
from satchel.storage.cloud import cloud_storage
from satchel.storage.local import LocalStorage
from satchel.storage.s3 import s3_options
from satchel.studio.routes import studio_mounts
from satchel.wire.directus.routes import directus_mount
from satchel.wire.directus.websocket.watch import Watch
from satchel.wire.pocketbase.routes import pocketbase_mount

LOGS_FILE = "auxiliary.db"
BACKUPS_FOLDER = "backups"
COUNTS_FILE = "rate_limits"


class Satchel:
    """The program as an ASGI application. Making one does no I/O: databases are opened in the lifespan, or at the first
    request.

    `database_url`: the database to serve; None takes the settings' (by default an SQLite file in the data folder).
    `settings`: all settings; unless given, those of the environment and `satchel.toml`. `overrides`: single settings by
    name. Raises ConfigError.
    """

    def __init__(self, database_url: str | None = None, *, settings: Settings | None = None, **overrides: Any) -> None:
        given = settings if settings is not None else load_settings()
        self._given = self.settings = override(given, {"database_url": database_url, **overrides})
        self.observer: Observer = make_observer(
            log_format=self.settings.log_format, level=self.settings.log_level, access=self.settings.access_log
        )
        self._extensions: Extensions | None = None
        self._engine: Engine | None = None
        self._accounts: Accounts | None = None
        self._schema: Schema | None = None
        self._in_place: PocketBaseInPlace | None = None
        self._directus: DirectusInPlace | None = None
        self._settings_store: SettingsStore | None = None
        self._console: Console | None = None
        self._jobs: Jobs | None = None
        self._backups: Backups | None = None
        self._logs_database: Database | None = None
        self._log_archive: LogArchive | None = None
        self._recorder: Recorder | None = None
        self.limiter = RateLimiter(LocalCounts(self.settings.rate_limit_clients_max))
        self._counts: SharedCounts | None = None
        self._proxies = TrustedProxies(self.settings.trusted_proxies)
        self._realtime: Realtime | None = None
        self._watch: Watch | None = None
        self._log_tail: Tail | None = None
        self._commits: Commits | None = None
        self._clearing: Clearing | None = None
        self.pressure = Pressure(self.settings.pressure_limit_milliseconds / 1000)
        self._files: Files | None = None
        self._uploads = ProcessFolder(self.settings.data_path)
        self._people: People | None = None
        self._sign_on: SignOn | None = None
        self._history: History | None = None
        self._first_start: FirstStart | None = None
        self._outbound: Outbound | None = None
        self._databases: dict[str, Database] = {}
        self.http = HttpApp(
            [],
            on_startup=self._open,
            on_shutdown=self._close,
            on_draining=self._drain,
            observer=self.observer,
            limits=RequestLimits(
                body_limit_bytes=self.settings.body_limit_bytes,
                timeout_seconds=self.settings.request_timeout_seconds,
                proxies=self._proxies,
                public_url=self.settings.public_url,
                upload_folder=self._uploads.path,
            ),
            max_concurrent_requests=self.settings.max_concurrent_requests,
            shutdown_grace_seconds=self.settings.shutdown_grace_seconds,
            timing_header=self.settings.server_timing,
        )
        self._reopening = Reopening(self.settings.data_path, self.shutdown, self.startup, self.observer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.http(scope, receive, send)

    def begins_at_once(self, scope: Scope) -> bool:
        """Asked by our own server: whether a request may begin without a task."""
        return self.http.begins_at_once(scope)

    async def startup(self) -> None:
        """Open everything. Raises Unavailable when a database can't be reached (worth another try), else another
        SatchelError.
        """
        await self.http.startup()

    async def shutdown(self) -> None:
        """Finish the requests in progress and close everything."""
        await self.http.shutdown()

    # --- what commands and wires use

    @property
    def engine(self) -> Engine:
        assert self._engine is not None, "the program is not started"
        return self._engine

    @property
    def accounts(self) -> Accounts:
        assert self._accounts is not None, "the program is not started"
        return self._accounts

    @property
    def people(self) -> People:
        assert self._people is not None, "the program is not started"
        return self._people

    @property
    def sign_on(self) -> SignOn:
        assert self._sign_on is not None, "the program is not started"
        return self._sign_on

    @property
    def schema(self) -> Schema:
        assert self._schema is not None, "the program is not started"
        return self._schema

    @property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.schema)

    @property
    def settings_store(self) -> SettingsStore:
        assert self._settings_store is not None, "the program is not started"
        return self._settings_store

    @property
    def console(self) -> Console:
        assert self._console is not None, "the program is not started"
        return self._console

    @property
    def backups(self) -> Backups:
        assert self._backups is not None, "the program is not started"
        return self._backups

    @property
    def jobs(self) -> Jobs:
        """Jobs that run by the clock; extensions add theirs."""
        assert self._jobs is not None, "the program is not started"
        return self._jobs

    @property
    def log_archive(self) -> LogArchive:
        assert self._log_archive is not None, "the program is not started"
        return self._log_archive

    @property
    def commits(self) -> Commits:
        assert self._commits is not None, "the program is not started"
        return self._commits

    @property
    def clearing(self) -> Clearing:
        assert self._clearing is not None, "the program is not started"
        return self._clearing

    @property
    def log_tail(self) -> Tail:
        assert self._log_tail is not None, "the program is not started"
        return self._log_tail

    @property
    def watch(self) -> Watch:
        assert self._watch is not None, "the program is not started"
        return self._watch

    @property
    def realtime(self) -> Realtime:
        """Connected clients; hooks send messages of their own by it."""
        assert self._realtime is not None, "the program is not started"
        return self._realtime

    @property
    def history(self) -> History:
        assert self._history is not None, "the program is not started"
        return self._history

    @property
    def files(self) -> Files:
        assert self._files is not None, "the program is not started"
        return self._files

    def addresses(self, base_url: str) -> Sequence[tuple[str, str]]:
        """What the banner lists."""
        wires = (("PocketBase API", f"{base_url}/api/"), ("Directus API", f"{base_url}/items/"))
        return (("Studio", f"{base_url}/studio/"), *wires) if self.settings.studio_enabled else wires

    async def setup_link(self, base_url: str) -> str | None:
        """A new single-use link that makes the first superuser; None when there is one, or no page to lead to."""
        if not self.settings.studio_enabled:
            return None
        token = await self.accounts.setup_token()
        return None if token is None else f"{base_url}/studio/setup#t={token}"

    @property
    def first_start(self) -> FirstStart:
        assert self._first_start is not None, "the program is not started"
        return self._first_start

    async def superuser_otp(self, email: str) -> tuple[str, str, int]:
        """A one-time password for a superuser: its id, the password, and for how many seconds it is good. Raises
        NotFound, and Forbidden where superusers don't sign in that way.
        """
        collection = self.engine.catalog.collections[SUPERUSERS]
        record = await self.accounts.records.find_by_email(collection, email)
        if record is None:
            raise NotFound(f"There is no superuser {email}.")
        otp_id, code = await self.people.one_time_passwords.make(record)
        return otp_id, code, int(collection.options["otp"]["duration"])

    @property
    def imports(self) -> Imports:
        """Taking over what other programs have."""
        folder = self.settings.storage_path
        return Imports(self._databases, self.schema, self.settings_store, self.files.put, folder, self._directus)

    # --- opening and closing

    async def _open(self) -> None:
        events = Events()
        extensions = self._extensions = Extensions(self, events, hook_app)
        extensions.load()
        try:
            await events.run("bootstrap", self, lambda: self._build(events))
            extensions.mount(self.http)
            extensions.schedule(self.jobs)
            await events.run("serve", self, nothing)
        except BaseException:
            await self._close()
            raise

    async def _build(self, events: Events) -> None:
        await self._reopening.enter()
        settings = self.settings = with_kept_database(ensure_secret(self._given))
        self._counts = count_together(settings, self.limiter)
        main, store = databases_of(settings, self.observer)
        for database in dict.fromkeys((main, store)):
            await database.open()
            self._databases[database.name] = database
        hidden = HIDDEN if settings.pocketbase_path is not None else await tables_of_directus(main)
        metadata = Metadata(self._databases, store.name, self.observer, hidden)
        await metadata.open()
        await refuse_unfinished(metadata.store)
        limits = limits_of(settings)
        write_limits = WriteLimits(
            settings.max_batch_mutation,
            settings.max_relational_depth,
            settings.cascade_rows_max,
            settings.visible_references,
        )
        engine = Engine(
            self._databases, metadata, limits=limits, write_limits=write_limits, observer=self.observer, events=events
        )
        tables = Store(store, DIALECTS[store.dialect], store_tables(store.name), lambda: engine.catalog)
        settings_store = SettingsStore(tables, settings.settings_encryption_key, self.observer, events)
        await settings_store.open()
        accounts = Accounts(tables, settings, lambda: engine.catalog, engine.writes)
        await accounts.start()
        engine.grants_of = accounts.grants
        engine.writes.hash_text = accounts.hash_password
        engine.writes.verify_text = accounts.verify_password
        engine.writes.seal_text = TextCipher(settings.secret).seal
        follow_accounts(engine, tables, accounts)
        self._history = make_history(settings, engine, tables, accounts, self.observer)
        settings_store.follow(lambda now: follow_settings(now, self.limiter, self._proxies, accounts))
        self._schema = Schema(metadata, engine)
        self._schema.on_renamed(settings_store.check_rename, settings_store.rename_collection)
        self._schema.on_saved(lambda before, after: settings_store.refresh())
        self._console = Console(metadata)
        self._engine, self._accounts, self._settings_store = engine, accounts, settings_store
        self._commits, self._clearing = Commits(engine), Clearing(tables)
        self.pressure.start()
        await self._open_logs(store, settings_store)
        if main is store and main.dialect == "sqlite":
            await start_with_users(self._schema, tables, engine.catalog)
        self._realtime = make_realtime(settings, engine, accounts, self.observer)
        self._realtime.start()
        self._watch = make_watch(settings, self._realtime, self.observer)
        self._outbound = Outbound(
            OutboundLimits(seconds=settings.outbound_timeout_seconds), exceptions_of(settings.outbound_allowed_hosts)
        )
        self._files = self._make_files(engine, settings_store, self._outbound)
        await self._files.start(self._schema)
        connection = Connection(self._given, settings, engine, self._reopening.restart_with)
        samples = Samples(engine, self._schema, tables, self._files)
        self._first_start = FirstStart(engine, accounts, settings_store, samples, connection)
        await self._open_in_place(main, tables, hidden)
        self._sign_on = SignOn(
            accounts, engine, tables, self._outbound, settings, self.observer, utc_now, time.monotonic
        )
        self._people = self._make_people(engine, tables, accounts, settings_store, events)
        self._jobs = Jobs(tables, observer=self.observer, timeout_seconds=settings.job_timeout_seconds)
        self._backups = self._make_backups(settings_store, events)
        self._add_jobs(self._jobs)
        directus = above_public_files(directus_mount(self), settings, self.limiter)
        self.http.set_mounts([pocketbase_mount(self), directus, *studio_mounts(self, directus, tables, self.backups)])
        await settings_store.announce()
        engine.start_polling(settings.schema_poll_seconds)
        settings_store.watch()
        self._jobs.start()
        self.history.schedules.start()
        self._reopening.watch()

    async def _open_in_place(self, main: Database, tables: Store, hidden: frozenset[str]) -> None:
        """Bring in what another program's own tables (`hidden`) say of the database."""
        folder, key = self.settings.pocketbase_path, self.settings.settings_encryption_key
        if folder is not None:
            self._in_place = PocketBaseInPlace(folder, main, self.schema, self.settings_store, key, self._note)
            await self._in_place.open()
        elif hidden:
            self._directus = DirectusInPlace(main, self.schema, tables, self._note)
            await self._directus.open()

    async def _open_logs(self, store: Database, settings_store: SettingsStore) -> None:
        """Beside an embedded store logs have a file of their own. They are worth less than an answer: a power cut may
        take the last of them.
        """
        settings = self.settings
        database = store
        if store.dialect == "sqlite":
            options = dataclasses.replace(
                options_of(settings, self.observer, create=True), durability="normal", cache_mebibytes=2
            )
            database = self._logs_database = await open_beside(settings.data_path / LOGS_FILE, options, self.observer)
        self._log_archive = LogArchive(database, settings.log_rows_max)
        await self._log_archive.open()
        self._log_tail = Tail(self._log_archive)
        self._recorder = Recorder(self._log_archive.add, settings.log_queue_max)
        recorder = self._recorder
        settings_store.follow(lambda now: recorder.use(now.logs))
        self._recorder.start()
        self.observer.add_sink(self._recorder)
        self.http.on_answered = self._recorder.request

    def _make_people(
        self, engine: Engine, tables: Store, accounts: Accounts, settings_store: SettingsStore, events: Events
    ) -> People:
        settings = self.settings
        assert self._outbound is not None
        assert self._realtime is not None
        assert self._files is not None
        people = People(
            accounts,
            engine,
            tables,
            make_outbox(settings_store, settings, self.observer, MailEvents(events)),
            self._outbound,
            settings,
            meta=lambda: settings_store.current.meta,
            send_once=self._realtime.send_once,
            keep_file=picture_keeper(self._outbound, self._files, self._uploads.path),
            observer=self.observer,
            limiter=self.limiter,
        )
        follow_passkeys(accounts, people.passkeys)
        follow_comments(
            engine, tables, accounts, people.outbox, lambda: settings_store.current.meta, settings.public_url
        )
        return people

    def _make_files(self, engine: Engine, settings_store: SettingsStore, outbound: Outbound) -> Files:
        settings = self.settings
        durable = settings.durability == "full"
        local = LocalStorage(settings.storage_path, durable=durable, temporary=self._uploads.path)

        def report(error: Exception) -> None:
            self.observer.note("Something about files failed.", "error", error=error)

        return Files(
            engine,
            StorageChoice(
                local,
                lambda: s3_options(settings_store.current.s3),
                cloud_storage(settings.storage_url) if settings.storage_url else None,
            ),
            self._uploads,
            limits=file_limits(settings),
            fetch=file_fetcher(outbound),
            report=report,
        )

    def _add_jobs(self, jobs: Jobs) -> None:
        """Satchel's own, by the names that PocketBase's clients know."""
        jobs.add_system("__pbDBOptimize__", "0 0 * * *", self._optimize)
        if self._directus is not None:
            jobs.add_system("__directus__", "* * * * *", self._directus.look)
        jobs.add_system("__pbMFACleanup__", "0 * * * *", self._sweep_second_factors)
        jobs.add_system("__pbOTPCleanup__", "0 * * * *", self._sweep_one_time_passwords)
        jobs.add_system("__pbLogsCleanup__", "0 */6 * * *", self._clean_logs)
        jobs.add_system("__pbAutoBackup__", lambda: self.settings_store.current.backups.cron, self._back_up)

    async def _optimize(self) -> None:
        await optimize(database for database in (*self._databases.values(), self._logs_database) if database)

    async def _sweep_second_factors(self) -> None:
        await self.people.sweep_second_factors()

    async def _sweep_one_time_passwords(self) -> None:
        await self.people.sweep_one_time_passwords()

    async def _back_up(self) -> None:
        await self.backups.create_automatic(self.settings_store.current.backups.cron_max_keep)

    async def _clean_logs(self) -> None:
        """Logs and history that are past their days. PocketBase's clients know no job for the latter alone."""
        await self.log_archive.clean_up(self.settings_store.current.logs.max_days)
        await self.history.sweep()

    # --- backups

    def _make_backups(self, settings_store: SettingsStore, events: Events) -> Backups:
        settings = self.settings
        folder = settings.data_path
        missing, impossible = beyond_backups(settings)
        here = FolderShelf(folder / BACKUPS_FOLDER)
        return Backups(
            folder,
            lambda: shelf_of(settings_store.current.backups.s3, here),
            application=lambda: settings_store.current.meta.app_name,
            restart=self._reopening.restart_from,
            missing=missing,
            events=events,
            refusal=impossible,
        )

    def _note(self, text: str) -> None:
        self.observer.note(text, "warning")

    def _drain(self) -> None:
        if self._watch is not None:
            self._watch.close()
        if self._realtime is not None:
            self._realtime.close_clients()

    async def _close(self) -> None:
        self.pressure.stop()
        if self._realtime is not None:
            await self._realtime.stop()
            self._realtime = None
        if self._files is not None:
            await self._files.close()
        if self._recorder is not None:
            self.http.on_answered = None
            self.observer.remove_sink(self._recorder)
            await self._recorder.close()
        if self._in_place is not None:
            with contextlib.suppress(SatchelError):
                await self._in_place.close()
            self._in_place = None
        self._directus = None
        if self._jobs is not None:
            await self._jobs.close()
        if self._history is not None:
            await self._history.schedules.close()
        if self._settings_store is not None:
            await self._settings_store.close()
        if self._engine is not None:
            try:
                await self._engine.events.run("terminate", self, nothing)
            except SatchelError as error:
                self.observer.note("A hook failed at the end of the program.", "error", error=error)
            await self._engine.stop()
        if self._sign_on is not None:
            self._sign_on.close()
            self._sign_on = None
        if self._people is not None:
            await self._people.close()
        if self._outbound is not None:
            await self._outbound.close()
        if self._accounts is not None:
            await self._accounts.close()
        self._engine = self._accounts = self._schema = self._settings_store = self._files = None
        self._people = self._outbound = self._log_archive = self._recorder = None
        self._console = self._jobs = self._backups = None
        if self._extensions is not None:
            self._extensions.close()
            self._extensions = None
        databases, self._databases = [*self._databases.values()], {}
        if self._logs_database is not None:
            databases.append(self._logs_database)
            self._logs_database = None
        for database in databases:
            with contextlib.suppress(SatchelError):
                await database.close()
        if self._counts is not None:
            self._counts.close()
            self._counts = None
        self._reopening.leave()


def __getattr__(name: str) -> Any:
    """Hook files write `from satchel import app` and mean the object; the import system may give them this module."""
    return getattr(hook_app, name)
