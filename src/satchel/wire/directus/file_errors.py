"""Errors about files in this wire's words.

In charge of: code, status and exact text for what goes wrong with files and images. Read by `errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from satchel.errors import SatchelError
from satchel.files.images import NoVersion
from satchel.files.library import NotFetched
from satchel.files.transformation import IllegalTransformation


class RangeNotSatisfiable(SatchelError):
    """A range that lies past the end. `details`: `text`, as it was sent, and `range`, as it was understood."""

    code: ClassVar[str] = "range_not_satisfiable"
    status: ClassVar[int] = 416


def _range(error: SatchelError) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    text = f"Range \"{error.details['text']}\" is invalid or the file's size doesn't match the requested range."
    return 416, [(text, {"range": error.details["range"], "code": "RANGE_NOT_SATISFIABLE"})]


def _illegal(error: SatchelError) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    named: dict[str, Any] = {"invalidTransformations": list(error.details.get("names", ()))}
    if isinstance(error, NoVersion):
        named["reason"] = error.message.removesuffix(".")
    return 400, [("Illegal asset transformation.", {**named, "code": "ILLEGAL_ASSET_TRANSFORMATION"})]


def _not_fetched(error: SatchelError) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    service = "external-file"
    message = f'Service "{service}" is unavailable. {error.message}.'
    return 503, [(message, {"service": service, "reason": error.message, "code": "SERVICE_UNAVAILABLE"})]


FILE_WORDS: tuple[tuple[type[SatchelError], Callable[[Any], tuple[int, list[tuple[str, dict[str, Any]]]]]], ...] = (
    (RangeNotSatisfiable, _range),
    (IllegalTransformation, _illegal),
    (NoVersion, _illegal),
    (NotFetched, _not_fetched),
)
