"""policy/load_policies and policy/grants: which policies are in force, and what their rows grant."""

from typing import Any

import pytest

from satchel.expr.nodes import Compare, Literal, Path, Variable
from satchel.model.catalog import Catalog, Collection, Field
from satchel.policy.app_access import APP_ROWS
from satchel.policy.grant import Grant
from satchel.policy.grants import combine
from satchel.policy.load_policies import PolicyBook, effective, make_book, policy_grants, roles_of

IP = "10.0.0.1"


def book(
    *,
    policies: list[dict[str, Any]] | None = None,
    permissions: list[dict[str, Any]] | None = None,
    access: list[dict[str, Any]] | None = None,
    roles: list[dict[str, Any]] | None = None,
    version: str = "1",
) -> PolicyBook:
    return make_book(
        version, policies=policies or [], permissions=permissions or [], access=access or [], roles=roles or []
    )


def permission(**values: Any) -> dict[str, Any]:
    row = {"id": 1, "policy": "p", "collection": "posts", "action": "read", "fields": ["*"]}
    return {**row, "permissions": None, "validation": None, "presets": None, **values}


def loaded(*rows: dict[str, Any]) -> dict[tuple[str, str], tuple[Grant, ...]]:
    return dict(policy_grants(book(policies=[{"id": "p"}], permissions=list(rows)), ["p"], app_access=False).table)


# --- which policies are in force


def test_roles_come_nearest_first_and_a_circle_ends() -> None:
    rows = [
        {"id": "a", "parent": "b"},
        {"id": "b", "parent": "c"},
        {"id": "c", "parent": "a"},
        {"id": "self", "parent": "self"},
        {"id": "orphan", "parent": "gone"},
    ]
    tree = book(roles=rows)
    assert roles_of(tree, "a") == ("a", "b", "c")
    assert roles_of(tree, "self") == ("self",)
    assert roles_of(tree, "orphan") == ("orphan",)
    assert roles_of(tree, "gone") == ()
    assert roles_of(tree, None) == ()


def company() -> PolicyBook:
    return book(
        policies=[
            {"id": "own"},
            {"id": "role"},
            {"id": "parent", "app_access": True},
            {"id": "public"},
            {"id": "admin", "admin_access": True},
        ],
        roles=[{"id": "child", "parent": "top"}, {"id": "top", "parent": None}, {"id": "other", "parent": None}],
        access=[
            {"user": "ann", "role": None, "policy": "own"},
            {"user": None, "role": "child", "policy": "role"},
            {"user": None, "role": "top", "policy": "parent"},
            {"user": None, "role": None, "policy": "public"},
            {"user": None, "role": "other", "policy": "admin"},
            {"user": "ann", "role": None, "policy": "no such policy"},
        ],
    )


def test_a_user_has_own_policies_and_those_of_the_role_and_its_parents() -> None:
    found = effective(company(), user="ann", role="child", ip=IP)
    assert found.policies == ("own", "parent", "role")
    assert found.roles == ("child", "top")
    assert found.app_access
    assert not found.admin


def test_only_who_has_no_role_has_the_public_policies() -> None:
    assert effective(company(), user=None, role=None, ip=IP).policies == ("public",)
    assert effective(company(), user="ann", role=None, ip=IP).policies == ("own", "public")
    assert effective(company(), user="bob", role="top", ip=IP).policies == ("parent",)


def test_a_role_that_does_not_exist_is_still_a_role() -> None:
    assert effective(company(), user="bob", role="gone", ip=IP).policies == ()


def test_a_guest_is_not_a_user_named_none() -> None:
    held = book(policies=[{"id": "p"}], access=[{"user": "None", "role": None, "policy": "p"}])
    assert effective(held, user=None, role=None, ip=IP).policies == ()


def test_admin_access_gives_all() -> None:
    found = effective(company(), user="eve", role="other", ip=IP)
    assert found.admin
    assert found.app_access


@pytest.mark.parametrize(
    ("allowed", "ip", "in_force"),
    [
        (None, IP, True),
        ([], IP, True),
        ("", IP, True),
        (["10.0.0.0/8"], IP, True),
        ("192.168.0.0/16, 10.0.0.0/8", IP, True),
        (["10.0.0.0/8"], "::ffff:10.9.9.9", True),
        (["10.0.0.0/8"], "11.0.0.1", False),
        (["10.0.0.0/8"], None, False),
        (["zzz"], IP, False),
        ("zzz", IP, False),
    ],
)
def test_a_policy_is_in_force_only_from_its_addresses(allowed: Any, ip: str | None, in_force: bool) -> None:
    held = book(
        policies=[{"id": "p", "admin_access": True, "ip_access": allowed}],
        access=[{"user": "ann", "role": None, "policy": "p"}],
    )
    found = effective(held, user="ann", role=None, ip=ip)
    assert found.admin is in_force
    assert found.policies == (("p",) if in_force else ())


# --- what permission rows grant


def test_read_is_for_lists_and_single_items() -> None:
    found = loaded(permission(permissions={"status": {"_eq": "published"}}, fields=["id", "title"]))
    assert set(found) == {("posts", "list"), ("posts", "view")}
    (grant,) = found["posts", "list"]
    assert grant.where == Compare("_eq", Path(("status",)), Literal("published"))
    assert grant.fields == {"id", "title"}
    assert grant.origin == "policy:p"


@pytest.mark.parametrize("action", ["create", "update", "delete", "share"])
def test_other_actions_are_for_themselves(action: str) -> None:
    assert set(loaded(permission(action=action))) == {("posts", action)}


