"""The root fields of the system scope that belong to no collection: the server, the schema, the caller, signing in.

In charge of: which there are, and which request of the REST side each of them is. A field is there when the route is,
and when the caller may use it at all; the handlers of the routes decide, as they do for REST. Not in charge of: running
them (`calls`). Called by `schemas`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graphql import (
    GraphQLArgument,
    GraphQLField,
    ObjectTypeDefinitionNode,
    parse,
)
from graphql.utilities import value_from_ast_untyped

from satchel.http.router import Router
from satchel.wire.directus.graphql.meaning import noted
from satchel.wire.directus.graphql.schema import Builder
from satchel.wire.directus.graphql.system_types import system_types, type_named

Gives = Literal["data", "bare", "text", "done", "nothing", "named", "file"]
Asks = Callable[[Builder], bool]


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a route. `path` holds arguments in braces. `body`: the arguments that go into the body (`*data`: the
    argument is the body), `query`: into the query string.

    `gives`: the answer's `data`, its `bare` JSON or `text`, `done` (true), `nothing` (null), `named` (the arguments
    themselves), `file` (the item of that key). `once`: one operation may ask for it only once, so that limits on
    attempts count. `known`: what is named must be there.
    """

    method: str
    path: str
    body: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    gives: Gives = "data"
    once: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """The caller's own user or roles, read or changed by the engine."""

    what: Literal["user", "roles", "change"]


@dataclass(frozen=True, slots=True)
class SchemaText:
    """The text of a schema."""


def _always(builder: Builder) -> bool:
    return True


def _admin(builder: Builder) -> bool:
    return builder.visible.grants.admin


def _reads(name: str) -> Asks:
    return lambda builder: builder.visible.may(name, "list")


def _creates(name: str) -> Asks:
    return lambda builder: bool(builder.visible.writable(name, "create"))


def _sees(name: str) -> Asks:
    return lambda builder: bool(builder.visible.readable(name))


def _changes_own(builder: Builder) -> bool:
    return bool(builder.visible.writable("directus_users", "update") and builder.visible.readable("directus_users"))


def _imports(builder: Builder) -> bool:
    return bool(builder.visible.writable("directus_files", "create") and builder.visible.readable("directus_files"))


# signature → (what it means, who finds it in the schema)
_ONE_COLLECTION, _ONE_FIELD = "/collections/{collection}", "/fields/{collection}/{field}"
_ONE_RELATION = "/relations/{collection}/{field}"
QUERIES: Mapping[str, tuple[Any, Asks]] = {
    "server_specs_oas: JSON": (Call("GET", "/server/specs/oas", gives="bare", once=True), _always),
    "server_specs_graphql(scope: graphql_sdl_scope): String": (SchemaText(), _always),
    "server_ping: String": (Call("GET", "/server/ping", gives="text"), _always),
    "server_info: server_info": (Call("GET", "/server/info"), _always),
    "server_health: JSON": (Call("GET", "/server/health", gives="bare", once=True), _always),
    "collections: [directus_collections!]!": (Call("GET", "/collections"), _reads("directus_collections")),
    "collections_by_name(name: String!): directus_collections": (
        Call("GET", "/collections/{name}"),
        _reads("directus_collections"),
    ),
    "fields: [directus_fields!]!": (Call("GET", "/fields"), _reads("directus_fields")),
    "fields_in_collection(collection: String!): [directus_fields!]!": (
        Call("GET", "/fields/{collection}"),
        _reads("directus_fields"),
    ),
    "fields_by_name(collection: String!, field: String!): directus_fields": (
        Call("GET", _ONE_FIELD),
        _reads("directus_fields"),
    ),
    "relations: [directus_relations!]!": (Call("GET", "/relations"), _reads("directus_relations")),
    "relations_in_collection(collection: String!): [directus_relations!]!": (
        Call("GET", "/relations/{collection}"),
        _reads("directus_relations"),
    ),
    "relations_by_name(collection: String!, field: String!): directus_relations": (
        Call("GET", _ONE_RELATION),
        _reads("directus_relations"),
    ),
    "extensions: [directus_extensions!]!": (Call("GET", "/extensions"), _admin),
    "users_me: directus_users": (Own("user"), _sees("directus_users")),
    "permissions_me: permissions_me_type": (Call("GET", "/permissions/me"), _always),
    "roles_me: [directus_roles]": (Own("roles"), _sees("directus_roles")),
    "policies_me_globals: policy_me_globals_type": (Call("GET", "/policies/me/globals"), _always),
}


