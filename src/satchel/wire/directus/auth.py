"""Signing in: `/auth/login`, `/auth/refresh`, `/auth/logout` in the modes json, cookie and session.

In charge of: bodies, cookies and answers. Not in charge of: passwords, tokens and sessions (`auth/accounts`). Mounted
by `routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.auth.user_sessions import SESSION_COOKIE, Mode, SignIn
from satchel.config import Settings
from satchel.http.cookies import cookie_header
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import address, given_object, optional_text, refuse, required_text
from satchel.wire.directus.gate import REFRESH_COOKIE, cleared
from satchel.wire.directus.services import Services

MODES: tuple[Mode, ...] = ("cookie", "json", "session")
NO_TOKEN = "The refresh token is required in either the payload or cookie"


class Auth:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self.accounts = services.accounts
        self.settings = services.settings

    def mount(self, router: Router) -> None:
        router.add("POST", "/auth/login", self.login)
        router.add("POST", "/auth/refresh", self.refresh)
        router.add("POST", "/auth/logout", self.logout)

    async def login(self, request: Request) -> Response:
        body = given_object(request)
        email = address(body, "email")
        password = required_text(body, "password")
        mode = given_mode(body) or "json"
        signed_in = await self.accounts.login(
            email,
            password,
            otp=optional_text(body, "otp"),
            mode=mode,
            ip=request.client_ip or None,
            user_agent=request.header("user-agent"),
        )
        return session_answer(request, signed_in)

    async def refresh(self, request: Request) -> Response:
        mode, token = self._token(request)
        signed_in = await self.accounts.refresh(
            token, mode=mode, ip=request.client_ip or None, user_agent=request.header("user-agent")
        )
        return session_answer(request, signed_in)

    async def logout(self, request: Request) -> Response:
        mode, token = self._token(request)
        await self.accounts.logout(token, mode=mode)
        response = shape.empty()
        take_cookies_back(request, response, self.settings)
        return response

    def _token(self, request: Request) -> tuple[Mode, str]:
        """The mode and the token to refresh or end. Raises InvalidPayload when there is none."""
        body = given_object(request)
        mode = given_mode(body)
        given = body.get("refresh_token")
        if mode is None:
            mode = "json" if given else "cookie"
        if mode == "json":
            token = given
        else:
            token = request.cookies.get(SESSION_COOKIE if mode == "session" else REFRESH_COOKIE)
        if not token or not isinstance(token, str):
            refuse(NO_TOKEN)
        return mode, token


def session_answer(request: Request, signed_in: SignIn) -> Response:
    """What the mode gives in the body and what in a cookie."""
    data: dict[str, Any] = {"expires": signed_in.expires_milliseconds}
    if signed_in.mode == "json":
        data["refresh_token"] = signed_in.refresh_token
    if signed_in.mode != "session":
        data["access_token"] = signed_in.access_token
    response = shape.value(data)
    if signed_in.mode != "json":
        response.add_header("set-cookie", session_cookie(request, signed_in))
    return response


def session_cookie(request: Request, signed_in: SignIn) -> str:
    """The Set-Cookie of a sign-in in the modes cookie and session."""
    session = signed_in.mode == "session"
    return cookie_header(
        SESSION_COOKIE if session else REFRESH_COOKIE,
        signed_in.access_token if session else signed_in.refresh_token,
        max_age_seconds=signed_in.cookie_seconds,
        secure=request.base_url.startswith("https:"),
    )


def take_cookies_back(request: Request, response: Response, settings: Settings) -> None:
    """Empty the cookies of a session that came in."""
    if REFRESH_COOKIE in request.cookies:
        response.add_header("set-cookie", cleared(REFRESH_COOKIE, settings.refresh_token_ttl_seconds))
    if SESSION_COOKIE in request.cookies:
        response.add_header("set-cookie", cleared(SESSION_COOKIE, settings.session_cookie_ttl_seconds))


def given_mode(body: Mapping[str, Any]) -> Mode | None:
    value = body.get("mode")
    if value is None:
        return None
    if value not in MODES:
        refuse(f'"mode" must be one of [{", ".join(MODES)}]')
    return value
