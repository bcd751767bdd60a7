/** What a form knows of a field beyond its metadata: which interface draws it, its default, what the server fills in. */
import type { Field, Item } from "~/api/types";

/** Specials whose value the server makes by itself. */
const MADE = ["uuid", "user-created", "user-updated", "role-created", "role-updated", "date-created", "date-updated"];
const RELATIONAL = ["m2o", "o2m", "m2m", "m2a", "file", "files", "translations"] as const;

const BY_TYPE: Record<string, string> = {
  boolean: "boolean",
  text: "input-multiline",
  json: "input-code",
  csv: "tags",
  hash: "input-hash",
  date: "datetime",
  time: "datetime",
  dateTime: "datetime",
  timestamp: "datetime",
};

const BY_RELATION: Record<string, string> = {
  m2o: "select-dropdown-m2o",
  o2m: "list-o2m",
  m2m: "list-m2m",
  m2a: "list-m2a",
  file: "file",
  files: "files",
  translations: "translations",
};

export const specialsOf = (field: Field): readonly string[] => field.meta?.special ?? [];

/** The kind of relation that a field says it is, as `m2o`. A foreign key without metadata is `m2o` too. */
export function relationKind(field: Field): (typeof RELATIONAL)[number] | undefined {
  const special = RELATIONAL.find((kind) => specialsOf(field).includes(kind));
  if (special) return special;
  return field.schema?.foreign_key_table ? "m2o" : undefined;
}

export const isGroup = (field: Field): boolean => specialsOf(field).includes("group");
/** It has no value of its own: dividers, notices, groups. */
export const isPresentation = (field: Field): boolean =>
  field.type === "alias" && (specialsOf(field).includes("no-data") || specialsOf(field).includes("group"));

/** The interface's id: as chosen, else what fits the relation or the type; undefined where only raw text does. */
export function interfaceId(field: Field): string | undefined {
  if (field.meta?.interface) return field.meta.interface;
  const kind = relationKind(field);
  if (kind) return BY_RELATION[kind];
  if (isGroup(field)) return "group-raw";
  if (
    field.type === "alias" ||
    field.type === "binary" ||
    field.type === "unknown" ||
    field.type.startsWith("geometry")
  )
    return undefined;
  return BY_TYPE[field.type] ?? "input";
}

/** The server makes the value, so a new item needs none. */
export const isGenerated = (field: Field): boolean =>
  Boolean(field.schema?.has_auto_increment || field.schema?.is_generated) ||
  specialsOf(field).some((special) => MADE.includes(special));

/** A value is needed: the field says so, or its column takes no nothing and fills in nothing. */
export function isRequired(field: Field, required = field.meta?.required ?? false): boolean {
  if (isGenerated(field)) return false;
  if (required) return true;
  const { schema } = field;
  return (
    schema !== null && !schema.is_nullable && (schema.default_value === null || schema.default_value === undefined)
  );
}

/** What a new item starts with: the columns' defaults, below what the permissions preset. */
export function defaults(fields: readonly Field[], presets: Item = {}): Item {
  const values: Item = {};
  for (const field of fields) {
    const { default_value: value } = field.schema ?? { default_value: null };
    if (value === null || value === undefined || isGenerated(field)) continue;
    if (typeof value === "string" && /\(|::|^CURRENT_/i.test(value)) continue; // an expression of the database
    values[field.field] = value;
  }
  for (const [name, value] of Object.entries(presets))
    if (typeof value !== "string" || !value.startsWith("$")) values[name] = value;
  return values;
}

/** The fields of a group (null: of none), in order. */
export function fieldsOf(fields: readonly Field[], group: string | null): Field[] {
  const names = new Set(fields.map((field) => field.field));
  return fields.filter((field) => {
    const own = field.meta?.group ?? null;
    return group === null ? own === null || !names.has(own) : own === group;
  });
}

/** A field and all that lie below it in groups. */
export function below(fields: readonly Field[], group: string): Field[] {
  return fieldsOf(fields, group).flatMap((field) => [field, ...(isGroup(field) ? below(fields, field.field) : [])]);
}
