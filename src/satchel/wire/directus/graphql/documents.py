"""Documents: from a query's text to one that fits a schema, and what it may cost before anything is asked of it.

In charge of: size, nesting, parsing, validation, and keeping what was found valid. Not in charge of: what its fields
mean (`selection`) or how many root fields an operation may have (`operations`). Called by `http` and `subscriptions`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    parse,
    specified_rules,
    validate,
)

from satchel.config import Settings

KEPT_CHARACTERS = 300_000
"""Of the texts of all documents that are kept; a read document takes some two hundred times as many bytes."""
ERRORS_MAX = 50
# deeper than any query needs, and far from what a parser that calls itself can bear
NESTING_MAX = 100
_TOKEN = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}\[\]()]', re.DOTALL)

_QUOTED = re.compile(r"'([^'\"]*)'")
_MISSING = re.compile(r"Expected value of type '(\w+)!?' to include required field '(\w+)'")
_UNKNOWN = re.compile(r"Expected value of type '(\w+)!?' not to include unknown field '(\w+)'")
_VARIABLE = re.compile(r"Variable '\$\w+' has invalid value[^:]*: ")
# what was sent, in the rest of such a message
_SENT = re.compile(r"(?<= value): .*|, found: .*|(?<=Value )'.*' (?=does not exist in )", re.DOTALL)

# compared where fields are collected, see `selection`
_RULES = tuple(rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule)


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """`tokens`: of one document. `root_fields`: of one operation. `fields`: all that are selected, fragments spread
    out. `introspection`: whether a schema tells what it holds. `told`: fields of an answer about a schema."""

    tokens: int = 5000
    root_fields: int = 50
    fields: int = 10_000
    introspection: bool = True
    told: int = 2_000_000

    @staticmethod
    def of(settings: Settings) -> DocumentLimits:
        return DocumentLimits(
            settings.graphql_query_token_limit,
            settings.graphql_max_root_fields,
            settings.graphql_max_fields,
            settings.graphql_introspection,
            settings.graphql_max_introspection_fields,
        )


Told = Mapping[str, Any]
"""Message and locations of one error."""


class InvalidDocument(Exception):
    """A document that can't be understood or does not fit the schema. `errors`: message and locations of each."""

    def __init__(self, errors: Sequence[Told]) -> None:
        super().__init__("GraphQL validation error.")
        self.errors = errors

    @staticmethod
    def of(errors: Sequence[GraphQLError], schema: GraphQLSchema | None = None) -> InvalidDocument:
        return InvalidDocument([_told(error, schema) for error in errors])


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document. `operations`: in the order in which they stand."""

    node: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of that name, or the only one. Raises GraphQLError."""
        if name is None:
            if len(self.operations) == 1:
                return self.operations[0]
            if not self.operations:
                raise GraphQLError("Must provide an operation.")
            raise GraphQLError("Must provide operation name if query contains multiple operations.")
        for operation in self.operations:
            if operation.name is not None and operation.name.value == name:
                return operation
        raise GraphQLError(f'Unknown operation named "{name}".')


class Kept:
    """The documents that were read last, of all schemas, and what was wrong with those that did not fit."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, str], Document | Sequence[Told]] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, schema: int, text: str) -> Document | Sequence[Told] | None:
        with self._lock:
            found = self._known.get((schema, text))
            if found is not None:
                self._known.move_to_end((schema, text))
            return found

    def keep(self, schema: int, text: str, found: Document | Sequence[Told]) -> None:
        with self._lock:
            if len(text) > KEPT_CHARACTERS // 10 or (schema, text) in self._known:
                return
            self._known[(schema, text)] = found
            self._characters += len(text)
            while self._characters > KEPT_CHARACTERS:
                (_, oldest), _ = self._known.popitem(last=False)
                self._characters -= len(oldest)


_numbers = count()


class Documents:
    """The documents of one schema. `kept`: shared with other schemas. Also used in threads."""

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits, kept: Kept | None = None) -> None:
        self.schema = schema
        self.limits = limits
        self._kept = kept or Kept()
        self._number = next(_numbers)

    def read(self, text: str) -> Document:
        """The document in a text. Raises InvalidDocument."""
        known = self._kept.get(self._number, text)
        if known is None:
            try:
                known = self._read(text)
            except InvalidDocument as error:
                known = error.errors
            self._kept.keep(self._number, text, known)
        if isinstance(known, Document):
            return known
        raise InvalidDocument(known)

    def _read(self, text: str) -> Document:
        try:
            _check_nesting(text)
            node = parse(text, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            raise InvalidDocument.of([error]) from None
        rules: Any = _RULES if self.limits.introspection else (*_RULES, NoSchemaIntrospectionCustomRule)
        errors = validate(self.schema, node, rules, max_errors=ERRORS_MAX, hide_suggestions=True)
        if errors:
            raise InvalidDocument.of(errors, self.schema)
        operations = tuple(item for item in node.definitions if isinstance(item, OperationDefinitionNode))
        fragments = {item.name.value: item for item in node.definitions if isinstance(item, FragmentDefinitionNode)}
        return Document(node, operations, fragments)


def _check_nesting(text: str) -> None:
    """Raise GraphQLError for a text whose brackets are nested too deeply to be parsed."""
    depth = 0
    for match in _TOKEN.finditer(text):
        character = match.group()
        if character in "{[(":
            depth += 1
            if depth > NESTING_MAX:
                raise GraphQLError(f"Syntax Error: The document is nested more than {NESTING_MAX} levels deep.")
        elif character in "}])":
            depth -= 1


def _told(error: GraphQLError, schema: GraphQLSchema | None) -> dict[str, Any]:
    told: dict[str, Any] = {"message": worded(error.message, schema)}
    if error.locations:
        told["locations"] = located(error)
    return told


def worded(message: str, schema: GraphQLSchema | None) -> str:
    """A message in the words that clients of this protocol know, and without what was sent."""
    missing = _MISSING.search(message)
    if missing is not None:
        kind: Any = schema.get_type(missing[1]) if schema is not None else None
        wanted = kind.fields[missing[2]].type if kind is not None else ""
        said = f'Field "{missing[1]}.{missing[2]}" of required type "{wanted}" was not provided.'
        message = message[: missing.start()] + said
    unknown = _UNKNOWN.search(message)
    if unknown is not None:
        message = message[: unknown.start()] + f'Field "{unknown[2]}" is not defined by type "{unknown[1]}".'
    variable = _VARIABLE.match(message)
    if variable is not None:
        message = variable[0] + _SENT.sub("", message[variable.end() :])
    return _QUOTED.sub(r'"\1"', message)


def located(error: GraphQLError) -> list[dict[str, int]]:
    """The places in the document that an error is about."""
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]
