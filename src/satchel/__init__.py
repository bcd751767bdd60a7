"""Satchel: a complete back end in one program, speaking the PocketBase and Directus protocols over any SQL database.

What is named in `__all__` may be imported by others; nothing else is public.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from satchel.version import VERSION

if TYPE_CHECKING:
    from satchel.app import Satchel
    from satchel.errors import MailFailed
    from satchel.extensions.answers import (
        ApiError,
        BadRequestError,
        ForbiddenError,
        InternalServerError,
        NotFoundError,
        TooManyRequestsError,
        UnauthorizedError,
        ValidationError,
    )
    from satchel.extensions.app import App, app
    from satchel.extensions.calling import wait
    from satchel.extensions.hook_events import (
        HookEvent,
        MailHookEvent,
        RecordEnrichEvent,
        RecordEvent,
        RecordRequestEvent,
        RequestHookEvent,
        SignInHookEvent,
    )
    from satchel.extensions.record import Record
    from satchel.extensions.routes import auth_of, require_auth, require_guest, require_superuser
    from satchel.http.request import Request
    from satchel.http.response import Response, json_response

__version__ = VERSION
__all__ = [
    "ApiError",
    "App",
    "BadRequestError",
    "ForbiddenError",
    "HookEvent",
    "InternalServerError",
    "MailFailed",
    "MailHookEvent",
    "NotFoundError",
    "Record",
    "RecordEnrichEvent",
    "RecordEvent",
    "RecordRequestEvent",
    "Request",
    "RequestHookEvent",
    "Response",
    "Satchel",
    "SignInHookEvent",
    "TooManyRequestsError",
    "UnauthorizedError",
    "ValidationError",
    "__version__",
    "app",
    "auth_of",
    "json_response",
    "require_auth",
    "require_guest",
    "require_superuser",
    "wait",
]

_MODULES = {
    "errors": ("MailFailed",),
    "extensions.answers": (
        "ApiError",
        "BadRequestError",
        "ForbiddenError",
        "InternalServerError",
        "NotFoundError",
        "TooManyRequestsError",
        "UnauthorizedError",
        "ValidationError",
    ),
    "extensions.app": ("App", "app"),
    "extensions.calling": ("wait",),
    "extensions.hook_events": (
        "HookEvent",
        "MailHookEvent",
        "RecordEnrichEvent",
        "RecordEvent",
        "RecordRequestEvent",
        "RequestHookEvent",
        "SignInHookEvent",
    ),
    "extensions.record": ("Record",),
    "extensions.routes": ("auth_of", "require_auth", "require_guest", "require_superuser"),
    "http.request": ("Request",),
    "http.response": ("Response", "json_response"),
    "app": ("Satchel",),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what somebody asks for, when they do: the command line's quick commands need none of it."""
    module = _PLACES.get(name)
    if module is None:
        raise AttributeError(f"module 'satchel' has no attribute {name!r}")
    return getattr(importlib.import_module(f"satchel.{module}"), name)
