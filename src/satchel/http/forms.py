"""Form bodies, whichever of the two ways they are written.

In charge of: choosing the parser by Content-Type and the `Form` that both give. Not in charge of: what the values mean,
or turning text into numbers. Called by `http/request`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from satchel.errors import InvalidPayload, InvalidQuery
from satchel.http.multipart import Entry, FormLimits, Upload, close_files, read_multipart
from satchel.http.querystring import parse_pairs

if TYPE_CHECKING:
    from satchel.http.request import Request

URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(slots=True)
class Form:
    """Names with values or files, in the order of the body; a name may come more than once."""

    entries: list[Entry] = field(default_factory=list[Entry])

    @property
    def values(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.entries if isinstance(value, str)]

    @property
    def files(self) -> list[Upload]:
        return [value for _, value in self.entries if isinstance(value, Upload)]

    def close(self) -> None:
        """Delete the temporary files."""
        close_files(self.entries)


async def read_form(request: Request, *, limit_bytes: int | None = None, limits: FormLimits | None = None) -> Form:
    """The form in the body of a request; an empty body is an empty form.

    `limit_bytes`: of the whole body, files included; the setting's unless given. Raises InvalidPayload for another
    Content-Type or a malformed body, TooLarge past a limit, and the errors of `Request.stream`.
    """
    media_type = request.media_type
    if media_type == MULTIPART:
        stream = request.stream(limit_bytes=limit_bytes)
        return Form(
            await read_multipart(
                stream, request.header("content-type") or "", limits or FormLimits(folder=request.upload_folder)
            )
        )
    if media_type == URL_ENCODED:
        try:
            return Form(list(parse_pairs(await request.body(limit_bytes=limit_bytes))))
        except InvalidQuery:
            raise InvalidPayload("The form has too many values.") from None
    if not request.has_body:
        return Form()
    raise InvalidPayload(f'The body must be a form, not "{media_type or "of no type"}".', media_type=media_type)
