"""policy/load_rules: what collection rules grant, and to whom an e-mail address shows."""

from typing import Any

import pytest

from satchel.expr.nodes import And, Compare, Literal, Node, Or, Path
from satchel.expr.syntax_text import parse_rule
from satchel.model.catalog import Catalog, Collection, Field
from satchel.policy.grant import Grant
from satchel.policy.load_rules import load_rules


def collection(name: str = "posts", *, fields: tuple[Field, ...] = (), kind: Any = "base", **rules: Any) -> Collection:
    own = (Field("id", "string", "id"), *fields)
    return Collection(
        name=name, source="main", table=name, type=kind, key=("id",), rules=rules, fields={f.name: f for f in own}
    )


def grants(item: Collection) -> dict[tuple[str, str], tuple[Grant, ...]]:
    return dict(load_rules(Catalog.build([item])).table)


def test_no_rule_grants_nothing() -> None:
    assert grants(collection()) == {}
    assert grants(collection(listRule=None, viewRule=None, createRule=None, updateRule=None, deleteRule=None)) == {}


def test_the_empty_rule_grants_every_row() -> None:
    found = grants(collection(listRule=""))
    assert list(found) == [("posts", "list")]
    (grant,) = found["posts", "list"]
    assert grant.where is None
    assert grant.fields is None
    assert grant.origin == "rule:posts.listRule"


@pytest.mark.parametrize("action", ["list", "view", "create", "update", "delete"])
def test_each_rule_is_for_its_own_action(action: str) -> None:
    found = grants(collection(**{f"{action}Rule": "title = 'x'"}))
    assert list(found) == [("posts", action)]
    assert found["posts", action][0].where == parse_rule("title = 'x'")


def test_list_and_view_do_not_stand_for_each_other() -> None:
    found = grants(collection(listRule="", viewRule=None))
    assert ("posts", "view") not in found


@pytest.mark.parametrize("broken", ["title =", "title == 'x'", "((title = 'x')", "   ", "a = 1 &&"])
def test_a_rule_that_cannot_be_understood_grants_nothing_and_is_noted(broken: str) -> None:
    loaded = load_rules(Catalog.build([collection(listRule=broken, viewRule="")]))
    assert list(loaded.table) == [("posts", "view")]
    assert len(loaded.notes) == 1
    assert "listRule" in loaded.notes[0]
    assert '"posts"' in loaded.notes[0]


def test_rules_that_are_not_actions_open_no_rows() -> None:
    found = grants(collection(kind="auth", authRule="", manageRule="id != ''"))
    assert list(found) == [("posts", "manage")]
    assert grants(collection(kind="auth", manageRule="")) == {}
    assert grants(collection(kind="base", manageRule="id != ''")) == {}


def test_hidden_and_concealed_fields_are_left_out() -> None:
    fields = (
        Field("title", "string", "title"),
        Field("note", "string", "note", hidden=True),
        Field("secret", "hash", "secret"),
        Field("token", "string", "token", special=frozenset({"conceal"})),
        Field("pin", "string", "pin", kind="password"),
        Field("comments", "alias"),
    )
    found = grants(collection(fields=fields, listRule="", createRule="", deleteRule=""))
    # PocketBase's own password fields are shown as an empty text; what else is secret is not shown at all
    assert found["posts", "list"][0].fields == {"id", "title", "comments", "pin"}
    # What can't be read back can still be written; what is hidden can't.
    assert found["posts", "create"][0].fields == {"id", "title", "comments", "secret", "token", "pin"}
    assert found["posts", "delete"][0].fields is None


AUTH_FIELDS = (
    Field("email", "string", "email"),
    Field("emailVisibility", "boolean", "emailVisibility", kind="bool"),
    Field("password", "string", "password", kind="password", hidden=True),
    Field("tokenKey", "string", "tokenKey", hidden=True),
    Field("name", "string", "name"),
)

SIGNED_IN = Compare("!=", Path(("@request", "auth", "id")), Literal(""))
VISIBLE = Compare("=", Path(("emailVisibility",)), Literal(True))
ITSELF = And(
    (
        SIGNED_IN,
        Compare("=", Path(("id",)), Path(("@request", "auth", "id"))),
        Compare("=", Path(("@request", "auth", "collectionName")), Literal("users")),
    )
)


def auth(**rules: Any) -> dict[tuple[str, str], tuple[Grant, ...]]:
    return grants(collection("users", kind="auth", fields=AUTH_FIELDS, **rules))


def email_where(found: tuple[Grant, ...]) -> Node | None:
    (only,) = [grant for grant in found if grant.fields == {"email"}]
    return only.where


def test_an_address_shows_where_it_may() -> None:
    found = auth(listRule="", viewRule="name != 'x'")
    assert [grant.fields for grant in found["users", "list"]] == [
        frozenset({"id", "emailVisibility", "name"}),
        frozenset({"email"}),
    ]
    assert email_where(found["users", "list"]) == Or((VISIBLE, ITSELF))
    assert email_where(found["users", "view"]) == And((parse_rule("name != 'x'"), Or((VISIBLE, ITSELF))))


def test_whoever_meets_the_manage_rule_sees_the_address() -> None:
    found = auth(listRule="", manageRule="@request.auth.name = 'boss'")
    manages = And((SIGNED_IN, parse_rule("@request.auth.name = 'boss'")))
    assert email_where(found["users", "list"]) == Or((VISIBLE, ITSELF, manages))


@pytest.mark.parametrize("rule", [None, "", "name ="])
def test_a_manage_rule_that_says_nothing_makes_nobody_a_manager(rule: str | None) -> None:
    assert email_where(auth(listRule="", manageRule=rule)["users", "list"]) == Or((VISIBLE, ITSELF))


def test_writing_an_auth_item() -> None:
    found = auth(createRule="", updateRule="")
    assert len(found["users", "create"]) == len(found["users", "update"]) == 1
    assert found["users", "create"][0].fields == {"id", "email", "emailVisibility", "password", "name"}


def test_a_hidden_address_shows_to_nobody() -> None:
    item = collection("users", kind="auth", fields=(Field("email", "string", "email", hidden=True),), listRule="")
    assert [grant.fields for grant in grants(item)["users", "list"]] == [frozenset({"id"})]


def test_an_address_elsewhere_is_a_field_like_any_other() -> None:
    found = grants(collection("authors", fields=AUTH_FIELDS[:1], listRule=""))
    assert [grant.fields for grant in found["authors", "list"]] == [None]
