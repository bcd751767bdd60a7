"""The steps that bring a store up to date.

In charge of: the list of steps, and the changes that one of them needs. Not in charge of: running them
(`engine/metadata`). Pure.

A step says which declared tables and fields came with it. They are made as they are declared *now*, and what is there
already is left alone: a new store gets everything from the first step and later ones find nothing to do, a store that
exists gets what it lacks. A step that has to move data brings statements of its own (`Step.sql`).

A store remembers the number of its last step. A program that knows fewer steps than the store refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from satchel.model.definition import FieldDefinition, IndexDefinition, IndexPart
from satchel.model.schema_changes import (
    AddColumn,
    AlterTable,
    Change,
    CreateIndex,
    CreateTable,
    ForeignKey,
    TableRef,
)
from satchel.model.system.book_keeping import CLAIMS
from satchel.model.system.collections import STUDIO_TABLES, SYSTEM_BY_NAME, SYSTEM_TABLES
from satchel.model.system.declare import SystemField, SystemTable, indexes_of, name_of
from satchel.model.system.sign_in import ACCOUNT_TABLES

SCHEMA_VERSION = "schema_version"
"""The name of the row of `satchel_state` that holds the number of the last step."""


@dataclass(frozen=True, slots=True)
class Step:
    """`tables`: declared tables that came with this step. `fields`: (table, field) added to tables of earlier steps.

    `sql`: plain statements that every dialect understands, run last.
    """

    number: int
    title: str
    tables: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    sql: tuple[str, ...] = ()


_SETTINGS = (
    "mcp_enabled", "mcp_allow_deletes", "mcp_prompts_collection", "mcp_system_prompt_enabled", "mcp_system_prompt",
    "ai_openai_api_key", "ai_anthropic_api_key", "ai_system_prompt", "ai_google_api_key",
    "ai_openai_compatible_api_key", "ai_openai_compatible_base_url", "ai_openai_compatible_name",
    "ai_openai_compatible_models", "ai_openai_compatible_headers", "ai_openai_allowed_models",
    "ai_anthropic_allowed_models", "ai_google_allowed_models", "collaborative_editing_enabled",
    "ai_translation_default_model", "ai_translation_glossary", "ai_translation_style_guide", "license_key",
    "license_token", "mcp_oauth_enabled", "mcp_oauth_dcr_enabled", "mcp_oauth_cimd_enabled",
)  # fmt: skip

STEPS: tuple[Step, ...] = (
    Step(1, "the first tables", tables=tuple(item.name for item in SYSTEM_TABLES)),
    Step(2, "what workers say to each other", tables=("satchel_notes",)),
    Step(3, "what signing in leaves behind", tables=tuple(item.name for item in ACCOUNT_TABLES)),
    Step(4, "what may happen once", tables=(CLAIMS.name,)),
    Step(
        5,
        "what the Directus wire has beside users, policies and metadata",
        tables=tuple(item.name for item in STUDIO_TABLES),
        fields=tuple(("directus_settings", name) for name in _SETTINGS),
        # nothing was kept so far, and collections of the other wire keep nothing until somebody asks for it
        sql=("UPDATE satchel_collections SET accountability = NULL WHERE type IS NOT NULL",),
    ),
    Step(6, "when versions are to be published", tables=("satchel_schedules",)),
    Step(7, "passkeys", tables=("satchel_passkeys",), fields=(("directus_sessions", "passkey"),)),
    Step(8, "which activity was one operation", fields=(("directus_activity", "operation"),)),
)

LATEST = STEPS[-1].number


def changes_of(step: Step, present: Mapping[str, frozenset[str]], schema: str | None) -> list[Change]:
    """What a step has to do. `present`: the columns of the store's tables, by the tables' names."""
    found: list[Change] = []
    for name in step.tables:
        declared = SYSTEM_BY_NAME[name]
        if declared.table not in present:
            found.append(_create(declared, schema))
            found += _indexes(declared, schema)
    for name, field in step.fields:
        declared = SYSTEM_BY_NAME[name]
        columns = present.get(declared.table)
        if columns is not None and field not in columns:
            table = TableRef(schema, declared.table)
            found.append(AlterTable(table, (AddColumn(field_definition(declared.by_name[field])),)))
            found += [item for item in _indexes(declared, schema) if field in item.index.columns]
    return found


def creation_of(declared: SystemTable, schema: str | None) -> list[Change]:
    """What it takes to make a declared table that no step knows."""
    return [_create(declared, schema), *_indexes(declared, schema)]


def present_after(step: Step, present: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The columns of the store's tables once a step has run: its tables are there as they are declared now."""
    found = dict(present)
    for name in step.tables:
        declared = SYSTEM_BY_NAME[name]
        found.setdefault(declared.table, frozenset(item.name for item in declared.fields if item.type != "alias"))
    for name, field in step.fields:
        table = SYSTEM_BY_NAME[name].table
        found[table] = found.get(table, frozenset()) | {field}
    return found


def field_definition(declared: SystemField) -> FieldDefinition:
    """A declared field as a definition of its column."""
    return FieldDefinition(
        declared.name,
        type=declared.type,
        nullable=declared.nullable,
        default=declared.default,
        identity=declared.identity,
        max_length=declared.length,
    )


def _create(declared: SystemTable, schema: str | None) -> CreateTable:
    stored = [item for item in declared.fields if item.type != "alias"]
    keys = tuple(
        ForeignKey(
            (item.name,),
            TableRef(schema, SYSTEM_BY_NAME[item.reference.table].table),
            ("id",),
            name=f"{declared.table}_{item.name}_foreign",
            on_delete=item.reference.on_delete,
        )
        for item in stored
        if item.reference is not None and item.reference.enforced
    )
    return CreateTable(
        TableRef(schema, declared.table), tuple(field_definition(item) for item in stored), declared.key, keys
    )


def _indexes(declared: SystemTable, schema: str | None) -> list[CreateIndex]:
    return [
        CreateIndex(
            TableRef(schema, declared.table),
            IndexDefinition(
                name_of(declared, item),
                tuple(IndexPart(name) for name in item.columns),
                item.unique,
            ),
            tuple(field_definition(declared.by_name[name]) for name in item.columns),
        )
        for item in indexes_of(declared)
    ]
