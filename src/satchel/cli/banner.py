"""What a server says when it is ready.

In charge of: the banner, with the set-up link of a first start. Called by `serve`, in the first worker.
"""

from __future__ import annotations

import sys

from satchel.cli.application import Application
from satchel.config import Settings
from satchel.observe import Started, redact_url
from satchel.version import VERSION


async def show_banner(settings: Settings, application: Application, url: str, seconds: float) -> None:
    """Print addresses and, while there is no superuser, a single-use link that makes the first one.

    Goes to standard output, so that it is not lost among log lines, and the link never reaches a log.
    """
    base_url = settings.public_url.rstrip("/") or url
    database = redact_url(application.settings.database_url) or "embedded SQLite"
    rows = [*application.addresses(base_url), ("Database", database), ("Data folder", settings.data_dir)]
    width = max(len(label) for label, _ in rows)
    lines = [f"Satchel {VERSION} is ready after {seconds:.2f}s.", ""]
    lines += [f"  {label:<{width}}  {text}" for label, text in rows]
    link = await application.setup_link(base_url)
    if link is not None:
        lines += [
            "",
            "  There is no superuser yet. This link makes the first one, and works once:",
            f"  {link}",
            "  Or, in another terminal: satchel superuser create EMAIL",
        ]
    lines.append("")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    application.observer.emit(Started(version=VERSION, url=base_url, databases=(database,), seconds=seconds))
