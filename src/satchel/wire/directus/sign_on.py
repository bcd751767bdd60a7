"""Signing on with identity providers: `/auth`, and all that is below `/auth/login/{provider}`.

In charge of: parameters, cookies, redirects and answers. Not in charge of: providers and people (`auth/sign_on`).
Mounted by `routes`.

A browser that comes back brings a cookie that it got on the way out. That of a SAML log-in has to travel with a form
that another site posts, so it is open to other sites where the connection is encrypted, and says nothing about sites
where it is not.
"""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from satchel.auth.redirects import with_query
from satchel.auth.sign_on.drivers import Provider
from satchel.auth.sign_on.sign_on import Origin
from satchel.auth.user_sessions import SESSION_COOKIE
from satchel.errors import InvalidPayload, NotFound, Unavailable
from satchel.http import json
from satchel.http.cookies import cookie_header
from satchel.http.forms import URL_ENCODED
from satchel.http.querystring import first_values
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.auth import given_mode, session_answer, session_cookie, take_cookies_back
from satchel.wire.directus.bodies import given_object, required_text
from satchel.wire.directus.errors import RouteNotFound, wire_errors
from satchel.wire.directus.gate import REFRESH_COOKIE, state_of
from satchel.wire.directus.services import Services

CARRIED = ("state", "code", "iss", "error")
"""What a posted callback hands on to the page that reads it."""
VALUES_MAXIMUM = 50
OTP_LENGTH_MAXIMUM = 64
UNKNOWN_REASON = "UNKNOWN_EXCEPTION"


