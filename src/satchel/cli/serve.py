"""`satchel serve`: the server.

In charge of: flags, the data folder's lock, the socket, and choosing between one process and several. Not in charge of:
serving (`worker`), keeping workers alive (`supervisor`).
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from satchel.cli import BORN
from satchel.cli.folder_lock import lock_folder
from satchel.cli.listening import listen, url_of
from satchel.cli.options import ConfigOption, DatabaseArgument, DataOption, SetOption, StoreOption, read_settings
from satchel.config import Settings
from satchel.observe import make_observer

if TYPE_CHECKING:
    from satchel.cli.supervisor import WorkerTask

EXAMPLE = "Example: satchel serve postgresql://user:password@localhost/shop --port 8090 --workers 2"


def serve(
    database: DatabaseArgument = None,
    store: StoreOption = None,
    data: DataOption = None,
    pocketbase: Annotated[
        str | None,
        typer.Option("--pocketbase", metavar="PB_DATA", help="Serve a data folder of PocketBase where it is."),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="H", help="The address to listen on (default: 127.0.0.1).")
    ] = None,
    port: Annotated[
        str | None, typer.Option("--port", metavar="P", help="The port to listen on (default: 8090).")
    ] = None,
    workers: Annotated[
        str | None, typer.Option("--workers", metavar="N", help="How many processes answer requests (default: 1).")
    ] = None,
    public_dir: Annotated[
        str | None,
        typer.Option(
            "--public-dir", metavar="DIR", help="A folder of files for everybody (default: ./satchel_public)."
        ),
    ] = None,
    index_fallback: Annotated[
        bool | None,
        typer.Option(
            "--index-fallback/--no-index-fallback",
            help="Whether paths that don't exist get the public folder's index.html (default: they do).",
            show_default=False,
        ),
    ] = None,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start again when Python files in this folder change.")
    ] = False,
    sets: SetOption = None,
    config: ConfigOption = None,
) -> None:
    """Start the server. Without a database: an embedded one, in the data folder.

    Stop it with Ctrl-C or SIGTERM: requests in progress are finished first. A second Ctrl-C ends it at once.
    """
    settings = read_settings(
        config,
        sets,
        database_url=database,
        store_url=store,
        data_dir=data,
        pocketbase_dir=pocketbase,
        host=host,
        port=port,
        workers=workers,
        public_dir=public_dir,
        index_fallback=index_fallback,
    )
    # Workers may run in other folders after a reload; the paths must not depend on that.
    settings = replace(settings, data_dir=str(settings.data_path), public_dir=str(settings.public_path))
    lock = lock_folder(settings.data_path)
    listener = listen(settings.host, settings.port)
    url = url_of(listener)
    lock.note(f"process {os.getpid()}, {url}")
    try:
        code = _serve(settings, listener, lock.descriptor, url, reload=reload)
    finally:
        listener.close()
        lock.release()
    # the finer codes are for the supervisor
    sys.exit(1 if code else 0)


def _serve(settings: Settings, listener: socket.socket, lock: int, url: str, *, reload: bool) -> int:
    if settings.workers == 1 and not reload:
        return _run(settings, listener, url, announce=True, signals=(signal.SIGINT, signal.SIGTERM))
    from satchel.cli.supervisor import Supervisor, watch_code

    observer = make_observer(log_format=settings.log_format, level=settings.log_level, access=False)
    supervisor = Supervisor(settings, listener, lock, work, observer, url=url)
    if reload:
        folders = (Path.cwd(), Path(__file__).parents[1], settings.hooks_path)
        watch_code([folder for folder in folders if folder.is_dir()], supervisor.reload)
    return supervisor.run()


def work(task: WorkerTask) -> None:
    """What a child process runs."""
    from satchel.cli.worker import CHILD_SIGNALS, end, follow_parent, ignore_interrupts

    ignore_interrupts()
    task.lock.detach()
    follow_parent(task.alive.detach())
    task.listener.setblocking(False)
    end(_run(task.settings, task.listener, task.url, announce=task.announce, signals=CHILD_SIGNALS))


def _run(
    settings: Settings, listener: socket.socket, url: str, *, announce: bool, signals: Sequence[signal.Signals]
) -> int:
    from satchel.cli.application import make_application
    from satchel.cli.banner import show_banner
    from satchel.cli.worker import run_worker

    application = make_application(settings)

    async def ready() -> None:
        if announce:
            await show_banner(settings, application, url, perf_counter() - BORN)

    return run_worker(settings, application, listener, ready, signals=signals)
