"""Kept answers on this wire: whose and which they are, and what is said of them.

In charge of: which requests may be answered by what was answered before, the key, the headers. Not in charge of:
keeping (`http/answer_cache`), or noticing commits (`engine/commits`). Called by the gate, around the handler.

An answer is kept for exactly one caller under exactly the rights of that moment. It is good until something is
committed, by whichever worker, and for `cache_ttl_seconds` at most; with `cache_auto_purge` off only that time counts,
and browsers are told so. What depends on the moment or on headers is never kept.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace

from satchel.auth.accounts import Accounts
from satchel.config import Settings
from satchel.http import json
from satchel.http.answer_cache import AnswerCache, Kept
from satchel.http.request import Request
from satchel.http.response import BareResponse, Response
from satchel.policy.actor import Actor
from satchel.policy.grant import Grants
from satchel.wire.directus.shape import HEADERS

KEPT_PATHS = re.compile(
    r"/(items/.+|(files(?!/tus)|folders|translations|dashboards|panels|flows(?!/trigger)|operations|presets"
    r"|notifications|settings|roles|policies|permissions|access|versions|comments|collections|fields|relations)(/.*)?"
    r"|graphql)"
)
"""Not those of users, sessions and activity: parts of them change without an entry in the change log."""
METHODS = frozenset({"GET", "HEAD", "SEARCH"})
OF_THE_MOMENT = re.compile(
    r"\$NOW|'@(?!request'|collection)|'@request', '(headers|method|body|context)|RANDOM", re.IGNORECASE
)
"""In a rule as Python writes it: what makes its answer another one without any commit."""
NO_STORE = ("no-store", "no-cache")
GRANTS_KNOWN = 2048

Mark = Callable[[], Awaitable[Hashable]]


class Caching:
    """One per wire. `mark`: see `engine/commits`. `stamp`: changes when somebody clears the cache, in any worker."""

    def __init__(self, settings: Settings, accounts: Accounts, mark: Mark, stamp: Mark) -> None:
        self.cache = AnswerCache(
            seconds=settings.cache_ttl_seconds,
            bytes_max=settings.cache_bytes_max,
            value_bytes_max=settings.cache_value_bytes_max,
            clock=time.monotonic,
        )
        self._purging = settings.cache_auto_purge
        self._status_header = settings.cache_status_header
        self._skip_allowed = settings.cache_skip_allowed
        self._accounts = accounts
        self._mark = mark
        self._stamp = stamp
        self._fleeting: dict[Hashable, bool] = {}

    async def around(
        self, request: Request, actor: Actor, body: object, answer: Callable[[], Awaitable[Response]]
    ) -> Response:
        """The kept answer, or a new one, which may be kept."""
        key = await self._key(request, actor, body)
        if key is None:
            return await answer()
        mark = await self._present()
        kept = self.cache.get(key, mark)
        if kept is not None:
            return self._told(kept.response(), "HIT", kept)
        response = await answer()
        # what was committed while the answer was made may or may not be in it
        if _may_be_kept(response) and mark == await self._present():
            self.cache.put(key, mark, response)
        return self._told(response, "MISS", self.cache.get(key, mark))

    async def _present(self) -> Hashable:
        stamp = await self._stamp()
        return (stamp, await self._mark()) if self._purging else stamp

    async def _key(self, request: Request, actor: Actor, body: object) -> Hashable | None:
        """Whose question this is; None for one that has to be answered anew."""
        query = request.query_string
        if request.method not in METHODS or KEPT_PATHS.fullmatch(request.path) is None or b"export" in query:
            return None
        if self._skip_allowed and (request.header("cache-control") or "").lower() in NO_STORE:
            return None
        asked = b"" if request.method != "SEARCH" else json.encode(body)
        said = query.decode("latin-1") + asked.decode()
        if "NOW" in said or '"export"' in said or OF_THE_MOMENT.search(said):
            return None
        grants = await self._accounts.grants(actor)
        if self._is_fleeting(grants):
            return None
        method = "GET" if request.method == "HEAD" else request.method
        who = (replace(actor, ip=None), grants.token, json.encode(_known(actor)))
        return (method, request.raw_path, _without_token(query), asked, who)

    def _is_fleeting(self, grants: Grants) -> bool:
        """Whether some rule of these rights asks for the time, or for headers."""
        found = self._fleeting.get(grants.token)
        if found is None:
            if len(self._fleeting) >= GRANTS_KNOWN:
                self._fleeting.clear()
            texts = (repr(grant.where) for held in grants.table.values() for grant in held)
            found = self._fleeting[grants.token] = any(OF_THE_MOMENT.search(text) for text in texts)
        return found

    def _told(self, response: Response, status: str, kept: Kept | None) -> Response:
        if not self._purging and kept is not None:
            response = _with_age(response, self.cache.seconds_left(kept))
        if self._status_header:
            response.add_header(self._status_header, status)
        return response


def _known(actor: Actor) -> dict[str, str]:
    """What rules may know of the caller, as text."""
    return {name: str(value) for name, value in sorted(actor.record.items())}


def _without_token(query: bytes) -> bytes:
    if b"access_token" not in query:
        return query
    return b"&".join(part for part in query.split(b"&") if not part.startswith(b"access_token="))


def _may_be_kept(response: Response) -> bool:
    return (
        response.status == 200
        and isinstance(response.body, bytes)
        and type(response) is Response
        and response.header("set-cookie") is None
    )


def _with_age(response: Response, seconds: int) -> Response:
    """The same with another Cache-Control than the wire's own. It is for one caller only, so nobody between may keep
    it."""
    made = BareResponse(response.status, response.body)
    made.headers = [*response.headers, *(entry for entry in HEADERS if entry[0] != b"cache-control")]
    made.add_header("cache-control", f"private, max-age={seconds}")
    return made
