"""From a selection set to a query: fields, fragments, directives and arguments become the same `Query` as REST's.

In charge of: which fields are selected once fragments and `@include` / `@skip` are applied, and the tree of wanted
output under the names that the answer has, so that the database writes the answer. Not in charge of: running it
(`operations`), what names mean (`plan/resolve`) or who may see them (`plan/secure`). Called by `operations` and
`subscriptions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
    print_ast,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values, get_variable_values

from satchel.errors import InvalidQuery
from satchel.expr.syntax_tree import parse_path, split_json_path
from satchel.model.catalog import Catalog
from satchel.plan.query import Aggregate, Arguments, Query, Select
from satchel.wire.directus.graphql.documents import ERRORS_MAX, Document
from satchel.wire.directus.graphql.inputs import filter_tree
from satchel.wire.directus.graphql.meaning import Functions, OneOf, Plain, Related, meaning, type_of
from satchel.wire.directus.graphql.schemas import CallersSchema
from satchel.wire.directus.parameters import Parameters, sanitise
from satchel.wire.directus.query import Builder, Reading, Rules

NARROWING = ("filter", "sort", "limit", "offset", "page", "search", "groupBy")
TYPENAME = "__typename"
AN_OBJECT = Select("", "", form="object")

Group = list[FieldNode]
Grouped = dict[str, Group]


class Conflicting(GraphQLError):
    """Two different fields under one name: the document is wrong, not only the field that it is found at."""


class InvalidVariables(Exception):
    """Variables that are not of their types. `errors`: what is wrong with each."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("Invalid variables.")
        self.errors = errors


@dataclass(slots=True)
class Budget:
    """How many fields may still be collected from one document."""

    fields: int
    most: int

    def spend(self) -> None:
        self.fields -= 1
        if self.fields < 0:
            raise InvalidQuery(f"The document selects more than {self.most} fields")


class Walker:
    """Walks the selections of one operation. `variables`: coerced values; None before there are any."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues | None,
        budget: Budget,
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.budget = budget

    @staticmethod
    def of(known: CallersSchema, document: Document, variables: VariableValues) -> Walker:
        """The walker of an operation with its variables."""
        most = known.documents.limits.fields
        return Walker(known.schema, document.fragments, variables, Budget(most, most))

    def collect(self, kind: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> Grouped:
        """Response name → its field nodes, of those selections that apply to the type. Raises Conflicting for two
        fields that can't share a name.
        """
        found: Grouped = {}
        visited: set[str] = set()
        for item in sets:
            if item is not None:
                self._collect(kind, item.selections, found, visited)
        for name, group in found.items():
            _check_mergeable(name, group)
        return found

    def _collect(
        self, kind: GraphQLObjectType, selections: Sequence[SelectionNode], found: Grouped, visited: set[str]
    ) -> None:
        for node in selections:
            if not self._included(node):
                continue
            match node:
                case FieldNode():
                    self.budget.spend()
                    found.setdefault((node.alias or node.name).value, []).append(node)
                case InlineFragmentNode():
                    condition = node.type_condition
                    if condition is None or self._applies(condition.name.value, kind):
                        self._collect(kind, node.selection_set.selections, found, visited)
                case FragmentSpreadNode():
                    name = node.name.value
                    fragment = self.fragments.get(name)
                    if name in visited or fragment is None:
                        continue
                    visited.add(name)
                    if self._applies(fragment.type_condition.name.value, kind):
                        self._collect(kind, fragment.selection_set.selections, found, visited)
                case _:
                    raise AssertionError(f"no selection is a {type(node).__name__}")

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _applies(self, condition: str, kind: GraphQLObjectType) -> bool:
        if condition == kind.name:
            return True
        found = self.schema.get_type(condition)
        return found is not None and is_abstract_type(found) and self.schema.is_sub_type(found, kind)

    def arguments(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The coerced arguments of a field. Raises GraphQLError."""
        return get_argument_values(field, node, self.variables, hide_suggestions=True)


def read_variables(known: CallersSchema, node: OperationDefinitionNode, given: Mapping[str, Any]) -> VariableValues:
    """The variables of an operation by their types. Raises InvalidVariables."""
    wanted = node.variable_definitions or ()
    found = get_variable_values(known.schema, wanted, dict(given), max_errors=ERRORS_MAX, hide_suggestions=True)
    if not isinstance(found, VariableValues):
        raise InvalidVariables(found)
    return found


def _check_mergeable(name: str, group: Group) -> None:
    """Fields under one name must be one field. Checked here, where it takes one look at each: comparing all with all,
    as the rule of the specification does, takes for ever on hostile documents.
    """
    if len(group) == 1:
        return
    first = group[0]
    said: str | None = None
    for node in group[1:]:
        same = node.name.value == first.name.value
        if same and (node.arguments or first.arguments):
            said = _arguments_text(first) if said is None else said
            same = _arguments_text(node) == said
        if not same:
            raise Conflicting(
                f'Fields "{name}" conflict because they are not the same field with the same arguments. '
                "Use different aliases on the fields to fetch both if this was intentional.",
                [first, node],
            )


def _arguments_text(node: FieldNode) -> str:
    return ",".join(sorted(print_ast(argument) for argument in node.arguments or ()))


def named(field: GraphQLField) -> Any:
    """The type of a field, without "list of" and "never null"."""
    kind = type_of(field)
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


