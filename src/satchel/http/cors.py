"""Cross-origin requests from browsers.

In charge of: preflight answers and the `Access-Control-*` headers of one wire. Not in charge of: which origins are
allowed; that is a setting. Called by `http/server`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from satchel.http.request import Request
from satchel.http.response import RawHeaders, Response


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """Who may read answers from a page of another origin.

    `origins`: exact origins; empty with `any_origin` for all of them. Credentials are only ever allowed to origins
    that are listed by name: "all, with cookies" would hand every visitor's session to every page.
    """

    origins: frozenset[str] = frozenset()
    any_origin: bool = False
    credentials: bool = False
    methods: str = "GET,HEAD,PUT,PATCH,POST,DELETE"
    exposed: str = ""
    max_age_seconds: int | None = None

    @classmethod
    def from_origins(
        cls,
        origins: Iterable[str],
        *,
        credentials: bool = False,
        methods: str = "GET,HEAD,PUT,PATCH,POST,DELETE",
        exposed: str = "",
    ) -> CorsPolicy | None:
        """The policy for a list of origins as the setting holds it; None for an empty list."""
        listed = frozenset(origin.rstrip("/") for origin in origins)
        if not listed:
            return None
        if "*" in listed:
            return cls(any_origin=True, methods=methods, exposed=exposed)
        return cls(origins=listed, credentials=credentials, methods=methods, exposed=exposed)

    def headers(self, origin: str) -> RawHeaders:
        """What an ordinary answer to a page of `origin` carries; nothing for an origin that is not allowed."""
        if self.any_origin:
            allowed = [(b"access-control-allow-origin", b"*")]
        elif origin in self.origins:
            allowed = [(b"access-control-allow-origin", origin.encode("latin-1"))]
            if self.credentials:
                allowed.append((b"access-control-allow-credentials", b"true"))
        else:
            return []
        if self.exposed:
            allowed.append((b"access-control-expose-headers", self.exposed.encode("latin-1")))
        return allowed

    def preflight(self, request: Request) -> Response | None:
        """The answer to a preflight request; None when `request` is none."""
        if request.method != "OPTIONS" or request.header("access-control-request-method") is None:
            return None
        origin = request.header("origin")
        if origin is None:
            return None
        response = Response(204)
        response.headers.append((b"vary", b"Origin"))
        response.headers.append((b"vary", b"Access-Control-Request-Method"))
        response.headers.append((b"vary", b"Access-Control-Request-Headers"))
        allowed = self.headers(origin)
        if not allowed:
            return response
        response.headers.extend(entry for entry in allowed if entry[0] != b"access-control-expose-headers")
        response.headers.append((b"access-control-allow-methods", self.methods.encode("latin-1")))
        wanted = request.header("access-control-request-headers")
        if wanted:
            response.headers.append((b"access-control-allow-headers", wanted.encode("latin-1")))
        if self.max_age_seconds is not None:
            response.headers.append((b"access-control-max-age", str(self.max_age_seconds).encode()))
        return response
