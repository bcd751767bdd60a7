"""Back from an identity provider: handing the code to the client that waits for it.

In charge of: telling the realtime client whose id the state is, and the name that Apple sends once, with the code. Not
in charge of: how messages travel (`realtime/`), trading the code (`oauth2`). Called by the PocketBase wire.

The state is the id of a client that follows `@oauth2` from the same address; nobody else hears of the code. Where the
browser goes next is fixed: nothing in the request says it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from satchel.auth.providers.contract import at, text

TOPIC = "@oauth2"
NAME_SECONDS = 60.0
NAMES = 1000
FORM_LENGTH_MAXIMUM = 4096

SendOnce = Callable[[str, str, bytes, str | None], Awaitable[bool]]
"""(client id, topic, message, address) → whether such a client follows the topic and has been sent it."""


class OAuth2Redirect:
    """`clock`: seconds that only grow."""

    def __init__(self, send_once: SendOnce, clock: Callable[[], float]) -> None:
        self._send_once = send_once
        self._clock = clock
        self._names: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def receive(self, *, state: str, code: str, error: str, user: str, ip: str | None) -> bool:
        """Hand the code (or error) to who waits for it; whether a log-in can go on now. `user`: Apple's JSON."""
        if not state:
            return False
        message = {"state": state, "code": code}
        if error:
            message["error"] = error
        if user and code:
            self._remember(code, user)
        sent = await self._send_once(state, TOPIC, msgspec.json.encode(message), ip)
        return sent and bool(code) and not error

    def name_of(self, code: str) -> str:
        """The name that came with a code, once, within a minute."""
        name, until = self._names.pop(code, ("", 0.0))
        return name if self._clock() < until else ""

    def _remember(self, code: str, user: str) -> None:
        name = _name(user)
        if name and len(code) <= FORM_LENGTH_MAXIMUM:
            self._names[code] = (name, self._clock() + NAME_SECONDS)
            if len(self._names) > NAMES:
                self._names.popitem(last=False)


def _name(user: str) -> str:
    """`{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"…"}` → the name."""
    if len(user) > FORM_LENGTH_MAXIMUM:
        return ""
    try:
        value: Any = msgspec.json.decode(user)
    except msgspec.DecodeError:
        return ""
    parts = (text(at(value, "name"), "firstName"), text(at(value, "name"), "lastName"))
    return " ".join(part for part in parts if part)