class Reads:
    """Makes the Readings of one operation's root fields."""

    def __init__(self, walker: Walker, catalog: Catalog, rules: Rules) -> None:
        self.walker = walker
        self.catalog = catalog
        self.rules = rules

    def of_list(self, collection: str, kind: Any, group: Group, arguments: Mapping[str, Any]) -> Reading:
        """The Reading of a list, or of rows that are named by key later."""
        builder = Builder(collection, self.rules)
        narrowed = builder.arguments(self.parameters(collection, arguments))
        select = self.selects(builder, kind, group, 0)
        return Reading(Query(collection, "directus", "list", select, arguments=narrowed), tuple(builder.values))

    def of_rows(self, collection: str, kind: Any, group: Group, arguments: Mapping[str, Any]) -> Reading:
        """The Reading of rows that were just written, or of one item: all of them, unless arguments say less."""
        if any(arguments.get(name) is not None for name in NARROWING):
            most = -1 if arguments.get("limit") is None else arguments["limit"]
            return self.of_list(collection, kind, group, {**arguments, "limit": most})
        builder = Builder(collection, self.rules)
        select = self.selects(builder, kind, group, 0)
        return Reading(Query(collection, "directus", "list", select), tuple(builder.values))

    def of_groups(self, collection: str, kind: Any, group: Group, arguments: Mapping[str, Any]) -> Reading:
        """The Reading of a grouped list."""
        builder = Builder(collection, self.rules)
        layout = tuple(self._layout(kind, group))
        pairs = [("countAll", "*"), *_aggregates(layout)]
        parameters = self.parameters(collection, arguments)
        narrowed = builder.arguments(parameters)
        narrowed = Arguments(
            narrowed.where,
            narrowed.search,
            narrowed.sort,
            narrowed.page,
            tuple(Aggregate(function, name) for function, name in pairs),
            tuple(parse_path(name) for name in parameters.group),
            layout,
        )
        return Reading(Query(collection, "directus", "list", arguments=narrowed), tuple(builder.values))

    def parameters(self, collection: str, arguments: Mapping[str, Any]) -> Parameters:
        """Arguments as the parameters of the query language. Raises InvalidQuery."""
        given = {name: value for name, value in arguments.items() if name in NARROWING and value is not None}
        if "filter" in given:
            given["filter"] = filter_tree(self.catalog, collection, given["filter"])
        return sanitise(given, self.rules.bounds)

    # --- items

    def selects(self, builder: Builder, kind: Any, group: Group, depth: int) -> tuple[Select, ...]:
        """The wanted output of an item."""
        if depth > self.rules.tree.relations:
            raise InvalidQuery("Max relational depth exceeded")
        grouped = self.walker.collect(kind, [node.selection_set for node in group])
        return tuple(
            select for key, nodes in grouped.items() for select in self._entry(builder, kind, key, nodes, depth)
        )

    def _entry(self, builder: Builder, kind: Any, key: str, group: Group, depth: int) -> Iterator[Select]:
        name = group[0].name.value
        if name == TYPENAME:
            yield Select(kind.name, key, form="constant")
            return
        field: GraphQLField = kind.fields[name]
        match meaning(field):
            case Plain(name=column, form=form):
                yield Select(column, key, form=form)
            case Related(name=relation, target=target):
                children = self.selects(builder, named(field), group, depth + 1)
                arguments = self.walker.arguments(field, group[0])
                yield Select(relation, key, children, arguments=self._narrowed(builder, target, arguments))
            case OneOf(name=relation, targets=targets):
                for target in targets:
                    item = self.walker.schema.get_type(target)
                    children = self.selects(builder, item, group, depth + 1)
                    yield Select(relation, key, (AN_OBJECT, *children), scope=target, form="union")
            case Functions(name=column):
                functions = named(field)
                yield Select("", key, tuple(self._functions(column, functions, group)), form="object")
            case other:
                raise AssertionError(f"{kind.name}.{name} means {other!r}")

    def _narrowed(self, builder: Builder, target: str, arguments: Mapping[str, Any]) -> Arguments | None:
        if all(value is None for value in arguments.values()):
            return None
        return builder.arguments(self.parameters(target, arguments))

    def _functions(self, column: str, kind: Any, group: Group) -> Iterator[Select]:
        for key, nodes in self.walker.collect(kind, [node.selection_set for node in group]).items():
            function = nodes[0].name.value
            if function == TYPENAME:
                yield Select(kind.name, key, form="constant")
            elif function == "json":
                path = self.walker.arguments(kind.fields["json"], nodes[0])["path"]
                yield Select(column, key, function="json", function_arguments=split_json_path(path))
            else:
                yield Select(column, key, function=function, form="number")

    # --- groups

    def _layout(self, kind: Any, group: Group) -> Iterator[Select]:
        for key, nodes in self.walker.collect(kind, [node.selection_set for node in group]).items():
            name = nodes[0].name.value
            if name == TYPENAME:
                yield Select(kind.name, key, form="constant")
            elif name == "group":
                yield Select("", key, form="group")
            elif name == "countAll":
                yield Select("*", key, function="countAll", form="number")
            else:
                columns = named(kind.fields[name])
                yield Select("", key, tuple(self._aggregated(name, columns, nodes)), form="object")

    def _aggregated(self, function: str, kind: Any, group: Group) -> Iterator[Select]:
        for key, nodes in self.walker.collect(kind, [node.selection_set for node in group]).items():
            name = nodes[0].name.value
            if name == TYPENAME:
                yield Select(kind.name, key, form="constant")
            else:
                yield Select(name, key, function=function, form="number")


def _aggregates(layout: Iterable[Select]) -> Iterator[tuple[str, str]]:
    """The aggregates that a layout shows, so that rows can be sorted by them."""
    for item in layout:
        for child in item.children:
            if child.function:
                yield child.function, child.name
