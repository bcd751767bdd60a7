"""Signing on by OAuth 2.0: the person is whoever the provider's profile address names.

In charge of: the driver's options, asking for the profile and reading it. Not in charge of: the flow (`code_flow`).
Where a provider speaks OpenID Connect, `openid` is the better way.
"""

from __future__ import annotations

from satchel.auth.providers.contract import Visit, fetch_user_info
from satchel.auth.sign_on.code_flow import CLIENT_OPTIONS, GROUP_OPTIONS, CodeFlow, person_of
from satchel.auth.sign_on.contract import Arrival, Departure, Driver, Identity, Tools
from satchel.auth.sign_on.options import Option, Options

OPTIONS = (
    *CLIENT_OPTIONS,
    Option("scope", "What is asked of the provider, separated by spaces.", default="email"),
    Option("authorize_url", "The provider's log-in address.", kind="url", required=True),
    Option("access_url", "Where the code is traded.", kind="url", required=True),
    Option("profile_url", "Where the person's profile is.", kind="url", required=True),
    Option("email_key", "Where the profile has the e-mail address; a path has dots.", default="email"),
    Option("identifier_key", "Where the profile has what people are known by. Empty: as `email_key`."),
    Option("first_name_key", "Where the profile has the first name."),
    Option("last_name_key", "Where the profile has the last name."),
    *GROUP_OPTIONS,
)


class OAuth2:
    def __init__(self, options: Options, tools: Tools) -> None:
        self._tools = tools
        self._flow = CodeFlow(
            options,
            tools,
            auth_url=options.text("authorize_url"),
            token_url=options.text("access_url"),
            user_info_url=options.text("profile_url"),
        )
        email = options.text("email_key")
        self._keys = {
            "identifier": options.text("identifier_key") or email,
            "email": email,
            "first_name": options.text("first_name_key"),
            "last_name": options.text("last_name_key"),
            "groups": options.text("group_claim_name"),
        }

    async def depart(self, callback_url: str, *, prompt: bool) -> Departure:
        return self._flow.depart(callback_url, prompt=prompt)

    async def arrive(self, arrival: Arrival) -> Identity:
        tokens = await self._flow.tokens(arrival)
        visit = Visit(self._tools.caller, self._flow.configured, tokens, self._tools.now())
        return person_of(await fetch_user_info(visit), self._keys)


DRIVER = Driver("oauth2", "redirecting", OPTIONS, OAuth2)