def _done(method: str, path: str, *body: str) -> Call:
    """Something that is only done, and only once."""
    return Call(method, path, body, gives="done", once=True)


_INDEXED = "concurrentIndexCreation: Boolean = false"
_COLLECTION_INPUT = "data: write_directus_collections_input!"
_FIELD_INPUT, _RELATION_INPUT = "data: write_directus_fields_input!", "data: write_directus_relations_input!"
_BOTH = "collection: String!, field: String!"
MUTATIONS: Mapping[str, tuple[Any, Asks]] = {
    "auth_login(email: String!, password: String!, mode: auth_mode, otp: String): auth_tokens": (
        Call("POST", "/auth/login", ("email", "password", "mode", "otp"), once=True),
        _always,
    ),
    "auth_refresh(refresh_token: String, mode: auth_mode): auth_tokens": (
        Call("POST", "/auth/refresh", ("refresh_token", "mode"), once=True),
        _always,
    ),
    "auth_logout(refresh_token: String, mode: auth_mode): Boolean": (
        _done("POST", "/auth/logout", "refresh_token", "mode"),
        _always,
    ),
    "auth_password_request(email: String!, reset_url: String): Boolean": (
        _done("POST", "/auth/password/request", "email", "reset_url"),
        _always,
    ),
    "auth_password_reset(token: String!, password: String!): Boolean": (
        _done("POST", "/auth/password/reset", "token", "password"),
        _always,
    ),
    "users_me_tfa_generate(password: String!): users_me_tfa_generate_data": (
        Call("POST", "/users/me/tfa/generate", ("password",), once=True),
        _always,
    ),
    "users_me_tfa_enable(otp: String!, secret: String!): Boolean": (
        _done("POST", "/users/me/tfa/enable", "otp", "secret"),
        _always,
    ),
    "users_me_tfa_disable(otp: String!): Boolean": (_done("POST", "/users/me/tfa/disable", "otp"), _always),
    "utils_random_string(length: Int): String": (
        Call("GET", "/utils/random/string", query=("length",)),
        _always,
    ),
    "utils_sort(collection: String!, item: ID!, to: ID!): Boolean": (
        Call("POST", "/utils/sort/{collection}", ("item", "to"), gives="done"),
        _always,
    ),
    "utils_revert(revision: ID!): Boolean": (Call("POST", "/utils/revert/{revision}", gives="done"), _always),
    "utils_cache_clear: Void": (Call("POST", "/utils/cache/clear", gives="nothing"), _admin),
    "users_invite_accept(token: String!, password: String!): Boolean": (
        _done("POST", "/users/invite/accept", "token", "password"),
        _always,
    ),
    "users_register(email: String!, password: String!, verification_url: String, first_name: String,"
    " last_name: String): Boolean": (
        _done("POST", "/users/register", "email", "password", "verification_url", "first_name", "last_name"),
        _always,
    ),
    "users_register_verify(token: String!): Boolean": (
        Call("GET", "/users/register/verify-email", query=("token",), gives="done", once=True),
        _always,
    ),
    f"create_collections_item({_COLLECTION_INPUT}, {_INDEXED}): write_directus_collections": (
        Call("POST", "/collections", ("*data",)),
        _admin,
    ),
    f"update_collections_item(collection: String!, {_COLLECTION_INPUT}): write_directus_collections": (
        Call("PATCH", _ONE_COLLECTION, ("*data",)),
        _admin,
    ),
    "delete_collections_item(collection: String!): delete_collection": (
        Call("DELETE", _ONE_COLLECTION, gives="named", known=True),
        _admin,
    ),
    f"create_fields_item(collection: String!, {_FIELD_INPUT}, {_INDEXED}): write_directus_fields": (
        Call("POST", "/fields/{collection}", ("*data",)),
        _admin,
    ),
    f"update_fields_item({_BOTH}, {_FIELD_INPUT}, {_INDEXED}): write_directus_fields": (
        Call("PATCH", _ONE_FIELD, ("*data",)),
        _admin,
    ),
    f"update_fields_items(collection: String!, data: [write_directus_fields_input!], {_INDEXED}):"
    " [write_directus_fields]": (
        Call("PATCH", "/fields/{collection}", ("*data",)),
        _admin,
    ),
    f"delete_fields_item({_BOTH}): delete_field": (Call("DELETE", _ONE_FIELD, gives="named", known=True), _admin),
    f"create_relations_item({_RELATION_INPUT}): write_directus_relations": (
        Call("POST", "/relations", ("*data",)),
        _admin,
    ),
    f"update_relations_item({_BOTH}, {_RELATION_INPUT}): write_directus_relations": (
        Call("PATCH", _ONE_RELATION, ("*data",)),
        _admin,
    ),
    f"delete_relations_item({_BOTH}): delete_relation": (
        Call("DELETE", _ONE_RELATION, gives="named", known=True),
        _admin,
    ),
    "update_extensions_item(id: ID, data: update_directus_extensions_inputInput): directus_extensions": (
        Call("PATCH", "/extensions/{id}", ("*data",)),
        _admin,
    ),
    "update_users_me(data: update_directus_users_input): directus_users": (Own("change"), _changes_own),
    "import_file(url: String!, data: create_directus_files_input): directus_files": (
        Call("POST", "/files/import", ("url", "data"), gives="file"),
        _imports,
    ),
    "users_invite(email: String!, role: String!, invite_url: String): Boolean": (
        _done("POST", "/users/invite", "email", "role", "invite_url"),
        _creates("directus_users"),
    ),
}