class SignOnRoutes:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self.sign_on = services.sign_on
        self.accounts = services.accounts
        self.settings = services.settings

    def mount(self, router: Router) -> None:
        base = "/auth/login/{provider}"
        router.add("GET", "/auth", self.listed)
        router.add("GET", base, self.begin)
        router.add("POST", base, self.log_in)
        router.add("GET", f"{base}/callback", self.callback)
        router.add("POST", f"{base}/callback", self.posted_callback)
        router.add("GET", f"{base}/metadata", self.metadata)
        router.add("POST", f"{base}/acs", self.consume)
        router.add("POST", f"{base}/logout", self.log_out)

    def listed(self, request: Request) -> Response:
        """GET /auth: the ways to sign in beside e-mail and password."""
        wanted = request.query.get("sessionOnly")
        data = self.sign_on.listed(session_only=wanted is not None and wanted.lower() not in ("false", "0"))
        return shape.ok(json.encode({"data": data, "disableDefault": self.sign_on.default_disabled}))

    # --- by password

    async def log_in(self, request: Request) -> Response:
        """POST: a directory's password in the body; for all others the same as GET."""
        provider = self._provider(request)
        if provider.driver.kind == "redirecting":
            return await self.begin(request)
        body = given_object(request)
        name = "email" if provider.driver.kind == "local" or "identifier" not in body else "identifier"
        identifier = required_text(body, name if name in body or provider.driver.kind == "local" else "identifier")
        password = required_text(body, "password")
        signed_in = await self.sign_on.log_in(
            provider,
            identifier,
            password,
            self._origin(request),
            mode=given_mode(body) or "json",
            otp=_otp(body.get("otp")),
        )
        return session_answer(request, signed_in)

    # --- away and back

    async def begin(self, request: Request) -> Response:
        provider = self._provider(request, "redirecting")
        redirect = request.query.get("redirect")
        try:
            away = await self.sign_on.begin(
                provider,
                self._origin(request),
                redirect=redirect,
                prompt="prompt" in request.query,
                otp=_otp(request.query.get("otp")),
            )
        except Unavailable as error:  # the address was looked at before the provider was asked
            if not redirect:
                raise
            return _redirect(with_query(redirect, reason=_reason(error)), 302)
        response = _redirect(away.url, 302)
        response.add_header("set-cookie", self._cookie(request, provider, away.kept, away.seconds))
        return response

    async def callback(self, request: Request) -> Response:
        provider = self._provider(request, "redirecting")
        if provider.driver.callback != "callback":
            raise RouteNotFound(request.path)
        return await self._finish(request, provider, request.query)

    async def posted_callback(self, request: Request) -> Response:
        """A callback as a form (`response_mode=form_post`): the cookie only comes with the request after this one."""
        provider = self._provider(request, "redirecting")
        if provider.driver.callback != "callback":
            raise RouteNotFound(request.path)
        values = await _posted(request)
        query = urlencode({name: values[name] for name in CARRIED if name in values})
        return _redirect(f"{self.sign_on.callback_url(provider, self._base_url(request))}?{query}", 303)

    async def consume(self, request: Request) -> Response:
        """POST of a SAML response."""
        provider = self._provider(request, "redirecting")
        if provider.driver.callback != "acs":
            raise RouteNotFound(request.path)
        return await self._finish(request, provider, await _posted(request))

    async def _finish(self, request: Request, provider: Provider, returned: Any) -> Response:
        kept = request.cookies.get(_cookie_name(provider)) or ""
        back = await self.sign_on.finish(provider, self._origin(request), returned=returned, kept=kept)
        if back.error is not None and not back.redirect:
            raise back.error
        if back.signed_in is None:
            assert back.error is not None
            response = _redirect(with_query(back.redirect, reason=_reason(back.error)), 302)
        elif back.redirect:
            response = _redirect(back.redirect, 302)
            response.add_header("set-cookie", session_cookie(request, back.signed_in))
        else:
            response = session_answer(request, back.signed_in)
            response.set_header("cache-control", "no-store")
        response.add_header("set-cookie", self._cookie(request, provider, "", 0))
        return response

    # --- SAML alone

    def metadata(self, request: Request) -> Response:
        provider = self._provider(request, "redirecting")
        try:
            body = self.sign_on.metadata(provider, self._base_url(request))
        except NotFound:
            raise RouteNotFound(request.path) from None
        return Response(200, body.encode(), content_type="text/xml; charset=utf-8")

    async def log_out(self, request: Request) -> Response:
        """POST: end the session here, and go on to end the one at the provider where it has an address for that."""
        provider = self._provider(request, "redirecting")
        try:
            url = await self.sign_on.logout_url(provider, state_of(request).actor)
        except NotFound:
            raise RouteNotFound(request.path) from None
        for name, mode in ((SESSION_COOKIE, "session"), (REFRESH_COOKIE, "cookie")):
            token = request.cookies.get(name)
            if token:
                await self.accounts.logout(token, mode="session" if mode == "session" else "cookie")
        response = shape.empty() if url is None else _redirect(url, 303)
        take_cookies_back(request, response, self.settings)
        return response

    # --- all of them

    def _provider(self, request: Request, kind: Literal["redirecting"] | None = None) -> Provider:
        """The provider of the path. Raises RouteNotFound where there is none of that kind."""
        try:
            found = self.sign_on.provider(request.params["provider"])
        except NotFound:
            raise RouteNotFound(request.path) from None
        if kind is not None and found.driver.kind != kind:
            raise RouteNotFound(request.path)
        return found

    def _origin(self, request: Request) -> Origin:
        return Origin(self._base_url(request), request.client_ip or None, request.header("user-agent"))

    def _base_url(self, request: Request) -> str:
        """The one of this server's addresses at which the browser is."""
        seen = urlsplit(request.seen_url)
        for allowed in self.settings.auth_allowed_public_urls:
            parts = urlsplit(allowed)
            if (parts.scheme, parts.netloc.lower()) == (seen.scheme, seen.netloc.lower()):
                return allowed.rstrip("/")
        return request.base_url

    def _cookie(self, request: Request, provider: Provider, value: str, seconds: int) -> str:
        secure = self._base_url(request).startswith("https:")
        crosses = provider.driver.callback == "acs"
        return cookie_header(
            _cookie_name(provider),
            value,
            max_age_seconds=seconds,
            secure=secure,
            same_site=("None" if secure else None) if crosses else "Lax",
        )


def _cookie_name(provider: Provider) -> str:
    return f"{provider.driver.name}.{provider.name}"


def _redirect(url: str, status: int) -> Response:
    """An answer that nobody may keep: it may bring somebody's session."""
    response = Response(status)
    response.add_header("location", url)
    response.add_header("cache-control", "no-store")
    response.add_header("referrer-policy", "no-referrer")
    return response


def _reason(error: Exception) -> str:
    """The code of an error, for the page that a person is sent back to."""
    _, body = wire_errors(error, admin=False)
    code = str(body["errors"][0]["extensions"]["code"])
    return UNKNOWN_REASON if code == "INTERNAL_SERVER_ERROR" else code


async def _posted(request: Request) -> dict[str, str]:
    if request.media_type != URL_ENCODED:
        raise InvalidPayload("The body must be a form")
    values = (await request.form()).values
    if len(values) > VALUES_MAXIMUM:
        raise InvalidPayload("The form has too many values")
    return first_values(values)


def _otp(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= OTP_LENGTH_MAXIMUM else ""
