"""Limits that hold before anybody knows who asks: requests per address, requests of all, and a server under pressure.

In charge of: the counters of the `rate_limiter_*` settings. Not in charge of: counting (`http/ratelimit`), or the rules
that superusers make (`gate`). Called by the gate.
"""

from __future__ import annotations

from typing import Any

from satchel.config import Settings
from satchel.http.pressure import Pressure
from satchel.http.ratelimit import RateLimiter, Rule
from satchel.http.request import Request

EVERYTHING = "/"


class Limits:
    """One per wire. `limiter`: says where to count."""

    def __init__(self, settings: Settings, pressure: Pressure, limiter: RateLimiter) -> None:
        self._settings = settings
        self._pressure = pressure
        self._each = limiter.beside("each")
        self._all = limiter.beside("all")
        if settings.rate_limiter_enabled:
            self._each.use([_rule(settings.rate_limiter_points, settings.rate_limiter_duration_seconds)], ())
        if settings.rate_limiter_global_enabled:
            duration = settings.rate_limiter_global_duration_seconds
            self._all.use([_rule(settings.rate_limiter_global_points, duration)], ())

    def spend(self, request: Request) -> None:
        """Count a request. Raises Unavailable, TooManyRequests."""
        self._pressure.check()
        if self._all.active:
            self._all.check((EVERYTHING,), scope="", client="", guest=True)
        if self._each.active:
            self._each.check((EVERYTHING,), scope="", client=request.client_ip, guest=True)

    def info(self) -> dict[str, Any]:
        """What `/server/info` tells of them."""
        settings = self._settings
        each = {"points": settings.rate_limiter_points, "duration": settings.rate_limiter_duration_seconds}
        every = {
            "points": settings.rate_limiter_global_points,
            "duration": settings.rate_limiter_global_duration_seconds,
        }
        return {
            "rateLimit": each if settings.rate_limiter_enabled else False,
            "rateLimitGlobal": every if settings.rate_limiter_global_enabled else False,
        }


def _rule(points: int, seconds: float) -> Rule:
    return Rule(EVERYTHING, "", seconds, points)
