"""The types of the system scope that belong to no collection, in the schema definition language.

In charge of: their text, and making types of it that share scalars with those of collections. Not in charge of: root
fields (`system_fields`). Called by `system_fields`.
"""

from __future__ import annotations

import re
from typing import Any

from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    parse,
)

from satchel.wire.directus.graphql import scalars

_COLLECTION = """
  collection: String
  meta: {prefix}directus_collections_meta{ending} schema: {prefix}directus_collections_schema{ending}
"""
_COLLECTION_META = """
  collection: String{must} icon: String note: String display_template: String hidden: Boolean{must}
  singleton: Boolean{must} translations: JSON archive_field: String archive_app_filter: Boolean{must}
  archive_value: String unarchive_value: String sort_field: String accountability: String color: String
  item_duplication_fields: JSON sort: Int group: String collapse: String{must} preview_url: String
  versioning: Boolean{must} status: String{must} autosave_revision_interval: Float
"""
_COLLECTION_SCHEMA = "name: String comment: String"
_FIELD = """
  collection: String field: String type: String
  meta: {prefix}directus_fields_meta{ending} schema: {prefix}directus_fields_schema{ending}
"""
_FIELD_META = """
  id: Int{must} collection: String{must} field: String{must} special: [String] interface: String options: JSON
  display: String display_options: JSON readonly: Boolean{must} hidden: Boolean{must} sort: Int width: String
  translations: JSON note: String conditions: JSON required: Boolean group: String validation: JSON
  validation_message: String searchable: Boolean{must}
"""
_FIELD_SCHEMA = """
  name: String table: String data_type: String default_value: String max_length: Int numeric_precision: Int
  numeric_scale: Int is_generated: Boolean generation_expression: String is_indexed: Boolean is_nullable: Boolean
  is_unique: Boolean is_primary_key: Boolean has_auto_increment: Boolean foreign_key_column: String
  foreign_key_table: String comment: String
"""
_RELATION = """
  collection: String field: String related_collection: String
  schema: {prefix}directus_relations_schema{ending} meta: {prefix}directus_relations_meta{ending}
"""
_RELATION_META = """
  id: Int many_collection: String many_field: String one_collection: String one_field: String
  one_collection_field: String one_allowed_collections: [String] junction_field: String sort_field: String
  one_deselect_action: String
"""
_RELATION_SCHEMA = """
  table: String{given} column: String{given} foreign_key_table: String{given} foreign_key_column: String{given}
  constraint_name: String on_update: String{given} on_delete: String{given}
"""


def _described(word: str, prefix: str, ending: str, *, must: str, given: str) -> str:
    """Collections, fields and relations as they are read, as a write answers them, or as a write takes them.

    `must`: the mark of what is always there; `given`: of what a real foreign key always has.
    """
    schema = "{prefix}directus_collections_schema{ending}"
    parts = {
        "collections": f"{_COLLECTION} schema: {schema}"
        + (" fields: [write_directus_fields_input!]" if ending else ""),
        "collections_meta": _COLLECTION_META,
        "collections_schema": _COLLECTION_SCHEMA,
        "fields": _FIELD,
        "fields_meta": _FIELD_META,
        "fields_schema": _FIELD_SCHEMA,
        "relations": _RELATION,
        "relations_meta": _RELATION_META,
        "relations_schema": _RELATION_SCHEMA,
    }
    marks = {"prefix": prefix, "ending": ending, "must": must, "given": given}
    return "\n".join(
        f"{word} {prefix}directus_{name}{ending} {{ {body.format(**marks)} }}" for name, body in parts.items()
    )


