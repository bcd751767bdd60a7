"""Answers that handlers choose by raising: PocketBase's errors by their known names.

In charge of: the classes. Not in charge of: how they look on a wire (each wire's `errors`). Raised by authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from satchel.errors import Rejected


@dataclass(frozen=True, slots=True)
class ValidationError:
    """What is wrong with one field. `code` is for programs, `message` for people."""

    code: str
    message: str


INVALID = ValidationError("validation_invalid_value", "Invalid value.")


class ApiError(Rejected):
    """An error answer with this status and message. `data`: field → ValidationError."""

    def __init__(self, status: int, message: str = "", data: Mapping[str, object] | None = None) -> None:
        fields = {name: item if isinstance(item, ValidationError) else INVALID for name, item in (data or {}).items()}
        super().__init__(status, message, {name: (item.code, item.message) for name, item in fields.items()})


class BadRequestError(ApiError):
    """400."""

    def __init__(self, message: str = "", data: Mapping[str, object] | None = None) -> None:
        super().__init__(400, message, data)


class UnauthorizedError(ApiError):
    """401."""

    def __init__(self, message: str = "", data: Mapping[str, object] | None = None) -> None:
        super().__init__(401, message, data)


class ForbiddenError(ApiError):
    """403."""

    def __init__(self, message: str = "", data: Mapping[str, object] | None = None) -> None:
        super().__init__(403, message, data)


class NotFoundError(ApiError):
    """404."""

    def __init__(self, message: str = "", data: Mapping[str, object] | None = None) -> None:
        super().__init__(404, message, data)


class TooManyRequestsError(ApiError):
    """429."""

    def __init__(self, message: str = "", data: Mapping[str, object] | None = None) -> None:
        super().__init__(429, message, data)


class InternalServerError(ApiError):
    """500."""

    def __init__(self, message: str = "", data: Mapping[str, object] | None = None) -> None:
        super().__init__(500, message, data)
