"""Trying the mail settings: `POST /api/settings/test/email`.

In charge of: its form, texts and answer. Not in charge of: the mails (`auth/mails`), sending (`mail/`). Called by
`routes`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from satchel.auth.mails import TEMPLATES, Purpose, sample_record
from satchel.auth.records import TokenType
from satchel.errors import MailFailed
from satchel.http.request import Request
from satchel.http.response import Response, no_content
from satchel.model.catalog import Collection
from satchel.model.system.sign_in import SUPERUSERS
from satchel.wire.pocketbase.auth_forms import check, email_problem, read_texts
from satchel.wire.pocketbase.errors import REQUIRED, ApiError, error_item
from satchel.wire.pocketbase.identity import require_superuser
from satchel.wire.pocketbase.records import is_served
from satchel.wire.pocketbase.services import Services

NOT_SENT = "Failed to send the test email."
TOKENS: dict[str, TokenType] = {
    "verification": "verification",
    "password-reset": "passwordReset",
    "email-change": "emailChange",
}


class MailTest:
    """The handler. One per program."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def send(self, request: Request) -> Response:
        await require_superuser(self._services, request)
        _, texts = await read_texts(request, ("email", "template", "collection"))
        template = texts["template"]
        collection = self._collection(texts["collection"] or SUPERUSERS)
        problems = {"email": email_problem(texts["email"])}
        if collection is None:
            message = "Must be a valid auth collection id or name."
            problems["collection"] = error_item("invalid_auth_collection", message)
        if not template:
            problems["template"] = REQUIRED
        elif template not in TEMPLATES:
            problems["template"] = error_item("in_invalid", "Must be a valid value.")
        check(problems, NOT_SENT)
        assert collection is not None
        people = self._services.people
        record = sample_record(collection, texts["email"])
        token = ""
        if template in TOKENS:
            claims = {"email": texts["email"], "newEmail": texts["email"]}
            token = self._services.accounts.records.mint(record, TOKENS[template], claims)
        mail = people.mails.sample(record, cast("Purpose", template), token, to=texts["email"], now=datetime.now(UTC))
        try:
            await people.outbox.send(mail)
        except MailFailed as error:
            raise ApiError(400, f"{NOT_SENT} Raw error: \n{error}") from None
        return no_content()

    def _collection(self, name: str) -> Collection | None:
        found = self._services.engine.catalog.find(name)
        return found if found is not None and is_served(found) and found.type == "auth" else None
