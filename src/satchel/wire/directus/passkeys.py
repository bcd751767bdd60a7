"""`/users/me/passkeys`, `/users/:pk/passkeys` and `/auth/passkeys/…`: passkeys of users, and signing in with one.

In charge of: bodies and answers. Not in charge of: passkeys (`auth/passkeys`). Mounted by `routes`. An addition of this
program's; what browsers give and take is in the JSON that WebAuthn defines for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from satchel.auth.relying_party import RelyingParty
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.wire.directus import shape
from satchel.wire.directus.auth import given_mode, session_answer
from satchel.wire.directus.bodies import given_object, only, optional_text, refuse, required_text
from satchel.wire.directus.gate import Gate, current_session, state_of
from satchel.wire.directus.services import Services

OWN = "/users/me/passkeys"
OTHERS = "/users/{key}/passkeys"


class Passkeys:
    """The handlers."""

    def __init__(self, services: Services, gate: Gate) -> None:
        self._verbs = services.people.passkeys
        self._addresses = {url.rstrip("/") for url in services.settings.auth_allowed_public_urls}
        self._gate = gate

    def mount(self, router: Router) -> None:
        router.add("POST", "/auth/passkeys/options", self.ask)
        router.add("POST", "/auth/passkeys/login", self.sign_in)
        router.add("POST", f"{OWN}/options", self.offer)
        for path in (OWN, OTHERS):
            router.add("GET", path, self.all)
            if path == OWN:
                router.add("POST", path, self.add)
                router.add("PATCH", f"{path}/{{passkey}}", self.rename)
            router.add("DELETE", path, self.remove)
            router.add("DELETE", f"{path}/{{passkey}}", self.remove)

    async def ask(self, request: Request) -> Response:
        return shape.value(self._verbs.ask(self._party(request)))

    async def sign_in(self, request: Request) -> Response:
        body = given_object(request)
        only(body, ("credential", "mode"))
        signed_in = await self._verbs.sign_in(
            self._party(request),
            _credential(body),
            mode=given_mode(body) or "json",
            ip=request.client_ip or None,
            user_agent=request.header("user-agent"),
        )
        return session_answer(request, signed_in)

    async def all(self, request: Request) -> Response:
        found = await self._verbs.all(state_of(request).actor, request.params.get("key"))
        return shape.value([asdict(item) for item in found])

    async def offer(self, request: Request) -> Response:
        password = optional_text(given_object(request), "password")
        return shape.value(await self._verbs.offer(self._gate.context(request), self._party(request), password))

    async def add(self, request: Request) -> Response:
        body = given_object(request)
        only(body, ("credential", "name"))
        name, current = optional_text(body, "name"), current_session(request)
        context = self._gate.context(request)
        made = await self._verbs.add(context, self._party(request), _credential(body), name, current)
        return shape.value(asdict(made))

    async def rename(self, request: Request) -> Response:
        body = given_object(request)
        only(body, ("name",))
        name = required_text(body, "name")
        return shape.value(
            asdict(await self._verbs.rename(self._gate.context(request), request.params["passkey"], name))
        )

    async def remove(self, request: Request) -> Response:
        password = optional_text(given_object(request), "password")
        await self._verbs.remove(
            self._gate.context(request),
            request.params.get("key"),
            request.params.get("passkey"),
            password,
            current_session(request),
        )
        return shape.empty()

    def _party(self, request: Request) -> RelyingParty:
        """At which of this server's addresses the browser is. Without settings the request says it: passkeys are good
        at the host that they were made for, and a device shows them nowhere else."""
        seen = request.seen_url
        return self._verbs.party_at(seen if seen in self._addresses else request.base_url)


def _credential(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = body.get("credential")
    if not isinstance(found, dict):
        refuse('"credential" must be of type object')
    return cast("Mapping[str, Any]", found)
