"""`/users/me/tfa/…` and `/users/:pk/tfa/disable`: users' second factor.

In charge of: bodies and answers. Not in charge of: codes and secrets (`auth/user_second_factor`). Mounted by `routes`.
"""

from __future__ import annotations

from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_object, required_text
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.services import Services


class SecondFactor:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self.verbs = services.people.user_second_factor
        self.gate = gate

    def mount(self, router: Router) -> None:
        router.add("POST", "/users/me/tfa/generate", self.generate)
        router.add("POST", "/users/me/tfa/enable", self.enable)
        router.add("POST", "/users/me/tfa/disable", self.disable)
        router.add("POST", "/users/{key}/tfa/disable", self.disable_for)

    async def generate(self, request: Request) -> Response:
        body = given_object(request)
        password = required_text(body, "password") if body.get("password") is not None else None
        made = await self.verbs.generate(state_of(request).actor, password)
        return shape.value({"secret": made.secret, "otpauth_url": made.url})

    async def enable(self, request: Request) -> Response:
        body = given_object(request)
        secret, code = required_text(body, "secret"), required_text(body, "otp")
        await self.verbs.enable(self.gate.context(request), secret, code)
        return shape.empty()

    async def disable(self, request: Request) -> Response:
        await self.verbs.disable(self.gate.context(request), required_text(given_object(request), "otp"))
        return shape.empty()

    async def disable_for(self, request: Request) -> Response:
        await self.verbs.disable_for(self.gate.context(request), request.params["key"])
        return shape.empty()
