"""Grants on what the store records of items: copies show to whoever may read all of the items."""

from __future__ import annotations

from typing import Any

from satchel.model.catalog import Catalog
from satchel.model.system.collections import system_collections
from satchel.policy.grant import Grant, Grants
from satchel.policy.grants import admin_grants, combine
from satchel.policy.load_policies import make_book

CATALOG = Catalog.build(system_collections().values())
REVISIONS, VERSIONS = "directus_revisions", "directus_versions"
ALL = ["*"]


def grants(*permissions: tuple[str, list[str], dict[str, Any]]) -> Grants:
    """Of somebody with one policy: (collection, fields, rows) that may be read."""
    rows = [
        {"id": number, "policy": "p", "collection": name, "action": "read", "fields": fields, "permissions": where}
        for number, (name, fields, where) in enumerate(permissions)
    ]
    book = make_book("1", policies=[{"id": "p"}], permissions=rows, access=[], roles=[])
    return combine(CATALOG, book, policies=("p",))


def showing(found: Grants, collection: str, field: str) -> list[Grant]:
    """The grants that show a field, in any rows."""
    return [grant for grant in found.of(collection, "list") if grant.fields is None or field in grant.fields]


def test_admins_see_all() -> None:
    (grant,) = admin_grants(CATALOG).of(REVISIONS, "list")
    assert (grant.where, grant.fields) == (None, None)


def test_a_copy_shows_where_all_of_the_collection_may_be_read() -> None:
    found = grants((REVISIONS, ALL, {}), ("whole", ALL, {}), ("rows", ALL, {"a": {"_eq": 1}}), ("fields", ["a"], {}))
    for field in ("data", "delta"):
        (grant,) = showing(found, REVISIONS, field)
        said = repr(grant.where)
        assert "'whole'" in said
        assert "'rows'" not in said
        assert "'fields'" not in said
    (plain,) = showing(found, REVISIONS, "item")
    assert plain.where is None


def test_a_narrower_permission_on_records_stays_as_narrow() -> None:
    where = {"item": {"_eq": "1"}}
    found = grants((REVISIONS, ["id", "data"], where), ("whole", ALL, {}))
    assert [sorted(grant.fields or ()) for grant in found.of(REVISIONS, "list")] == [["id"], ["data"]]
    assert all("'item'" in repr(grant.where) for grant in found.of(REVISIONS, "list"))
    assert showing(found, REVISIONS, "delta") == []


def test_two_halves_are_not_a_whole() -> None:
    halves = (("a", ["x"], {}), ("a", ["y"], {}), ("b", ALL, {"k": {"_eq": 1}}), ("b", ALL, {"k": {"_neq": 1}}))
    (grant,) = showing(grants((REVISIONS, ALL, {}), *halves), REVISIONS, "data")
    assert "'a'" not in repr(grant.where)
    assert "'b'" not in repr(grant.where)


def test_fields_that_no_permission_names_are_not_there() -> None:
    assert showing(grants((REVISIONS, ["id"], {}), ("whole", ALL, {})), REVISIONS, "data") == []


def test_nobody_but_admins_reads_the_content_of_versions_in_rows() -> None:
    (grant,) = showing(grants((VERSIONS, ALL, {}), ("whole", ALL, {})), VERSIONS, "delta")
    assert "Truth(value=False)" in repr(grant.where)
