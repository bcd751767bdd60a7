"""Random catalogs, rows, rules, policies and queries, for the oracle and the interference test.

Everything is drawn through Hypothesis, so that a failing case is shrunk and can be replayed by its seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from satchel.model.catalog import Catalog, Collection, Field, Relation
from tests.policy.world import alias, collection, may_read, relation, stored

Draw = Any

# Few values, so that conditions hold often; the odd ones are rare.
TEXTS = ("a", "a", "a", "b", "b", "b", "ab", "A", "", "b%", "_", "ä", "1")
NUMBERS = (0, 1, 1, 2, -1)
NAMES = ("ants", "bees", "cats")
IDS = (1, 2, 3, 4)
DANGLING = 9
PERSON = "5d0b7bd2-7d0c-4f0e-9a53-1f3a7a5f0c11"
ROLE = "c2a7c6f4-0f43-4e0d-8d2b-6a8a5b1e7d22"


class Case:
    """One random situation; `queries` (wire, collection, parameters) are asked one after another."""

    def __init__(
        self,
        catalog: Catalog,
        rows: Mapping[str, Sequence[Mapping[str, Any]]],
        permissions: Sequence[Mapping[str, Any]],
        user: str | None,
        role: str | None,
        record: Mapping[str, Any],
        queries: Sequence[tuple[str, str, Mapping[str, Any]]],
    ) -> None:
        self.catalog = catalog
        self.rows = rows
        self.permissions = permissions
        self.user = user
        self.role = role
        self.record = record
        self.queries = queries

    def __repr__(self) -> str:
        lines = ["", ""]
        for name, item in self.catalog.collections.items():
            lines.append(f"{name}: {list(item.fields)} rules {dict(item.rules)}")
            lines.extend(f"    {row}" for row in self.rows[name])
        lines.extend(
            f"{item.many}.{item.many_field} -> {item.one} as {item.one_field} {'(list)' if item.list else ''}"
            for item in self.catalog.relations
        )
        lines.extend(f"policy {json.dumps(row)}" for row in self.permissions)
        lines.append(f"user {self.user} role {self.role} {dict(self.record)}")
        lines.extend(f"query {wire} {name} {json.dumps(parameters)}" for wire, name, parameters in self.queries)
        return "\n".join(lines)


# --- catalogs


@st.composite
def catalogs(draw: Draw, *, lists: bool = True, more: Sequence[str] = ()) -> Catalog:
    """`lists`: whether relations may be lists of keys. `more`: texts that each collection has beside the usual ones."""
    names = NAMES[: draw(st.integers(2, 3))]
    relations: list[Relation] = []
    fields: dict[str, list[Field]] = {
        name: [
            stored("id", "integer"),
            stored("s", "string"),
            stored("n", "integer"),
            stored("b", "boolean"),
            *(stored(item, "string") for item in more),
        ]
        for name in names
    }
    for name in names:
        for column in ("x", "y")[: draw(st.integers(0, 2))]:
            target = draw(st.sampled_from(names))
            listed = f"{name}_{column}" if draw(st.booleans()) else None
            fields[name].append(stored(column, "integer"))
            if listed:
                fields[target].append(alias(listed))
            relations.append(relation(name, column, target, one_field=listed))
        if lists and draw(st.booleans()):
            target = draw(st.sampled_from(names))
            options = {"maxSelect": 5}
            fields[name].append(stored("l", "json", kind="relation", options=options))
            relations.append(relation(name, "l", target, list=True))
    bare = Catalog.build([collection(name, *fields[name]) for name in names], relations, 1)
    ruled = [draw(with_rules(bare, item)) for item in bare.collections.values()]
    return Catalog.build(ruled, relations, 1)


@st.composite
def with_rules(draw: Draw, catalog: Catalog, item: Collection) -> Collection:
    rules: dict[str, str | None] = {}
    for name in ("listRule", "viewRule"):
        kind = draw(st.sampled_from(("none", "none", "text", "text", "open")))
        if kind != "none":
            rules[name] = "" if kind == "open" else draw(texts(catalog, item.name, rule=True))
    return collection(item.name, *item.fields.values(), rules=rules)


# --- rows


@st.composite
def all_rows(draw: Draw, catalog: Catalog) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [draw(row_of(item, key)) for key in IDS[: draw(st.sampled_from((4, 4, 4, 3, 3, 2, 1, 0)))]]
        for name, item in catalog.collections.items()
    }


@st.composite
def row_of(draw: Draw, item: Collection, key: int) -> dict[str, Any]:
    row: dict[str, Any] = {"id": key}
    for field in item.stored_fields:
        if field.name != "id":
            row[field.name] = draw(value_of(field))
    return row


def value_of(field: Field) -> st.SearchStrategy[Any]:
    if field.name == "l":
        keys = st.sampled_from([str(key) for key in (*IDS, DANGLING)])
        return st.lists(keys, max_size=3, unique=True)
    if field.name in ("x", "y"):
        return st.sampled_from((None, *IDS, DANGLING))
    return st.one_of(literals(field.type), literals(field.type), st.none())


def literals(storage: str) -> st.SearchStrategy[Any]:
    if storage == "boolean":
        return st.booleans()
    return st.sampled_from(NUMBERS if storage == "integer" else TEXTS)


# --- paths


@st.composite
def paths(draw: Draw, catalog: Catalog, start: str, *, textual: bool) -> tuple[tuple[str, ...], Field]:
    """A path over at most two relations to a stored field."""
    parts: list[str] = []
    here = start
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
        steps = list(steps_from(catalog, here, textual=textual))
        if not steps:
            break
        name, here = draw(st.sampled_from(steps))
        parts.append(name)
    plain = [item for item in catalog.collections[here].stored_fields if item.name != "l"]
    found = draw(st.sampled_from(plain))
    return (*parts, found.name), found


def steps_from(catalog: Catalog, here: str, *, textual: bool) -> list[tuple[str, str]]:
    """(name, collection) of the relations that lead on."""
    found = [(item.many_field, item.one or "") for item in catalog.relations if item.many == here]
    for item in catalog.relations:
        if item.one == here and item.one_field:
            found.append((item.one_field, item.many))
        if item.one == here and textual:
            found.append((f"{item.many}_via_{item.many_field}", item.many))
    return found


# --- conditions as text


@st.composite
def texts(draw: Draw, catalog: Catalog, start: str, *, rule: bool) -> str:
    count = draw(st.sampled_from((1, 1, 2, 3)))
    parts = [draw(text_comparison(catalog, start, rule=rule)) for _ in range(count)]
    text = parts[0]
    for part in parts[1:]:
        text = f"{text} {draw(st.sampled_from(('&&', '||')))} {part}"
        if draw(st.booleans()):
            text = f"({text})"
    return text


@st.composite
def text_comparison(draw: Draw, catalog: Catalog, start: str, *, rule: bool) -> str:
    some = draw(st.sampled_from(("", "", "?")))
    lists = [item for item in catalog.relations if item.many == start and item.list]
    if lists and draw(st.integers(0, 4)) == 0:
        if draw(st.booleans()):
            return f"l:length {some}{draw(st.sampled_from(('=', '>', '!=')))} {draw(st.sampled_from((0, 1, 2)))}"
        return f"l:each {some}{draw(st.sampled_from(('=', '!=', '~')))} '{draw(st.sampled_from((1, 2, 9)))}'"
    parts, field = draw(paths(catalog, start, textual=True))
    left = ".".join(parts)
    if field.type == "boolean":
        return f"{left} {some}{draw(st.sampled_from(('=', '!=')))} {draw(st.sampled_from(('true', 'false', 'null')))}"
    kind = draw(st.sampled_from(("literal", "literal", "literal", "path", "auth", "lower")))
    operators = (
        ("=", "!=", ">", ">=", "<", "<=", "~", "!~") if field.type == "string" else ("=", "!=", ">", ">=", "<", "<=")
    )
    operator = f"{some}{draw(st.sampled_from(operators))}"
    if kind == "path":
        others, other = draw(paths(catalog, start, textual=True))
        if other.type == field.type:
            return f"{left} {operator} {'.'.join(others)}"
    if kind == "auth" and rule:
        name = draw(st.sampled_from(("id", "s", "missing")))
        return f"{left} {some}{draw(st.sampled_from(('=', '!=')))} @request.auth.{name}"
    if kind == "lower" and field.type == "string":
        left = f"{left}:lower"
    return f"{left} {operator} {text_literal(draw(st.one_of(literals(field.type), st.just(None))))}"


def text_literal(value: Any) -> str:
    if value is None:
        return "null"
    return f"'{value}'" if isinstance(value, str) else str(value)


# --- conditions as trees


@st.composite
def trees(draw: Draw, catalog: Catalog, start: str, *, rule: bool, depth: int = 2) -> dict[str, Any]:
    kind = draw(st.sampled_from(("one", "one", "one", "_and", "_or", "some")))
    if kind in ("_and", "_or") and depth:
        items = [draw(trees(catalog, start, rule=rule, depth=depth - 1)) for _ in range(draw(st.integers(1, 3)))]
        return {kind: items}
    if kind == "some":
        aliases = [item for item in catalog.relations if item.one == start and item.one_field]
        if aliases:
            item = draw(st.sampled_from(aliases))
            below = draw(trees_inside(catalog, item.many, rule=rule))
            return {item.one_field: {draw(st.sampled_from(("_some", "_none"))): below}}
    return draw(tree_comparison(catalog, start, rule=rule))


@st.composite
def trees_inside(draw: Draw, catalog: Catalog, start: str, *, rule: bool) -> dict[str, Any]:
    """Below a quantifier: no further quantifiers, and never the empty object."""
    items = [draw(tree_comparison(catalog, start, rule=rule)) for _ in range(draw(st.sampled_from((1, 1, 2))))]
    return items[0] if len(items) == 1 else {draw(st.sampled_from(("_and", "_or"))): items}


@st.composite
def tree_comparison(draw: Draw, catalog: Catalog, start: str, *, rule: bool) -> dict[str, Any]:
    parts, field = draw(paths(catalog, start, textual=False))
    condition: Any = draw(operation(field, rule=rule))
    aliases = [item.one_field for item in catalog.relations if item.one == start and item.one_field]
    special = draw(st.integers(0, 7)) if aliases else 7
    if special == 0:
        return {draw(st.sampled_from(aliases)): {draw(st.sampled_from(("_null", "_nnull"))): True}}
    if special == 1:
        return {f"count({draw(st.sampled_from(aliases))})": {"_gt": draw(st.sampled_from((0, 1)))}}
    for part in reversed(parts):
        condition = {part: condition}
    return condition


@st.composite
def operation(draw: Draw, field: Field, *, rule: bool) -> dict[str, Any]:
    if draw(st.integers(0, 5)) == 0:
        return {draw(st.sampled_from(("_null", "_nnull"))): draw(st.booleans())}
    if rule and draw(st.integers(0, 5)) == 0:
        return draw(of_the_caller(field))
    if rule and field.type != "string" and draw(st.integers(0, 15)) == 0:
        return {draw(st.sampled_from(("_eq", "_neq"))): "words"}
    if field.type == "boolean":
        return {draw(st.sampled_from(("_eq", "_neq"))): draw(st.booleans())}
    value = draw(literals(field.type).filter(lambda item: item != ""))
    if field.type == "integer":
        name = draw(
            st.sampled_from(("_eq", "_neq", "_gt", "_gte", "_lt", "_lte", "_in", "_nin", "_between", "_nbetween"))
        )
    else:
        name = draw(st.sampled_from(("_eq", "_neq", "_in", "_nin", "_contains", "_ncontains", "_icontains",
                                     "_starts_with", "_nstarts_with", "_ends_with", "_empty", "_nempty")))  # fmt: skip
    if name in ("_empty", "_nempty"):
        return {name: True}
    if name in ("_in", "_nin"):
        return {name: draw(st.lists(literals(field.type), min_size=1, max_size=3))}
    if name in ("_between", "_nbetween"):
        return {name: [value, draw(literals(field.type))]}
    return {name: value}


@st.composite
def of_the_caller(draw: Draw, field: Field) -> dict[str, Any]:
    """A comparison with something of the caller, which the field may be unable to hold."""
    users = ("$CURRENT_USER", "$CURRENT_USER", "$CURRENT_USER.s", "$CURRENT_USER.missing")
    variable = draw(st.sampled_from((*users, "$CURRENT_ROLE", "$CURRENT_ROLES")))
    if field.type == "boolean":
        return {draw(st.sampled_from(("_eq", "_neq"))): variable}
    lists = ("_in", "_nin")
    if variable == "$CURRENT_ROLES":
        return {draw(st.sampled_from((*lists, "_eq", "_neq"))): variable}
    if field.type == "integer":
        if draw(st.integers(0, 5)) == 0:
            return {draw(st.sampled_from(("_between", "_nbetween"))): [variable, draw(literals(field.type))]}
        lists = (*lists, "_gt", "_lte")
    name = draw(st.sampled_from(("_eq", "_neq", *lists)))
    if name in ("_in", "_nin") and draw(st.booleans()):
        return {name: [variable, draw(literals(field.type))]}
    return {name: variable}


# --- policies


@st.composite
def policies(draw: Draw, catalog: Catalog) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, item in catalog.collections.items():
        for _ in range(draw(st.sampled_from((2, 2, 1, 1, 1, 0)))):
            rule = draw(st.one_of(trees(catalog, name, rule=True), st.none()))
            everything = draw(st.sampled_from((True, True, False)))
            names = sorted(draw(st.sets(st.sampled_from(sorted(item.fields)), min_size=1)) | {"id"})
            found.append(may_read(name, rule, ["*"] if everything else names))
    return found


# --- queries


@st.composite
def queries(draw: Draw, catalog: Catalog) -> tuple[str, str, dict[str, Any]]:
    """(wire, collection, parameters)"""
    name = draw(st.sampled_from(sorted(catalog.collections)))
    kind = draw(st.sampled_from(("directus", "directus", "directus", "pocketbase", "pocketbase", "groups")))
    if kind == "pocketbase":
        return "pocketbase", name, draw(pocketbase_parameters(catalog, name))
    if kind == "groups":
        return "directus", name, draw(group_parameters(catalog, name))
    return "directus", name, draw(directus_parameters(catalog, name))


@st.composite
def directus_parameters(draw: Draw, catalog: Catalog, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"meta": "*", "limit": draw(st.sampled_from((-1, -1, 2)))}
    if draw(st.booleans()):
        found["filter"] = draw(trees(catalog, name, rule=False))
    if draw(st.integers(0, 4)) == 0:
        found["search"] = draw(st.sampled_from(("a", "b", "1", "2", "A", "_")))
    if draw(st.booleans()):
        found["sort"] = draw(sorts(catalog, name, textual=False))
    found["fields"] = draw(field_lists(catalog, name))
    if draw(st.integers(0, 3)) == 0:
        found["offset"] = 1
    deep = draw(deep_parameters(catalog, name))
    if deep:
        found["deep"] = deep
    return found


@st.composite
def sorts(draw: Draw, catalog: Catalog, name: str, *, textual: bool) -> list[str]:
    keys: list[str] = []
    for _ in range(draw(st.integers(1, 2))):
        parts, field = draw(paths(catalog, name, textual=textual))
        if field.type != "boolean":
            keys.append(draw(st.sampled_from(("", "-"))) + ".".join(parts))
    return [*keys, "id"]


@st.composite
def field_lists(draw: Draw, catalog: Catalog, name: str) -> list[str]:
    found = ["id"]
    if draw(st.booleans()):
        found.append(draw(st.sampled_from(("*", "*.*"))))
    for _ in range(draw(st.integers(0, 3))):
        parts, _ = draw(paths(catalog, name, textual=False))
        found.append(".".join(parts))
    aliases = [item.one_field for item in catalog.relations if item.one == name and item.one_field]
    if aliases and draw(st.booleans()):
        one = draw(st.sampled_from(aliases))
        found.append(draw(st.sampled_from((one, f"{one}.*", f"count({one})"))))
    return list(dict.fromkeys(found))


@st.composite
def deep_parameters(draw: Draw, catalog: Catalog, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in catalog.relations:
        if item.one == name and item.one_field and draw(st.integers(0, 2)) == 0:
            below: dict[str, Any] = {}
            if draw(st.booleans()):
                below["_filter"] = draw(trees(catalog, item.many, rule=False, depth=1))
            if draw(st.booleans()):
                below["_sort"] = draw(sorts(catalog, item.many, textual=False))
                below["_limit"] = draw(st.sampled_from((1, 2, -1)))
            if below:
                found[item.one_field] = below
    return found


@st.composite
def group_parameters(draw: Draw, catalog: Catalog, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"limit": -1, "aggregate": {"countAll": ["*"]}}
    for function in ("min", "max", "sum", "avg", "count", "countDistinct", "sumDistinct"):
        if draw(st.integers(0, 3)) == 0:
            fields = ("n",) if function in ("sum", "avg", "sumDistinct") else ("n", "s")
            found["aggregate"].setdefault(function, []).append(draw(st.sampled_from(fields)))
    if draw(st.booleans()):
        found["groupBy"] = draw(st.lists(st.sampled_from(("s", "n", "b")), min_size=1, max_size=2, unique=True))
    if draw(st.booleans()):
        found["filter"] = draw(trees(catalog, name, rule=False))
    return found


@st.composite
def pocketbase_parameters(draw: Draw, catalog: Catalog, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["where"] = draw(texts(catalog, name, rule=False))
    found["sort"] = ",".join(draw(sorts(catalog, name, textual=True)))
    steps = steps_from(catalog, name, textual=True)
    if steps and draw(st.booleans()):
        step, target = draw(st.sampled_from(steps))
        further = steps_from(catalog, target, textual=True)
        if further and draw(st.booleans()):
            step = f"{step}.{draw(st.sampled_from(further))[0]}"
        found["expand"] = step
    return found


@st.composite
def cases(draw: Draw) -> Case:
    catalog = draw(catalogs())
    return Case(
        catalog,
        draw(all_rows(catalog)),
        draw(policies(catalog)),
        draw(st.sampled_from(("1", "1", "2", PERSON, None))),
        draw(st.sampled_from((ROLE, "1", None))),
        {"s": draw(st.sampled_from(("a", "b", "", None))), "missing": None},
        [draw(queries(catalog)) for _ in range(draw(st.integers(1, 4)))],
    )
