"""Operations: the root fields of one operation in their order, and what an error at one of them leaves of the answer.

In charge of: which root fields run, limits on them, errors and their places. Not in charge of: what a field does
(`root_fields`), documents (`documents`), the envelope (`answers`). Called by `requests`.

A query's field is one read: one statement, whose bytes go into the answer. A mutation's field is one transaction: it is
committed before the next one begins, and one that fails takes nothing of the others back.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import FieldNode, GraphQLError, GraphQLField, OperationType

from satchel.errors import SatchelError
from satchel.http import json
from satchel.http.response import Response
from satchel.wire.directus.graphql import answers
from satchel.wire.directus.graphql.answers import Told
from satchel.wire.directus.graphql.documents import InvalidDocument
from satchel.wire.directus.graphql.introspection import INTROSPECTION, introspect
from satchel.wire.directus.graphql.meaning import meaning
from satchel.wire.directus.graphql.prepared import Prepared
from satchel.wire.directus.graphql.root_fields import NULL, Field, RootFields, Work
from satchel.wire.directus.graphql.schemas import CallersSchema
from satchel.wire.directus.graphql.selection import TYPENAME, Conflicting, Group, Grouped
from satchel.wire.directus.graphql.system_fields import Call


class Operation:
    """One run of one operation."""

    def __init__(self, known: CallersSchema, fields: RootFields, operation: Prepared) -> None:
        self.known = known
        self.fields = fields
        self.operation = operation

    async def run(self) -> Response:
        """The answer. Raises InvalidDocument before anything is done."""
        schema, node = self.known.schema, self.operation.node
        kind = schema.mutation_type if node.operation is OperationType.MUTATION else schema.query_type
        assert kind is not None, "a valid operation has a root"
        try:
            grouped = self.operation.grouped
            if grouped is None:
                grouped = self.fields.walker.collect(kind, [node.selection_set])
                self._check(grouped, kind.fields)
                self.operation.grouped = grouped
            prepared = {key: self._prepared(key, group, kind.fields) for key, group in grouped.items()}
            told = await self._introspect(grouped)
        except Conflicting as error:
            raise InvalidDocument.of([error]) from None
        entries: list[tuple[str, bytes]] = []
        errors: list[Told] = []
        for key, group in grouped.items():
            work = prepared[key]
            if work is None:
                entries.append((key, told.get(key) or json.encode(kind.name)))
                continue
            try:
                if isinstance(work, Exception):
                    raise work
                entries.append((key, await work()))
            except (SatchelError, GraphQLError) as error:
                errors += self._told(error, key, group[0])
                if Field(key, group, kind.fields[group[0].name.value], {}).certain:
                    return answers.answered(None, errors)
                entries.append((key, NULL))
        return answers.answered(entries, errors)

    def _prepared(self, key: str, group: Group, fields: Mapping[str, GraphQLField]) -> Work | Exception | None:
        """The work of a root field, or what is wrong with it; None for those that speak of the schema."""
        name = group[0].name.value
        if name == TYPENAME or name in INTROSPECTION:
            return None
        try:
            field = self.operation.fields.get(key)
            if field is None:
                arguments = self.fields.walker.arguments(fields[name], group[0])
                field = self.operation.fields[key] = Field(key, group, fields[name], arguments)
            return self.fields.prepare(field)
        except Conflicting:
            raise
        except (SatchelError, GraphQLError) as error:
            return error

    def _told(self, error: Exception, key: str, node: FieldNode) -> list[Told]:
        if isinstance(error, SatchelError) and error.status >= 500:
            # the answer is a 200 that nobody would look at
            self.fields.items.services.observer.note("A GraphQL field failed.", "error", error=error)
        admin = self.fields.context.actor.admin
        return answers.told(error, key, node, admin=admin, catalog=self.known.catalog if admin else None)

    def _check(self, grouped: Grouped, fields: Mapping[str, GraphQLField]) -> None:
        """Raise InvalidDocument for more root fields than an operation may have, or two of one that stands alone."""
        most = self.known.documents.limits.root_fields
        if len(grouped) > most:
            raise InvalidDocument.of([GraphQLError(f"An operation can have at most {most} root fields.")])
        seen: set[str] = set()
        for group in grouped.values():
            name = group[0].name.value
            note = meaning(fields[name]) if name in fields else None
            if isinstance(note, Call) and note.once:
                if name in seen:
                    message = f'The field "{name}" can be used only once in an operation.'
                    raise InvalidDocument.of([GraphQLError(message, group)])
                seen.add(name)

    async def _introspect(self, grouped: Grouped) -> dict[str, bytes]:
        """What the schema says of itself, by response name."""
        asked = {key: group for key, group in grouped.items() if group[0].name.value in INTROSPECTION}
        if not asked:
            return {}
        most = self.known.documents.limits.told
        return await introspect(self.fields.walker, self.known.schema, asked, most)
