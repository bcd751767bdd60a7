"""Names of backups.

In charge of: which names may be asked for, and those that are made up. Pure. Called by `backups`.
"""

from __future__ import annotations

import re
from datetime import datetime

NAME_LENGTH_MAX = 150
AUTO_PREFIX = "@auto_pb_backup_"
MANUAL_PREFIX = "pb_backup_"
ENDING = ".zip"

_ASKED = re.compile(r"[a-z0-9_-]+\.zip")
_KEPT = re.compile(r"[\w@-][\w @.()+-]*")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def may_be_asked(name: str) -> bool:
    """Whether somebody may make a backup of this name."""
    return _ASKED.fullmatch(name) is not None


def is_key(name: str) -> bool:
    """Whether a backup can have this name at all: one plain file name that hides nothing and leads nowhere."""
    return len(name) <= NAME_LENGTH_MAX and _KEPT.fullmatch(name) is not None


def made_up(application: str, moment: datetime, *, prefix: str) -> str:
    """`pb_backup_my_application_20261128013018.zip`."""
    words = _NO_WORD.sub("_", application.lower()).strip("_")[:60] or "app"
    return f"{prefix}{words}_{moment:%Y%m%d%H%M%S}{ENDING}"


def of_upload(file_name: str) -> str:
    """The name under which an uploaded file is kept: the last part of its path."""
    return file_name.replace("\\", "/").rpartition("/")[2].strip()
