"""Every error of the core in this wire's words."""

from __future__ import annotations

from typing import Any

import pytest

from satchel.errors import (
    ConstraintFailed,
    DatabaseError,
    FieldError,
    Forbidden,
    InvalidPayload,
    InvalidQuery,
    NotFound,
    PreconditionFailed,
    ReadOnly,
    SatchelError,
    StatementTimeout,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    ValidationFailed,
)
from satchel.http.request import TooSlow
from satchel.model.catalog import Catalog, Collection, Field
from satchel.wire.directus.errors import RouteNotFound, wire_errors


def worded(error: Exception, *, admin: bool = False) -> tuple[int, str, dict[str, Any]]:
    status, body = wire_errors(error, admin=admin)
    (first,) = body["errors"]
    assert list(first["extensions"])[-1] == "code"
    return status, first["message"], first["extensions"]


def field(code: str, path: tuple[str | int, ...] = ("name",), message: str = "M.", **params: Any) -> tuple[str, Any]:
    error = ValidationFailed([FieldError(path, code, message, params)], collection="authors")
    status, text, extensions = worded(error)
    assert status == 400
    return text, extensions


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({}, "You don't have permission to access this."),
        (
            {"collection": "c", "path": ()},
            'You don\'t have permission to access collection "c" or it does not exist. Queried in root.',
        ),
        (
            {"collection": "c", "path": ("author", "team")},
            'You don\'t have permission to access collection "c" or it does not exist. Queried in "author.team".',
        ),
        (
            {"collection": "c", "fields": ("f",), "path": ()},
            'You don\'t have permission to access field "f" in collection "c" or it does not exist. Queried in root.',
        ),
        (
            {"collection": "c", "fields": ("a", "b"), "path": ()},
            'You don\'t have permission to access fields "a", "b" in collection "c" or they do not exist. '
            "Queried in root.",
        ),
        (
            {"collection": "c", "action": "update", "fields": ("name",)},
            'You don\'t have permissions to perform "update" for the field(s) "name" in collection "c" '
            "or it does not exist.",
        ),
        (
            {"collection": "c", "action": "delete"},
            'You don\'t have permission to perform "delete" for collection "c" or it does not exist.',
        ),
    ],
)
def test_forbidden(details: dict[str, Any], message: str) -> None:
    status, text, extensions = worded(Forbidden("x", **details))
    assert (status, text, extensions["code"]) == (403, message, "FORBIDDEN")
    assert extensions.get("reason") == (message if details else None)


def test_admins_are_told_which_name_was_probably_meant() -> None:
    articles = Collection("articles", "main", "articles", fields={"title": Field("title", "string", column="title")})
    catalog = Catalog.build([articles])

    def hint(admin: bool = True, **details: Any) -> str | None:
        _, body = wire_errors(Forbidden("x", path=(), **details), admin=admin, catalog=catalog)
        return body["errors"][0]["extensions"].get("hint")

    assert hint(collection="articles", fields=("titel",)) == 'Did you mean "title"?'
    assert hint(collection="article") == 'Did you mean "articles"?'
    assert hint(collection="articles", fields=("zzz",)) is None
    assert hint(collection="articles", fields=("title",)) is None, "it exists, and is not for this caller"
    assert hint(collection="articles", fields=("titel",), admin=False) is None


def test_missing_is_forbidden() -> None:
    assert worded(NotFound("x"))[:2] == (403, "You don't have permission to access this.")


def test_reasons() -> None:
    assert worded(InvalidQuery("Bad thing")) == (
        400,
        "Invalid query. Bad thing.",
        {"reason": "Bad thing", "code": "INVALID_QUERY"},
    )
    assert worded(InvalidPayload("Bad thing."))[1] == "Invalid payload. Bad thing."
    assert worded(RouteNotFound("/x")) == (404, "Route /x doesn't exist.", {"path": "/x", "code": "ROUTE_NOT_FOUND"})
    assert worded(Unprocessable("No way"))[:2] == (422, "Can't process content. No way.")
    assert worded(ReadOnly('The view "v" is read only.'))[:2] == (403, 'The view "v" is read only.')


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [
        ("credentials", 401, "INVALID_CREDENTIALS"),
        ("unknown", 401, "INVALID_CREDENTIALS"),
        ("expired", 401, "TOKEN_EXPIRED"),
        ("invalid", 403, "INVALID_TOKEN"),
        ("suspended", 401, "USER_SUSPENDED"),
    ],
)
def test_unauthenticated(reason: str, status: int, code: str) -> None:
    found = worded(Unauthenticated("x", reason=reason))
    assert (found[0], found[2]) == (status, {"code": code})


