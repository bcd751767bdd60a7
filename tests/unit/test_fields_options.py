"""Options of fields, checked when a collection is saved. The cases are recorded from a PocketBase server."""

from __future__ import annotations

from typing import Any

import pytest

from satchel.model.catalog import Catalog, Collection
from satchel.model.fields import FIELDS, OptionsContext
from satchel.model.fields.names import check_names

CATALOG = Catalog.build([Collection("users", "main", "users", id="_pb_users_auth_")])
USERS = "_pb_users_auth_"


def complaints(kind: str, options: dict[str, Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    found = FIELDS[kind].check_options(options, OptionsContext(CATALOG))
    return [(".".join(map(str, item.path)), item.code, item.message, dict(item.params)) for item in found]


def small(path: str, threshold: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(path, "min_greater_equal_than_required", f"Must be no less than {threshold}.", {"threshold": threshold})]


def large(path: str, threshold: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(path, "max_less_equal_than_required", f"Must be no greater than {threshold}.", {"threshold": threshold})]


BLANK = ("empty", "Must be blank.", {})
REGEX = "Error parsing regexp: missing closing ]: "


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("text", {"min": 5, "max": 3}, small("max", 5)),
        ("text", {"min": -1}, small("min", 0)),
        ("text", {"max": -1}, small("max", 0)),
        ("text", {"pattern": "["}, [("pattern", "invalid_regex", f"{REGEX}`[`.", {})]),
        ("text", {"autogeneratePattern": "[a-z"}, [("autogeneratePattern", "invalid_regex", f"{REGEX}`[a-z`.", {})]),
        ("editor", {"maxSize": -1}, small("maxSize", 0)),
        (
            "number",
            {"min": 5, "max": 3},
            [("max", "min_number_constraint", "Must be greater or equal than 5.", {"min": 5})],
        ),
        (
            "number",
            {"min": 1.5, "onlyInt": True},
            [("min", "only_int_constraint", "Decimal numbers are not allowed.", {})],
        ),
        (
            "email",
            {"onlyDomains": ["x.com"], "exceptDomains": ["y.com"]},
            [("exceptDomains", *BLANK), ("onlyDomains", *BLANK)],
        ),
        (
            "email",
            {"onlyDomains": ["x.com", "not a domain"]},
            [("onlyDomains.1", "is_domain", "Must be a valid domain.", {})],
        ),
        ("url", {"exceptDomains": ["bad domain"]}, [("exceptDomains.0", "is_domain", "Must be a valid domain.", {})]),
        ("date", {"min": "2024-01-02", "max": "2024-01-01"}, []),
        (
            "autodate",
            {},
            [
                ("onCreate", "required", "Either onCreate or onUpdate must be enabled.", {}),
                ("onUpdate", "required", "Either onCreate or onUpdate must be enabled.", {}),
            ],
        ),
        ("autodate", {"onUpdate": True}, []),
        ("select", {}, [("values", "required", "Cannot be blank.", {})]),
        ("select", {"values": ["x", "y"], "maxSelect": 3}, large("maxSelect", 2)),
        ("select", {"values": ["x"], "maxSelect": -1}, small("maxSelect", 0)),
        ("select", {"values": ["0", "1", "2"], "maxSelect": 3}, []),
        ("relation", {}, [("collectionId", "required", "Cannot be blank.", {})]),
        (
            "relation",
            {"collectionId": "nope"},
            [
                (
                    "collectionId",
                    "field_relation_missing_collection",
                    "The relation collection doesn't exist.",
                    {},
                )
            ],
        ),
        ("relation", {"collectionId": USERS, "minSelect": 3, "maxSelect": 2}, small("maxSelect", 3)),
        ("relation", {"collectionId": USERS, "minSelect": -1}, small("minSelect", 0)),
        ("relation", {"collectionId": USERS, "maxSelect": -1}, small("maxSelect", 0)),
        ("relation", {"collectionId": USERS, "maxSelect": 5, "minSelect": 2}, []),
        ("json", {"maxSize": -1}, small("maxSize", 0)),
        ("geoPoint", {}, []),
        ("bool", {}, []),
        ("password", {"min": -1}, small("min", 1)),
        ("password", {"min": 10, "max": 5}, small("max", 10)),
        ("password", {"max": 80}, large("max", 71)),
        ("password", {"max": 71, "cost": 5}, []),
        ("password", {"cost": 3}, small("cost", 4)),
        ("password", {"cost": 40}, large("cost", 31)),
        ("password", {"pattern": "["}, [("pattern", "invalid_regex", f"{REGEX}`[`.", {})]),
        ("file", {"maxSize": -1}, small("maxSize", 0)),
        ("file", {"maxSelect": -1}, small("maxSelect", 0)),
        ("file", {"thumbs": ["100x100", "bad"]}, [("thumbs.1", "match_invalid", "Must be in a valid format.", {})]),
    ],
)
def test_options(kind: str, options: dict[str, Any], expected: list[Any]):
    assert complaints(kind, options) == expected


def test_defaults_are_fine_where_they_can_be():
    for kind in set(FIELDS) - {"autodate", "select", "relation"}:
        assert complaints(kind, dict(FIELDS[kind].defaults)) == []


@pytest.mark.parametrize(
    "options",
    [
        {"autogeneratePattern": "[a-z]{10}", "max": 5},
        {"autogeneratePattern": "[a-z]{10}", "min": 20},
        {"autogeneratePattern": "[a-z]{10}", "pattern": "^[0-9]+$"},
        {"autogeneratePattern": "[0-9]{1,10}", "max": 5},
    ],
)
def test_what_is_generated_must_be_accepted(options: dict[str, Any]):
    (found,) = complaints("text", options)
    assert found[:2] == ("autogeneratePattern", "invalid_autogenerate_pattern_value")
    assert found[2].startswith('The provided autogenerate pattern could produce invalid field values, ex.: "')


def test_options_of_a_key():
    good = {"primaryKey": True, "required": True, "pattern": "^[a-z0-9]+$", "name": "id"}
    assert complaints("text", good) == []
    assert complaints("text", {**good, "pattern": "", "name": "pk", "required": False, "hidden": True}) == [
        ("name", "in_invalid", 'The primary key must be named "id".', {}),
        ("pattern", "required", "Cannot be blank.", {}),
        ("required", "required", "Cannot be blank.", {}),
        ("hidden", "empty", "Must be blank.", {}),
    ]


def test_names():
    names = ["ok", "", "a b", "a_via_b", "null", "x" * 101, "é", "OK", "collectionId", "1a"]
    found = {
        item.path: (item.code, item.message, dict(item.params))
        for item in check_names([{"name": name} for name in names])
    }
    assert found == {
        (1, "name"): ("required", "Cannot be blank.", {}),
        (2, "name"): ("match_invalid", "Must be in a valid format.", {}),
        (3, "name"): ("found_via", 'The value cannot contain "_via_".', {}),
        (4, "name"): ("not_in_invalid", "Must not be in list.", {}),
        (5, "name"): ("length_out_of_range", "The length must be between 1 and 100.", {"min": 1, "max": 100}),
        (6, "name"): ("match_invalid", "Must be in a valid format.", {}),
        (7, "name"): ("duplicated_field_name", "Duplicated or invalid field name OK.", {"fieldName": "OK"}),
        (8, "name"): ("not_in_invalid", "Must not be in list.", {}),
    }
    assert [item.path for item in check_names([{"name": "a", "help": "x" * 301}])] == [(0, "help")]