_REST = """
scalar permissions_me_type
enum auth_mode { json cookie session }
enum graphql_sdl_scope { items system }
enum server_info_websocket_graphql_authentication { public handshake strict }
enum server_info_websocket_rest_authentication { public handshake strict }
type auth_tokens { access_token: String expires: GraphQLBigInt refresh_token: String }
type users_me_tfa_generate_data { secret: String otpauth_url: String }
type policy_me_globals_type { enforce_tfa: Boolean app_access: Boolean admin_access: Boolean }
type server_info_project {
  project_name: String project_descriptor: String project_logo: String project_color: String default_language: String
  public_foreground: String public_background: String public_note: String custom_css: String
  public_registration: Boolean public_registration_verify_email: Boolean
}
type server_info_query_limit { default: Int max: Int }
type server_info_websocket_rest { authentication: server_info_websocket_rest_authentication path: String }
type server_info_websocket_graphql { authentication: server_info_websocket_graphql_authentication path: String }
type server_info_websocket {
  rest: server_info_websocket_rest graphql: server_info_websocket_graphql heartbeat: Int
}
type server_info_license_entitlements {
  production_enabled: Boolean! ai_translations_enabled: Boolean! display_powered_by: String!
}
type server_info_license { source: String entitlements: server_info_license_entitlements }
type server_info {
  project: server_info_project license: server_info_license rateLimit: Boolean rateLimitGlobal: Boolean
  websocket: server_info_websocket queryLimit: server_info_query_limit
}
type directus_extensions_meta { enabled: Boolean }
type directus_extensions_schema { type: String local: Boolean }
type directus_extensions {
  bundle: String name: String! schema: directus_extensions_schema meta: directus_extensions_meta
}
input update_directus_extensions_input_metaInput { enabled: Boolean }
input update_directus_extensions_inputInput { meta: update_directus_extensions_input_metaInput }
type delete_collection { collection: String }
type delete_field { collection: String field: String }
type delete_relation { collection: String field: String }
"""
SDL = "\n".join(
    (
        _REST,
        _described("type", "", "", must="!", given="!"),
        _described("type", "write_", "", must="", given="!"),
        _described("input", "write_", "_input", must="", given=""),
    )
)

SYSTEM_NAMES = frozenset(re.findall(r"^(?:type|input|enum|scalar) (\w+)", SDL, re.MULTILINE))

_SCALARS: dict[str, Any] = {
    kind.name: kind
    for kind in (
        GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString,
        scalars.BIG_INTEGER, scalars.JSON, scalars.VOID,
    )
}  # fmt: skip


def system_types() -> dict[str, Any]:
    """All these types by name."""
    made: dict[str, Any] = dict(_SCALARS)
    for node in parse(SDL, no_location=True).definitions:
        match node:
            case ScalarTypeDefinitionNode(name=name):
                made[name.value] = scalars.plain_scalar(name.value)
            case EnumTypeDefinitionNode(name=name, values=values):
                made[name.value] = GraphQLEnumType(
                    name.value, {item.name.value: item.name.value for item in values or ()}
                )
            case ObjectTypeDefinitionNode(name=name, fields=fields):
                made[name.value] = GraphQLObjectType(name.value, _later(made, fields or (), GraphQLField))
            case InputObjectTypeDefinitionNode(name=name, fields=fields):
                made[name.value] = GraphQLInputObjectType(name.value, _later(made, fields or (), GraphQLInputField))
            case _:
                raise AssertionError(f"no type is a {type(node).__name__}")
    return made


def _later(made: dict[str, Any], nodes: Any, make: Any) -> Any:
    """The fields of a type, put together once all types are known."""

    def fields() -> dict[str, Any]:
        listed: tuple[FieldDefinitionNode | InputValueDefinitionNode, ...] = nodes
        return {node.name.value: make(type_named(made, node.type)) for node in listed}

    return fields


def type_named(made: dict[str, Any], node: TypeNode) -> Any:
    """The type that a type expression means."""
    match node:
        case NonNullTypeNode(type=inner):
            return GraphQLNonNull(type_named(made, inner))
        case ListTypeNode(type=inner):
            return GraphQLList(type_named(made, inner))
        case NamedTypeNode(name=name):
            return made[name.value]
        case _:
            raise AssertionError(f"no type expression is a {type(node).__name__}")
