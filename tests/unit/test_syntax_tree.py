"""The tree syntax of filters: what each form means, what is lifted out, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Compare, Literal, Node, Or, Param, Path, Related, Truth, Variable
from satchel.expr.syntax_tree import (
    TreeLimits,
    parse_filter,
    parse_path,
    parse_rule,
    parse_variable,
    split_json_path,
    split_outside,
)

TRUE = Truth(True)


def node(tree: Any) -> Node:
    return parse_filter(tree).node


def eq(name: str, value: Any) -> Compare:
    return Compare("_eq", Path((name,)), Literal(value))


def reason(tree: Any, **options: Any) -> str:
    with pytest.raises(InvalidQuery) as caught:
        parse_filter(tree, **options)
    return caught.value.message


# --- structure


def test_several_keys_are_anded_and_values_are_lifted_in_order() -> None:
    parsed = parse_filter({"title": {"_eq": "One"}, "views": {"_gt": 3, "_lt": 9}})
    assert parsed.values == ("One", 3, 9)
    assert parsed.node == And(
        (
            Compare("_eq", Path(("title",)), Param(0, "text")),
            Compare("_gt", Path(("views",)), Param(1, "number")),
            Compare("_lt", Path(("views",)), Param(2, "number")),
        )
    )


def test_equal_shapes_are_equal_nodes() -> None:
    assert node({"a": {"_eq": "x"}}) == node({"a": {"_eq": "y"}})
    assert hash(node({"a": {"_in": [1]}})) == hash(node({"a": {"_in": [1, 2, 3]}}))


@pytest.mark.parametrize("tree", [{}, {"_and": []}, {"_or": []}, {"title": {}}, {"_and": [{}, {}]}, {"tags": []}])
def test_empty_things_match_everything(tree: Any) -> None:
    assert node(tree) == TRUE


def test_an_empty_object_in_or_matches_everything() -> None:
    assert node({"_or": [{"a": {"_eq": 1}}, {}]}) == TRUE
    assert node({"_and": [{"a": {"_eq": 1}}, {}]}) == Compare("_eq", Path(("a",)), Param(0, "number"))


def test_primitives_mean_equal() -> None:
    assert parse_rule({"title": "One", "flag": True, "n": 1.5}) == And(
        (eq("title", "One"), eq("flag", True), eq("n", 1.5))
    )


def test_relations_and_logic_inside_them_are_lifted() -> None:
    assert parse_rule({"author": {"_or": [{"name": {"_eq": "a"}}, {"team": {"name": "b"}}], "_eq": 4}}) == And(
        (
            Or(
                (
                    Compare("_eq", Path(("author", "name")), Literal("a")),
                    Compare("_eq", Path(("author", "team", "name")), Literal("b")),
                )
            ),
            Compare("_eq", Path(("author",)), Literal(4)),
        )
    )


def test_quantifiers() -> None:
    inner = Compare("_eq", Path(("tags_id", "name")), Literal("go"))
    assert parse_rule({"tags": {"_some": {"tags_id": {"name": "go"}}}}) == Related(Path(("tags",)), inner)
    assert parse_rule({"tags": {"_none": {"tags_id": {"name": "go"}}}}) == Related(Path(("tags",)), inner, none=True)
    assert node({"tags": {"_some": {}}}) == node({"tags": {"_none": {}}}) == TRUE


@pytest.mark.parametrize(
    "tree",
    [
        {"author": {"tags": {"_some": {"id": 1}}}},
        {"_some": {"id": 1}},
        {"tags": {"_some": {"more": {"_some": {"id": 1}}}}},
        {"tags": {"_some": {"_or": [{"more": {"_some": {"id": 1}}}]}}},
    ],
)
def test_quantifiers_stand_at_the_top_only(tree: Any) -> None:
    assert reason(tree) == '"_some" can only be used with top level relational alias field'


def test_many_to_any_scopes_are_one_part() -> None:
    assert parse_rule({"blocks": {"item:block_text": {"content": {"_eq": "x"}}}}) == Compare(
        "_eq", Path(("blocks", "item:block_text", "content")), Literal("x")
    )


def test_functions_as_keys() -> None:
    assert parse_rule({"year(date)": {"_eq": 2026}}) == Compare("_eq", Path(("date",), function="year"), Literal(2026))
    assert parse_rule({"count(tags)": {"_gt": 1}}) == Compare("_gt", Path(("tags",), function="count"), Literal(1))
    assert parse_rule({"author": {"year(born)": 1980}}) == Compare(
        "_eq", Path(("author", "born"), function="year"), Literal(1980)
    )
    assert parse_rule({"year(author.born)": {"_or": [{"_eq": 1}, {"_eq": 2}]}}) == Or(
        tuple(Compare("_eq", Path(("author", "born"), function="year"), Literal(n)) for n in (1, 2))
    )
    assert parse_rule({"json(data, a.b[0])": {"_eq": 1}}) == Compare(
        "_eq", Path(("data",), function="json", arguments=("a", "b", "0")), Literal(1)
    )


def test_names_that_only_look_like_functions_are_names() -> None:
    assert parse_rule({"size(cm)": {"_eq": 1}}) == Compare("_eq", Path(("size(cm)",)), Literal(1))


def test_json_conditions() -> None:
    def inner(*path: str) -> Path:
        return Path(("data",), function="json", arguments=path)

    assert parse_rule({"data": {"_json": {"color": {"_eq": "red"}}}}) == Compare("_eq", inner("color"), Literal("red"))
    assert parse_rule({"data": {"_json": {"k.c[0]": {"_gt": 0, "_lt": 5}}}}) == And(
        (Compare("_gt", inner("k", "c", "0"), Literal(0)), Compare("_lt", inner("k", "c", "0"), Literal(5)))
    )
    assert parse_rule({"data": {"_json": {"_or": [{"a": 1}, {"b": {"_null": True}}]}}}) == Or(
        (Compare("_eq", inner("a"), Literal(1)), Compare("_null", inner("b"), Literal(True)))
    )
    assert reason({"data": {"_json": {"a b": 1}}}) == 'Invalid JSON path "a b"'


def test_columns_whose_names_begin_with_an_underscore() -> None:
    assert parse_rule({"_id": {"_eq": 1}}) == Compare("_eq", Path(("_id",)), Literal(1))
    assert parse_rule({"author": {"_id": {"_eq": 1}}}) == Compare("_eq", Path(("author", "_id")), Literal(1))


def test_unknown_operators_are_left_to_the_field_type() -> None:
    assert parse_rule({"title": {"_foo": 1}}) == Compare("_foo", Path(("title",)), Literal(1))


# --- values


def test_words_are_values() -> None:
    assert parse_rule({"a": {"_eq": "true"}}) == eq("a", True)
    assert parse_rule({"a": "false"}) == eq("a", False)
    assert parse_rule({"a": {"_eq": "null"}}) == Compare("_null", Path(("a",)), Literal(True))
    assert parse_rule({"a": {"_neq": None}}) == Compare("_nnull", Path(("a",)), Literal(True))
    assert parse_rule({"a": {"_gt": None}}) == Compare("_gt", Path(("a",)), Literal(None))


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, "_null"),
        ("", "_null"),
        ("true", "_null"),
        ("1", "_null"),
        (False, "_nnull"),
        ("false", "_nnull"),
        (0, "_nnull"),
    ],
)
def test_flags(value: Any, meant: str) -> None:
    assert parse_rule({"a": {"_null": value}}) == Compare(meant, Path(("a",)), Literal(True))


def test_lists() -> None:
    parsed = parse_filter({"a": {"_in": "One,Two"}, "b": {"_nin": [1, None, 2]}, "c": {"_in": 5}})
    assert parsed.values == (("One", "Two"), (1, 2), (5,))
    assert parsed.node == And(
        (
            Compare("_in", Path(("a",)), Param(0, "list")),
            Compare("_nin", Path(("b",)), Param(1, "list")),
            Compare("_in", Path(("c",)), Param(2, "list")),
        )
    )


def test_variables_in_lists_are_comparisons_of_their_own() -> None:
    path = Path(("user",))
    assert parse_rule({"user": {"_in": ["$CURRENT_USER", "x"]}}) == Or(
        (Compare("_in", path, Literal(("x",))), Compare("_eq", path, Variable("$CURRENT_USER")))
    )
    assert parse_rule({"user": {"_nin": ["$CURRENT_USER"]}}) == Compare("_neq", path, Variable("$CURRENT_USER"))
    assert parse_rule({"role": {"_in": "$CURRENT_ROLES"}}) == Compare(
        "_in", Path(("role",)), Variable("$CURRENT_ROLES")
    )


def test_pairs() -> None:
    assert parse_filter({"a": {"_between": [0, 5]}}).values == ((0, 5),)
    assert parse_filter({"a": {"_between": "0,5"}}).values == (("0", "5"),)
    assert node({"a": {"_between": [0]}}) == TRUE
    path = Path(("d",))
    assert parse_rule({"d": {"_between": ["$NOW(-1 day)", "2030-01-01"]}}) == And(
        (Compare("_gte", path, Variable("$NOW", arguments=("-1 day",))), Compare("_lte", path, Literal("2030-01-01")))
    )
    assert isinstance(parse_rule({"d": {"_nbetween": ["2020-01-01", "$NOW"]}}), Or)


def test_a_rule_with_half_a_pair_is_refused_rather_than_ignored() -> None:
    with pytest.raises(InvalidQuery):
        parse_rule({"a": {"_between": [0]}})


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("$NOW", Variable("$NOW")),
        ("$NOW()", Variable("$NOW")),
        ("$NOW(+2 weeks)", Variable("$NOW", arguments=("+2 weeks",))),
        ("$CURRENT_USER", Variable("$CURRENT_USER")),
        ("$CURRENT_USER.role.name", Variable("$CURRENT_USER", ("role", "name"))),
        ("$CURRENT_ROLE", Variable("$CURRENT_ROLE")),
        ("$CURRENT_ROLES", Variable("$CURRENT_ROLES")),
        ("$CURRENT_POLICIES", Variable("$CURRENT_POLICIES")),
        ("$CURRENT_USERS", None),
        ("$NOWHERE", None),
        ("CURRENT_USER", None),
        ("$5", None),
    ],
)
def test_variables(text: str, variable: Variable | None) -> None:
    assert parse_variable(text) == variable


# --- refusals


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"title": None}, "Invalid filter object"),
        ([], "Invalid filter object"),
        ("x", "Invalid filter object"),
        ({"_or": {"a": 1}}, "Invalid filter object"),
        ({"_or": [1]}, "Invalid filter object"),
        ({"title": [1]}, "Invalid filter object"),
        ({"year(d)": {"x": 1}}, "Invalid filter object"),
        ({"title": {"_eq": ""}}, 'You can\'t filter for an empty string in "_eq". Use "_empty" or "_nempty" instead'),
        ({"title": {"_in": []}}, '"_in" has to be an array of values'),
        ({"title": {"_nin": ""}}, '"_nin" has to be an array of values'),
        ({"title": {"_in": [{}]}}, '"_in" has to be an array of values'),
        ({"title": {"_null": "yes"}}, '"_null" has to be a boolean'),
        ({"title": {"_eq": [1]}}, '"_eq" has to be a single value'),
        ({"_having": "1"}, 'Invalid filter key "_having" on "articles"'),
        ({"_eq": 1}, 'Invalid filter key "_eq" on "articles"'),
        ({"json(data)": 1}, "Invalid json() syntax: requires json(field, path) format"),
    ],
)
def test_refusals(tree: Any, message: str) -> None:
    assert reason(tree, collection="articles") == message


def test_limits() -> None:
    assert reason({"_or": [{"a": 1}] * 4}, limits=TreeLimits(conditions=3)) == "The filter has more than 3 conditions"
    deep: Any = {"z": 1}
    for _ in range(12):
        deep = {"a": deep}
    assert reason(deep) == "Max relational depth exceeded"
    nested: Any = {"a": 1}
    for _ in range(5000):
        nested = {"_and": [nested]}
    assert reason(nested) == "The filter is nested more than 60 levels deep"


# --- paths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("title", Path(("title",))),
        ("author.name", Path(("author", "name"))),
        ("author.year(born)", Path(("author", "born"), function="year")),
        ("year(author.born)", Path(("author", "born"), function="year")),
        ("json(data, a.b[0].c)", Path(("data",), function="json", arguments=("a", "b", "0", "c"))),
        ("blocks.item:block_text.content", Path(("blocks", "item:block_text", "content"))),
    ],
)
def test_paths(text: str, path: Path) -> None:
    assert parse_path(text) == path


def test_splitting_outside_of_parentheses() -> None:
    assert split_outside("a,json(b, c.d),e", ",") == ["a", "json(b, c.d)", "e"]
    assert split_outside("a)b,c", ",") == ["a)b", "c"]
    assert split_json_path("k.c[12]") == ("k", "c", "12")
