"""Rate limits on this wire: what a request is called in the rules.

In charge of: labels. Not in charge of: counting (`http/ratelimit`). Called by `routes` before every handler, when there
are rules.

Actions on a collection are `{name}:{action}` and `*:{action}`, and are counted per collection and action; they and all
other requests are `METHOD /path` and `/path`. Only one rule counts a request.
"""

from __future__ import annotations

from collections.abc import Mapping

from satchel.http.ratelimit import path_labels
from satchel.http.request import Request
from satchel.policy.actor import Actor
from satchel.wire.pocketbase.services import Services

# the last segment of /api/collections/{collection}/… → its actions, most telling first
ENDPOINTS: Mapping[str, tuple[str, ...]] = {
    "auth-methods": ("listAuthMethods",),
    "auth-refresh": ("authRefresh",),
    "auth-with-password": ("authWithPassword", "auth"),
    "auth-with-oauth2": ("authWithOAuth2", "auth"),
    "auth-with-otp": ("authWithOTP", "auth"),
    "request-otp": ("requestOTP",),
    "request-password-reset": ("requestPasswordReset",),
    "confirm-password-reset": ("confirmPasswordReset",),
    "request-verification": ("requestVerification",),
    "confirm-verification": ("confirmVerification",),
    "request-email-change": ("requestEmailChange",),
    "confirm-email-change": ("confirmEmailChange",),
}
_RECORDS: Mapping[tuple[str, int], str] = {
    ("GET", 5): "list",
    ("HEAD", 5): "list",
    ("POST", 5): "create",
    ("GET", 6): "view",
    ("HEAD", 6): "view",
    ("PATCH", 6): "update",
    ("DELETE", 6): "delete",
}


def spend(services: Services, request: Request, actor: Actor) -> None:
    """Count a request. Superusers are not counted. Raises TooManyRequests."""
    if actor.admin:
        return
    labels = path_labels(request.method, request.path)
    scope = ""
    named = request.params.get("collection") if request.params else None
    if named is not None:
        name = _collection_name(services, named)
        actions = _actions(request)
        if name is not None and actions:
            labels = (*(f"{who}:{action}" for action in actions for who in (name, "*")), *labels)
            # every way of signing in to a collection spends of one budget
            scope = f"{name}:{actions[-1]}"
    services.limiter.check(labels, scope=scope, client=request.client_ip, guest=actor.kind == "public")


def _collection_name(services: Services, named: str) -> str | None:
    """The name of a collection that a path names by name, in any case, or by id."""
    collection = services.engine.catalog.find(named)
    return None if collection is None else collection.name.lower()


def _actions(request: Request) -> tuple[str, ...]:
    segments = request.path.split("/")
    match segments[2:3]:
        case ["files"]:
            return ("file",)
        case ["collections"] if segments[4:5] == ["records"]:
            action = _RECORDS.get((request.method, len(segments)))
            return (action,) if action else ()
        case ["collections"] if len(segments) == 5:
            return ENDPOINTS.get(segments[4], ())
        case _:
            return ()