@pytest.mark.parametrize("action", ["fly", "", None, "list", "view"])
def test_unknown_actions_grant_nothing(action: Any) -> None:
    assert loaded(permission(action=action)) == {}


@pytest.mark.parametrize("rule", [None, {}, {"_and": []}])
def test_an_empty_filter_is_every_row(rule: Any) -> None:
    assert loaded(permission(permissions=rule))["posts", "list"][0].where is None


@pytest.mark.parametrize(
    ("stored", "granted"),
    [
        (["*"], None),
        ("*", None),
        (["id", "*"], None),
        (["id", "title"], {"id", "title"}),
        ("id,title", {"id", "title"}),
        (None, set()),
        ([], set()),
        ("", set()),
    ],
)
def test_field_lists(stored: Any, granted: set[str] | None) -> None:
    assert loaded(permission(fields=stored))["posts", "list"][0].fields == granted


def test_deleting_and_sharing_are_about_whole_items() -> None:
    assert loaded(permission(action="delete", fields=None))["posts", "delete"][0].fields is None
    assert loaded(permission(action="share", fields=[]))["posts", "share"][0].fields is None


@pytest.mark.parametrize(
    "broken",
    [
        {"id": {"_in": []}},
        {"id": {"_nin": []}},
        {"_or": [{"title": {"_eq": "x"}}, {"id": {"_in": []}}]},
        {"title": {"_unheard": 1, "x": {}}, "_eq": 3},
        {"n": {"_between": [1]}},
        {"title": None},
        [],
        "{}",
        True,
        7,
    ],
)
@pytest.mark.parametrize("part", ["permissions", "validation"])
def test_what_cannot_be_understood_grants_nothing_and_is_noted(broken: Any, part: str) -> None:
    held = book(policies=[{"id": "p"}], permissions=[permission(**{part: broken})])
    found = policy_grants(held, ["p"], app_access=False)
    assert dict(found.table) == {}
    assert len(found.notes) == 1
    assert '"posts"' in found.notes[0]


def test_variables_stay_variables() -> None:
    (grant,) = loaded(permission(permissions={"owner": {"_eq": "$CURRENT_USER"}}))["posts", "list"]
    assert grant.where == Compare("_eq", Path(("owner",)), Variable("$CURRENT_USER"))


def test_presets_and_validation_are_kept() -> None:
    rule = {"score": {"_gte": 5}}
    (grant,) = loaded(permission(action="create", validation=rule, presets={"score": 6}))["posts", "create"]
    assert grant.validation == Compare("_gte", Path(("score",)), Literal(5))
    assert grant.presets == {"score": 6}


def test_presets_that_are_not_an_object_grant_nothing() -> None:
    assert loaded(permission(action="create", presets=["x"])) == {}


def test_several_policies_give_several_grants_in_the_order_of_their_rows() -> None:
    rows = [
        permission(id=10, policy="a", fields=["id", "email"]),
        permission(id=9, policy="b", fields=["id", "name"]),
        permission(id=1, policy="c", fields=["*"]),
    ]
    held = book(policies=[{"id": "a"}, {"id": "b"}, {"id": "c"}], permissions=rows)
    found = policy_grants(held, ("a", "b"), app_access=False).table["posts", "list"]
    assert [grant.fields for grant in found] == [{"id", "name"}, {"id", "email"}]


def test_app_access_adds_its_least_rows() -> None:
    found = policy_grants(book(), (), app_access=True)
    assert found.notes == ()
    assert ("directus_fields", "list") in found.table
    assert ("directus_users", "update") not in found.table
    assert len(found.table["directus_users", "list"]) == 1
    assert policy_grants(book(), (), app_access=False).table == {}
    assert all(row["policy"] is None and row["system"] is True for row in APP_ROWS)


# --- together


def catalog(**rules: Any) -> Catalog:
    fields = {"id": Field("id", "integer", "id"), "title": Field("title", "string", "title")}
    item = Collection(name="posts", source="main", table="posts", key=("id",), fields=fields, rules=rules)
    return Catalog.build([item], version=7)


def test_rules_and_policies_are_united() -> None:
    held = book(policies=[{"id": "p"}], permissions=[permission(fields=["id"])])
    found = combine(catalog(listRule="title = 'x'"), held, policies=("p",))
    assert [grant.origin for grant in found.of("posts", "list")] == ["rule:posts.listRule", "policy:p"]
    assert [grant.origin for grant in found.of("posts", "view")] == ["policy:p"]
    assert found.of("posts", "delete") == ()
    assert found.of("nope", "list") == ()


def test_an_admin_has_everything() -> None:
    found = combine(catalog(), book(), admin=True)
    assert found.admin
    assert found.of("posts", "delete")[0].where is None
    assert found.of("anything", "list")[0].fields is None


def test_the_token_names_all_that_grants_depend_on() -> None:
    held = book(policies=[{"id": "p"}, {"id": "q"}])
    base = combine(catalog(), held, policies=("p",)).token
    assert combine(catalog(), held, policies=("p",)).token == base
    assert combine(catalog(), held, policies=("p", "q")).token != base
    assert combine(catalog(), held, policies=("p",), app_access=True).token != base
    assert combine(catalog(), book(policies=[{"id": "p"}], version="2"), policies=("p",)).token != base
    assert combine(Catalog.build([], version=8), held, policies=("p",)).token != base
    assert combine(catalog(), held, admin=True).token != base
    hash(base)