class SystemFields:
    """These fields for a router: those whose routes it has."""

    def __init__(self, router: Router) -> None:
        self.router = router

    def fields(self, builder: Builder) -> tuple[dict[str, GraphQLField], dict[str, GraphQLField]]:
        """Queries and mutations for the holder of a builder's grants."""
        types = _Types(builder)
        return self._of(QUERIES, builder, types), self._of(MUTATIONS, builder, types)

    def _of(
        self, table: Mapping[str, tuple[Any, Asks]], builder: Builder, types: dict[str, Any]
    ) -> dict[str, GraphQLField]:
        found: dict[str, GraphQLField] = {}
        for signature, (note, asks) in table.items():
            if self._served(note) and asks(builder):
                name, field = _field(signature, note, types)
                found[name] = field
        return found

    def _served(self, note: Any) -> bool:
        if not isinstance(note, Call):
            return True
        path = note.path.replace("{", "").replace("}", "")
        return self.router.match(note.method, path) is not None


class _Types(dict[str, Any]):
    """The system types, and those of collections when they are asked for."""

    def __init__(self, builder: Builder) -> None:
        super().__init__(system_types())
        self.builder = builder

    def __missing__(self, name: str) -> Any:
        for action in ("create", "update"):
            if name.startswith(f"{action}_") and name.endswith("_input"):
                return self.builder.inputs.payload(name.removeprefix(f"{action}_").removesuffix("_input"), action)
        return self.builder.types.item(name)


def _field(signature: str, note: Any, types: dict[str, Any]) -> tuple[str, GraphQLField]:
    """A field from its signature, as it would stand in a type."""
    (definition,) = parse(f"type T {{ {signature} }}", no_location=True).definitions
    assert isinstance(definition, ObjectTypeDefinitionNode)
    fields: Any = definition.fields
    node: Any = fields[0]
    arguments: dict[str, GraphQLArgument] = {}
    for item in node.arguments or ():
        kind = type_named(types, item.type)
        default = item.default_value
        arguments[item.name.value] = (
            GraphQLArgument(kind) if default is None else GraphQLArgument(kind, value_from_ast_untyped(default))
        )
    return node.name.value, noted(type_named(types, node.type), note, arguments)