def test_rules_that_are_not_met() -> None:
    assert field("required") == (
        'Validation failed for field "name". Value is required.',
        {"field": "name", "path": [], "type": "required", "code": "FAILED_VALIDATION"},
    )
    assert field("null")[1]["type"] == "nnull"
    assert field("gte", value=5) == (
        'Validation failed for field "name". Value has to be greater than or equal to "5".',
        {"field": "name", "path": [], "type": "gte", "valid": 5, "code": "FAILED_VALIDATION"},
    )
    assert field("in", value=["a", "b"])[0].endswith('Value has to be one of "a", "b".')
    assert field("contains", value="x")[1]["substring"] == "x"
    assert field("regex", value="short")[1]["invalid"] == "short"
    assert field("required", ("books", 1, "title"))[0] == (
        'Validation failed for field "title" at "books.1". Value is required.'
    )
    assert field("min_text", message="Must be at least 3 character(s).")[0] == (
        'Validation failed for field "name". Must be at least 3 character(s).'
    )


def test_values_that_are_of_the_wrong_type_or_taken() -> None:
    assert field("invalid_date", message='Invalid Date format in field "d"') == (
        'Invalid payload. Invalid Date format in field "d".',
        {"reason": 'Invalid Date format in field "d"', "code": "INVALID_PAYLOAD"},
    )
    assert field("not_unique", value="a")[1] == {
        "collection": "authors",
        "field": "name",
        "value": "a",
        "code": "RECORD_NOT_UNIQUE",
    }
    assert field("not_unique") == (
        'Value for field "name" in collection "authors" has to be unique.',
        {"collection": "authors", "field": "name", "code": "RECORD_NOT_UNIQUE"},
    )
    assert field("foreign_key", value=9)[0] == 'Invalid foreign key "9" for field "name" in collection "authors".'
    assert field("foreign_key", ())[0] == "Invalid foreign key."
    assert field("out_of_range", value=9)[1]["code"] == "VALUE_OUT_OF_RANGE"
    assert field("too_long", value="x")[0] == 'Value "x" for field "name" in collection "authors" is too long.'


def test_several_complaints_are_several_errors() -> None:
    errors = [FieldError((name,), "required", "x") for name in ("a", "b")]
    _, body = wire_errors(ValidationFailed(errors, collection="c"), admin=False)
    assert [item["extensions"]["field"] for item in body["errors"]] == ["a", "b"]


def test_constraints_that_the_database_names() -> None:
    error = ConstraintFailed("not_null", "x", table="c", columns=("f",))
    assert worded(error)[:2] == (400, 'Value for field "f" in collection "c" can\'t be null.')
    assert worded(ConstraintFailed("unique", "x"))[1] == "Value for a field has to be unique."
    assert worded(ConstraintFailed("check", 'The check "c" is not met'))[2]["code"] == "INVALID_PAYLOAD"
    refused = worded(ConstraintFailed("range", 'invalid input syntax for type integer: "dd"'))
    assert refused[1] == 'Invalid payload. invalid input syntax for type integer: "dd".'


def test_states_of_the_server() -> None:
    assert worded(TooLarge("Too big."))[::2] == (413, {"code": "CONTENT_TOO_LARGE"})
    assert worded(TooSlow("Too slow."))[0] == 408
    assert worded(TooManyRequests("x", retry_after_seconds=3))[:2] == (429, "Too many requests, retry after 3s.")
    assert worded(Unavailable("Gone."))[:2] == (503, 'Service "api" is unavailable. Gone.')
    assert worded(StatementTimeout("Slow."))[0] == 503
    fields = {"a": {"yours": 1, "stored": 2}}
    assert worded(PreconditionFailed("Changed.", fields=fields))[::2] == (
        412,
        {"fields": fields, "code": "PRECONDITION_FAILED"},
    )


@pytest.mark.parametrize(
    "error", [DatabaseError("near SELECT"), RuntimeError("near SELECT"), SatchelError("near SELECT")]
)
def test_what_nobody_foresaw_is_told_to_admins_only(error: Exception) -> None:
    assert worded(error)[:2] == (500, "An unexpected error occurred.")
    assert worded(error, admin=True)[:2] == (500, "near SELECT")
