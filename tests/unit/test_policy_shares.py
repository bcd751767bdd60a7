"""policy/share_grants: what a share grants, from what its creator and its role may read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from satchel.expr.nodes import And, Compare, Literal, Node, Path, Variable
from satchel.model.catalog import Catalog, Collection, Field, Relation
from satchel.policy.actor import Actor, Share
from satchel.policy.grant import Grant, Grants
from satchel.policy.share_grants import SCHEMA, Reach, share_grants

FAR = Reach(6, 1000)
ADMIN = Grants("admin", admin=True)
ANN = Actor("user", collection="directus_users", key="ann", role="r1", roles=("r1", "r0"), record={"title": "Dr"})


def collection(name: str, *fields: str, key: tuple[str, ...] = ("id",)) -> Collection:
    names = dict.fromkeys((*key, *fields))
    columns = {item: Field(item, "integer" if item == "id" else "string", item) for item in names}
    return Collection(name=name, source="main", table=name, key=key, fields=columns)


def chain(count: int) -> Catalog:
    """c0.next → c1.next → c2 …"""
    names = [f"c{number}" for number in range(count)]
    relations = [
        Relation(many=here, many_fields=("next",), one=there, one_fields=("id",)) for here, there in pairwise(names)
    ]
    return Catalog.build([collection(name, "next", "title") for name in names], relations)


def table(catalog: Catalog, creator: Grants, role: Grants, item: str = "7", **more: Any) -> dict[str, Sequence[Grant]]:
    share = Share("s", more.get("of", "c0"), item, ANN)
    found = share_grants(catalog, share, creator, role, more.get("reach", FAR), "token")
    assert {action for _, action in found.table} <= {"list", "view"}, "a share only reads"
    assert not found.admin
    return {name: given for (name, action), given in found.table.items() if action == "list" and name not in SCHEMA}


def reading(*grants: Grant) -> Grants:
    ways: dict[Any, tuple[Grant, ...]] = {}
    for action in ("list", "view"):
        for grant in grants:
            ways[grant.collection, action] = (*ways.get((grant.collection, action), ()), grant)
    return Grants("some", table=ways)


def grant(name: str, where: Node | None = None, fields: set[str] | None = None) -> Grant:
    return Grant(name, "list", where, None if fields is None else frozenset(fields))


def test_the_item_and_what_it_leads_to() -> None:
    found = table(chain(4), ADMIN, ADMIN)
    assert found["c0"][0].where == Compare("_eq", Path(("id",)), Literal(7))
    assert found["c1"][0].where == Compare("=", Path(("c0_via_next", "id")), Literal(7), any=True)
    assert found["c2"][0].where == Compare("=", Path(("c1_via_next", "c0_via_next", "id")), Literal(7), any=True)


def test_how_far_it_goes() -> None:
    assert sorted(table(chain(6), ADMIN, ADMIN, reach=Reach(2, 1000))) == ["c0", "c1", "c2"]
    assert sorted(table(chain(6), ADMIN, ADMIN, reach=Reach(6, 1))) == ["c0", "c1"]
    assert sorted(table(chain(6), ADMIN, ADMIN, reach=Reach(0, 1000))) == ["c0"]


@pytest.mark.parametrize("item", ["", "x", "7 ", "1.5", "--1", "7,8"])
def test_what_is_no_key_reaches_nothing(item: str) -> None:
    assert table(chain(2), ADMIN, ADMIN, item) == {}


def test_an_unknown_collection_reaches_nothing() -> None:
    assert table(chain(2), ADMIN, ADMIN, of="nothing") == {}


def test_composite_keys_reach_the_item_alone() -> None:
    pairs = collection("pairs", "next", key=("a", "b"))
    found = table(Catalog.build([pairs]), ADMIN, ADMIN, "1,x", of="pairs")
    same = [Compare("_eq", Path(("a",)), Literal("1")), Compare("_eq", Path(("b",)), Literal("x"))]
    assert found["pairs"][0].where == And(tuple(same))


def test_rows_and_fields_that_both_give() -> None:
    mine, theirs = Compare("_eq", Path(("title",)), Literal("a")), Compare("_eq", Path(("title",)), Literal("b"))
    creator = reading(grant("c0", mine, {"id", "title"}), grant("c0", None, {"id"}))
    role = reading(grant("c0", theirs, {"title", "next"}))
    (one,) = table(chain(2), creator, role)["c0"]
    assert one.fields == {"title"}
    assert one.where == And((Compare("_eq", Path(("id",)), Literal(7)), mine, theirs))


def test_relations_are_followed_through_fields_that_both_read() -> None:
    everything = [grant(f"c{number}") for number in range(3)]
    blind = [grant("c0", None, {"id", "title"}), *everything[1:]]
    for creator, role in ((everything, blind), (blind, everything)):
        assert sorted(table(chain(3), reading(*creator), reading(*role))) == ["c0"]
    assert table(chain(3), reading(*everything), reading(*everything[1:])) == {}, "not even the item"
    assert sorted(table(chain(3), reading(*everything), reading(everything[0], everything[2]))) == ["c0"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (Variable("$CURRENT_USER"), Literal("ann")),
        (Variable("$CURRENT_USER", ("title",)), Literal("Dr")),
        # of no value a rule is never met, while `null` is a word: `_neq: null` is met by all that there is
        (Variable("$CURRENT_USER", ("nothing",)), Variable("$CURRENT_USER")),
        (Path(("@request", "auth", "nothing")), Path(("@request", "auth", "nothing"))),
        (Variable("$CURRENT_ROLE"), Literal("r1")),
        (Variable("$CURRENT_ROLES"), Literal(("r1", "r0"))),
        (Path(("@request", "auth", "id")), Literal("ann")),
        (Path(("@request", "auth", "title")), Literal("Dr")),
        (Variable("$NOW"), Variable("$NOW")),
    ],
)
def test_words_about_the_caller_mean_the_creator(said: Any, meant: Any) -> None:
    creator = reading(grant("c0", Compare("_eq", Path(("title",)), said)))
    (one,) = table(chain(2), creator, ADMIN)["c0"]
    assert isinstance(one.where, And)
    assert one.where.items[1] == Compare("_eq", Path(("title",)), meant)
    role = reading(grant("c0", Compare("_eq", Path(("title",)), said)))
    (one,) = table(chain(2), ADMIN, role)["c0"]
    assert isinstance(one.where, And)
    assert one.where.items[1] == Compare("_eq", Path(("title",)), said), "of the role they mean whoever asks"


@pytest.mark.parametrize(
    "said",
    [
        Variable("$CURRENT_USER", ("title", "deeper")),
        Variable("$CURRENT_ROLE", ("name",)),
        Path(("@request", "auth", "team", "id")),
        Path(("@request", "auth", "title"), "lower"),
    ],
)
def test_a_rule_that_cannot_be_said_of_somebody_else_grants_nothing(said: Any) -> None:
    creator = reading(grant("c0", Compare("_eq", Path(("title",)), said)))
    assert table(chain(2), creator, ADMIN) == {}


def test_names_that_mean_something_else_are_not_followed() -> None:
    there = collection("c1", "next", "c0_via_next")  # has a field of the name of the way back
    catalog = Catalog.build([collection("c0", "next"), there], chain(2).relations)
    assert sorted(table(catalog, ADMIN, ADMIN)) == ["c0"]
    odd = collection("a_via_b", "next")
    relation = Relation(many="a_via_b", many_fields=("next",), one="c1", one_fields=("id",))
    catalog = Catalog.build([odd, collection("c1")], [relation])
    assert sorted(table(catalog, ADMIN, ADMIN, of="a_via_b")) == ["a_via_b"]
