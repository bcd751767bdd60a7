"""One GraphQL request: from a text to the body of an answer. Imported at the first one, because graphql-core takes a
tenth of a second to load.

In charge of: the steps from text to answer, in their order, and whose schema it is. Not in charge of: HTTP (`http`).
Made by `http`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, OperationType

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.policy.actor import Actor
from satchel.wire.directus.errors import MethodNotAllowed
from satchel.wire.directus.gate import Gate, state_of
from satchel.wire.directus.graphql import answers
from satchel.wire.directus.graphql.calls import Calls
from satchel.wire.directus.graphql.documents import DocumentLimits, InvalidDocument
from satchel.wire.directus.graphql.operations import Operation
from satchel.wire.directus.graphql.prepared import KeptQueries, Prepared
from satchel.wire.directus.graphql.root_fields import RootFields
from satchel.wire.directus.graphql.schemas import CallersSchema, Schemas
from satchel.wire.directus.graphql.sdl import schema_text
from satchel.wire.directus.graphql.selection import InvalidVariables, Walker, read_variables
from satchel.wire.directus.graphql.system_fields import SystemFields
from satchel.wire.directus.graphql.visible import Scope
from satchel.wire.directus.items import Items, Resource
from satchel.wire.directus.query import Reader
from satchel.wire.directus.services import Services


class Requests:
    """Answers GraphQL requests. One per wire."""

    def __init__(self, services: Services, gate: Gate, reader: Reader, router: Router) -> None:
        self.services = services
        self.gate = gate
        self.router = router
        self.reader = reader
        self.items = Items(services, gate, reader, Resource())
        self._kept = KeptQueries()
        self.schemas = Schemas(DocumentLimits.of(services.settings), SystemFields(router))

    async def schema(self, actor: Actor, scope: Scope) -> CallersSchema:
        """The caller's schema."""
        grants = await self.services.accounts.grants(actor)
        return await self.schemas.of(self.services.engine.catalog, grants, scope)

    async def text(self, request: Request, scope: Scope) -> str:
        """The caller's schema in the schema definition language. Raises Forbidden where schemas don't tell."""
        if not self.schemas.limits.introspection:
            raise Forbidden("Introspection is switched off.")
        known = await self.schema(state_of(request).actor, scope)
        return await asyncio.to_thread(schema_text, known.schema)

    async def run(
        self, request: Request, scope: Scope, text: str, variables: Mapping[str, Any], name: str | None
    ) -> Response:
        """The answer to one request. Raises MethodNotAllowed for a mutation by GET."""
        known = await self.schema(state_of(request).actor, scope)
        key = KeptQueries.key(known.documents, text, name, variables)
        try:
            prepared = self._kept.get(key) or await self._prepared(known, text, variables, name)
            kind = prepared.node.operation
            if kind is OperationType.MUTATION and request.method in ("GET", "HEAD"):
                raise MethodNotAllowed(request.method, ("POST",))
            if kind is OperationType.SUBSCRIPTION:
                raise GraphQLError("Subscriptions are served over WebSockets.", prepared.node)
            walker = Walker.of(known, prepared.document, prepared.variables)
            calls = Calls(self, request)
            fields = RootFields(
                request, self.items, calls, walker, known.catalog, self.gate.context(request), prepared.readings
            )
            response = await Operation(known, fields, prepared).run()
            if kind is OperationType.QUERY:
                self._kept.keep(key, prepared)
            response.headers.extend((b"set-cookie", cookie) for cookie in calls.cookies)
            return response
        except InvalidVariables as error:
            return answers.refused(error.errors, known.schema)
        except InvalidDocument as error:
            return answers.invalid(error)
        except GraphQLError as error:
            return answers.refused([error])

    @staticmethod
    async def _prepared(known: CallersSchema, text: str, variables: Mapping[str, Any], name: str | None) -> Prepared:
        document = await known.read(text)
        node = document.operation(name)
        return Prepared(document, node, read_variables(known, node, variables))
