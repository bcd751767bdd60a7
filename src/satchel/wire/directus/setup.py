"""`/server/setup`: the page behind the link that a first start prints, where the first superuser is made.

In charge of: the form and its answer. Not in charge of: the single-use token and the account (`auth/accounts`). Mounted
by `routes`. Closed as soon as there is a superuser.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, cast

from satchel.errors import Forbidden, InvalidPayload, Unauthenticated, ValidationFailed
from satchel.http.forms import URL_ENCODED
from satchel.http.querystring import first_values
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of
from satchel.wire.directus.services import Services

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Satchel</title><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:12vh auto;padding:0 1rem}}
label{{display:block;margin:1rem 0 .25rem}}input{{width:100%;box-sizing:border-box;font:inherit;padding:.5rem}}
button{{margin-top:1.5rem;font:inherit;padding:.5rem 1rem}}.bad{{color:#b00020}}
</style></head><body><h1>{title}</h1>{body}</body></html>"""
_FORM = """<p>This makes the first account, with full access.</p>{message}
<form method="post" action="?token={token}"><label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required value="{email}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required>
<button>Create account</button></form>"""


class Setup:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self.accounts = services.accounts

    def mount(self, router: Router) -> None:
        router.add("GET", "/server/setup", self.form)
        router.add("POST", "/server/setup", self.create)

    async def form(self, request: Request) -> Response:
        await self._open()
        return _page("Welcome to Satchel", _form(request, ""))

    async def create(self, request: Request) -> Response:
        """Make the account, for a form with a page, for JSON without a word."""
        await self._open()
        as_form = request.media_type == URL_ENCODED
        given = first_values((await request.form()).values) if as_form else state_of(request).body
        body = cast("Mapping[str, Any]", given if isinstance(given, dict) else {})
        token = request.query.get("token") or body.get("token")
        if not isinstance(token, str) or not token:
            raise Forbidden("Set-up needs the token of its link.")
        email, password = _text(body, "email"), _text(body, "password")
        try:
            await self.accounts.setup(
                token, email, password, ip=request.client_ip or None, user_agent=request.header("user-agent")
            )
        except Unauthenticated:
            if not as_form:
                raise
            message = "This link has been used or is too old. Restart the server to get a new one."
            return _page("Welcome to Satchel", f'<p class="bad">{message}</p>', 401)
        except ValidationFailed as refused:
            if not as_form:
                raise
            message = " ".join(error.message for error in refused.errors)
            return _page("Welcome to Satchel", _form(request, message, email), 400)
        if not as_form:
            return shape.empty()
        return _page("Done", "<p>The account is made. Sign in with any PocketBase or Directus client.</p>")

    async def _open(self) -> None:
        """Raise Forbidden once there is a superuser."""
        if await self.accounts.has_superuser():
            raise Forbidden("Set-up is done.")


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidPayload(f'"{name}" is required')
    return value


def _form(request: Request, message: str, email: str = "") -> str:
    said = f'<p class="bad">{escape(message)}</p>' if message else ""
    token = request.query.get("token") or ""
    return _FORM.format(message=said, token=escape(token, quote=True), email=escape(email, quote=True))


def _page(title: str, body: str, status: int = 200) -> Response:
    text = _PAGE.format(title=escape(title), body=body)
    response = Response(status, text.encode(), content_type="text/html; charset=utf-8")
    response.add_header("content-security-policy", POLICY)
    response.add_header("referrer-policy", "no-referrer")
    return response
