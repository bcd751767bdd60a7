"""The settings of what is written down: logs and history. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Logs:
    log_level: Literal["debug", "info", "warning", "error"] = setting("info", "The least level that is logged.")
    log_format: Literal["text", "json"] = setting(
        "text", "`text` for people, `json` for machines: one object per line, on standard error."
    )
    access_log: bool = setting(True, "Log one line for each request.")
    log_queue_max: int = setting(
        20_000,
        "How many log entries may wait to be written into the table of logs, per worker; more are dropped and counted.",
        minimum=100,
        maximum=1_000_000,
    )
    log_rows_max: int = setting(
        1_000_000,
        "How many entries the table of logs keeps at most; the oldest beyond are deleted by the clean-up.",
        minimum=1000,
        maximum=1_000_000_000,
    )
    slow_statement_milliseconds: int = setting(
        500,
        "Statements that take longer are logged. 0: none are.",
        minimum=0,
        maximum=86_400_000,
    )
    server_timing: bool = setting(True, "Say in a `Server-Timing` header where the time of a request went.")


@dataclass(frozen=True, kw_only=True)
class History:
    activity_retention_days: int = setting(
        90,
        "How many days the activity of collections is kept, and with it its revisions.",
        minimum=0,
        maximum=36500,
        unlimited=-1,
    )
    revisions_retention_days: int = setting(
        90,
        "How many days revisions of items are kept.",
        minimum=0,
        maximum=36500,
        unlimited=-1,
    )
