/** What a person has changed in a collection and not yet applied: as the form shows it, in words, and as one change set. */
import type { CollectionMeta, Field, FieldMeta, FieldSchema, Relation } from "~/api/types";
import { locale } from "~/i18n/i18n";
import {
  type ChangeSet,
  type Difference,
  type Entry,
  emptyChangeSet,
  type FieldDraft,
  fieldNameOf,
  type Known,
  Maker,
  type OnDelete,
  type Owner,
} from "./draft";
import { kindOf } from "./kinds";

export interface FieldEdit {
  name?: string;
  type?: string;
  meta?: Partial<FieldMeta>;
  schema?: Partial<FieldSchema>;
  onDelete?: OnDelete | null;
}

/** A place in the form: the name of a field that is there, or the id of a draft. */
export interface Place {
  key: string;
  /** The name (or draft's id) of the group it is in. */
  group: string | null;
}

export interface SchemaDraft {
  added: FieldDraft[];
  removed: string[];
  /** Those of `removed` whose links go too: the table or column elsewhere that keeps them. */
  thorough: string[];
  /** By the names that fields have now. */
  edits: Record<string, FieldEdit>;
  /** null while the order was not touched. */
  order: Place[] | null;
  meta: Partial<CollectionMeta>;
}

export const NOTHING: SchemaDraft = { added: [], removed: [], thorough: [], edits: {}, order: null, meta: {} };

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** An edit without what is as it was; undefined when nothing is left. */
export function lean(edit: FieldEdit, field: Field, relation?: Relation): FieldEdit | undefined {
  const kept: FieldEdit = {};
  if (edit.name !== undefined && edit.name !== field.field) kept.name = edit.name;
  if (edit.type !== undefined && edit.type !== field.type) kept.type = edit.type;
  const before = (field.meta ?? {}) as unknown as Record<string, unknown>;
  const meta = Object.entries(edit.meta ?? {}).filter(([name, value]) => !same(value, before[name]));
  if (meta.length) kept.meta = Object.fromEntries(meta) as Partial<FieldMeta>;
  const column = (field.schema ?? {}) as unknown as Record<string, unknown>;
  const schema = Object.entries(edit.schema ?? {}).filter(([name, value]) => !same(value, column[name]));
  if (schema.length) kept.schema = Object.fromEntries(schema) as Partial<FieldSchema>;
  if (edit.onDelete !== undefined && edit.onDelete !== onDeleteOf(relation)) kept.onDelete = edit.onDelete;
  return Object.keys(kept).length ? kept : undefined;
}

export function onDeleteOf(relation: Relation | undefined): OnDelete | null {
  const action = relation?.schema?.on_delete;
  if (action === "NO ACTION") return "RESTRICT";
  return action === "CASCADE" || action === "SET NULL" || action === "RESTRICT" ? action : null;
}

/** A field with an edit. Its name stays the one it has now. */
export function edited(field: Field, edit: FieldEdit | undefined): Field {
  if (!edit) return field;
  const meta = edit.meta ? ({ ...field.meta, ...edit.meta } as FieldMeta) : field.meta;
  const schema = field.schema && edit.schema ? { ...field.schema, ...edit.schema } : field.schema;
  return { ...field, type: edit.type ?? field.type, meta, schema };
}

/** The interface that a draft gets unless another is chosen. */
export const interfaceOf = (draft: FieldDraft): string =>
  draft.kind === "link" && draft.many ? "list-m2m" : kindOf(draft.kind).interface;

/** A draft as the field that it will be, for showing it in the form. */
export function asField(draft: FieldDraft, collection: string): Field {
  const kind = kindOf(draft.kind);
  const choices = draft.choices.map((text) => ({ text, value: text }));
  return {
    collection,
    field: fieldNameOf(draft) || draft.id,
    type: kind.type,
    schema: null,
    meta: {
      id: null,
      collection,
      field: fieldNameOf(draft) || draft.id,
      special: kind.special ?? null,
      interface: interfaceOf(draft),
      options: { ...kind.options, ...(kind.choices ? { choices } : {}) },
      display: kind.display ?? null,
      display_options: null,
      readonly: false,
      hidden: false,
      sort: null,
      width: kind.width ?? "full",
      translations: draft.label ? [{ language: locale(), translation: draft.label }] : null,
      note: null,
      conditions: null,
      required: false,
      group: null,
      validation: null,
      validation_message: null,
      ...draft.meta,
    },
  };
}

/** The places as they are, with those of drafts at the end of their group; what is removed has none. */
export function placesOf(fields: readonly Field[], draft: SchemaDraft): Place[] {
  const gone = new Set(draft.removed);
  const known = new Set([...fields.map((field) => field.field), ...draft.added.map((one) => one.id)]);
  const now: Place[] = draft.order ?? fields.map((field) => ({ key: field.field, group: field.meta?.group ?? null }));
  const named = new Set(now.map((place) => place.key));
  const all = [
    ...now,
    ...fields.filter((field) => !named.has(field.field)).map((field) => ({ key: field.field, group: null })),
    ...draft.added.filter((one) => !named.has(one.id)).map((one) => ({ key: one.id, group: one.meta.group ?? null })),
  ];
  return all
    .filter((place) => known.has(place.key) && !gone.has(place.key))
    .map((place) => ({
      ...place,
      group: place.group && known.has(place.group) && !gone.has(place.group) ? place.group : null,
    }));
}

/** The places after `keys` are put before, after or into `target`; null where that can't be. */
export function movedPlaces(
  places: readonly Place[],
  keys: readonly string[],
  target: string,
  position: "before" | "after" | "on",
): Place[] | null {
  const goal = places.find((place) => place.key === target);
  if (!goal || keys.includes(target)) return null;
  const groupOf = (key: string) => places.find((place) => place.key === key)?.group ?? null;
  for (let above: string | null = position === "on" ? target : goal.group; above; above = groupOf(above))
    if (keys.includes(above)) return null;
  const group = position === "on" ? target : goal.group;
  const taken = places.filter((place) => keys.includes(place.key)).map((place) => ({ ...place, group }));
  const rest = places.filter((place) => !keys.includes(place.key));
  const at = position === "on" ? rest.length : rest.findIndex((place) => place.key === target);
  const index = position === "after" ? at + 1 : at;
  return [...rest.slice(0, index), ...taken, ...rest.slice(index)];
}

export type ChangeKind = "add" | "remove" | "rename" | "type" | "column" | "looks" | "order" | "options";

export interface Change {
  kind: ChangeKind;
  /** The field's name, or that of the collection's option. */
  name: string;
  /** The new name or type. */
  to?: string;
}

/** The changes in the order in which people read them. */
export function changesOf(draft: SchemaDraft, fields: readonly Field[]): Change[] {
  const found: Change[] = draft.removed.map((name) => ({ kind: "remove", name }));
  for (const one of draft.added) found.push({ kind: "add", name: fieldNameOf(one) || one.label });
  for (const [name, edit] of Object.entries(draft.edits)) {
    if (draft.removed.includes(name)) continue;
    if (edit.name) found.push({ kind: "rename", name, to: edit.name });
    if (edit.type) found.push({ kind: "type", name, to: edit.type });
    if (edit.schema || edit.onDelete !== undefined) found.push({ kind: "column", name });
    if (edit.meta) found.push({ kind: "looks", name });
  }
  if (draft.order && orderChanges(draft, fields)) found.push({ kind: "order", name: "" });
  for (const name of Object.keys(draft.meta)) found.push({ kind: "options", name });
  return found;
}

function orderChanges(draft: SchemaDraft, fields: readonly Field[]): boolean {
  const before = placesOf(fields, { ...NOTHING, removed: draft.removed });
  const drafts = new Set(draft.added.map((one) => one.id));
  const after = placesOf(fields, draft).filter((place) => !drafts.has(place.key));
  return !same(before, after);
}

export interface Around {
  collection: string;
  meta: CollectionMeta | null;
  fields: readonly Field[];
  relations: readonly Relation[];
  known: Known;
  owner: Owner;
}

/** All of it as one change set. Raises LinkProblem. */
export function changeSetOfDraft(draft: SchemaDraft, around: Around): ChangeSet {
  const { collection, fields, relations } = around;
  const set = emptyChangeSet();
  const places = placesOf(fields, draft);
  const nameOfKey = (key: string | null): string | null => {
    if (key === null) return null;
    const added = draft.added.find((one) => one.id === key);
    return added ? fieldNameOf(added) : (draft.edits[key]?.name ?? key);
  };
  const ordered = draft.order !== null;
  const meta = { ...renamedMeta(draft, around.meta), ...draft.meta };
  const metaChanges = Object.entries(meta).map(([name, rhs]) => change(["meta", name], rhs));
  if (metaChanges.length) set.collections.push({ collection, diff: metaChanges });
  for (const field of fields) {
    if (draft.removed.includes(field.field)) continue;
    const edit = draft.edits[field.field] ?? {};
    const at = places.findIndex((place) => place.key === field.field);
    const place: Partial<FieldMeta> = {};
    const group = nameOfKey(places[at]?.group ?? null);
    if (ordered && field.meta?.sort !== at + 1) place.sort = at + 1;
    if ((field.meta?.group ?? null) !== group) place.group = group;
    const diff = fieldChanges(field, { ...edit, meta: { ...edit.meta, ...place } });
    if (diff.length) set.fields.push({ collection, field: field.field, diff });
    if (edit.onDelete !== undefined) set.relations.push(...deleteAction(field, edit.onDelete, relations));
  }
  removeFields(set, collection, draft, relations);
  const added = draft.added.map((one) => {
    const at = places.findIndex((place) => place.key === one.id);
    const sort = ordered ? at + 1 : one.meta.sort;
    return { ...one, meta: { ...one.meta, group: nameOfKey(places[at]?.group ?? null), sort: sort ?? null } };
  });
  const maker = new Maker(around.known);
  maker.add(around.owner, added);
  return {
    collections: [...set.collections, ...maker.set.collections],
    fields: [...set.fields, ...maker.set.fields],
    relations: [...set.relations, ...maker.set.relations],
  };
}

const change = (path: string[], rhs: unknown): Difference => ({ kind: "E", path, rhs });

function fieldChanges(field: Field, edit: FieldEdit): Difference[] {
  const diff: Difference[] = [];
  if (edit.name) diff.push({ kind: "E", path: ["field"], lhs: field.field, rhs: edit.name });
  if (edit.type) diff.push(change(["type"], edit.type));
  const meta = Object.entries(edit.meta ?? {});
  if (meta.length && field.meta === null) diff.push(change(["meta"], Object.fromEntries(meta)));
  else for (const [name, value] of meta) diff.push(change(["meta", name], value));
  for (const [name, value] of Object.entries(edit.schema ?? {})) diff.push(change(["schema", name], value));
  return diff;
}

const relationEntry = (relation: Relation, diff: Difference[]): Entry => ({
  collection: relation.collection,
  field: relation.field,
  related_collection: relation.related_collection,
  diff,
});

function deleteAction(field: Field, action: OnDelete | null, relations: readonly Relation[]): Entry[] {
  const found = relationOf(field, relations);
  return found?.schema ? [relationEntry(found, [change(["schema", "on_delete"], action ?? "SET NULL")])] : [];
}

/** The relation whose column a field is, or which it shows from the other side. */
export function relationOf(field: Field, relations: readonly Relation[]): Relation | undefined {
  return (
    relations.find((one) => one.collection === field.collection && one.field === field.field) ??
    relations.find((one) => one.related_collection === field.collection && one.meta?.one_field === field.field)
  );
}

/** What keeps the links that a field shows from elsewhere: a table of links, or a column of another table. */
export interface Keeper {
  collection: string;
  /** null: the whole table. */
  field: string | null;
}

/** Where the links of a field are kept; null when it has them itself, or has none. */
export function keeperOf(collection: string, field: string, relations: readonly Relation[]): Keeper | null {
  const found = relations.find((one) => one.related_collection === collection && one.meta?.one_field === field);
  if (!found) return null;
  return { collection: found.collection, field: found.meta?.junction_field ? null : found.field };
}

/** Fields go with their relations; the other side's fields go with them, or lose what they showed. */
function removeFields(set: ChangeSet, collection: string, draft: SchemaDraft, relations: readonly Relation[]): void {
  const tables = new Set<string>();
  const fields = new Map<string, Entry>();
  const ended = new Set<Relation>();
  const drop = (owner: string, field: string) =>
    fields.set(`${owner}.${field}`, { collection: owner, field, diff: [{ kind: "D" }] });
  const end = (relation: Relation) => {
    ended.add(relation);
    const back = relation.meta?.one_field;
    if (back && relation.related_collection) drop(relation.related_collection, back);
  };
  for (const name of draft.removed) {
    drop(collection, name);
    const keeper = draft.thorough.includes(name) ? keeperOf(collection, name, relations) : null;
    if (keeper?.field === null) tables.add(keeper.collection);
    else if (keeper?.field) drop(keeper.collection, keeper.field);
  }
  for (const relation of relations)
    if (tables.has(relation.collection) || fields.has(`${relation.collection}.${relation.field}`)) end(relation);
  for (const table of tables) {
    set.collections.push({ collection: table, diff: [{ kind: "D" }] });
    for (const [key, entry] of fields) if (entry.collection === table) fields.delete(key);
  }
  set.fields.push(...fields.values());
  for (const relation of ended)
    if (!tables.has(relation.collection)) set.relations.push(relationEntry(relation, [{ kind: "D" }]));
  for (const relation of relations) {
    const shown = relation.meta?.one_field;
    if (relation.related_collection === collection && shown && draft.removed.includes(shown) && !ended.has(relation))
      set.relations.push(relationEntry(relation, [change(["meta", "one_field"], null)]));
  }
}

/** What the collection says of fields by their names, after fields were renamed or removed. */
function renamedMeta(draft: SchemaDraft, meta: CollectionMeta | null): Partial<CollectionMeta> {
  const found: Partial<CollectionMeta> = {};
  if (!meta) return found;
  for (const [name, { name: to }] of Object.entries(draft.edits)) {
    if (!to) continue;
    if (meta.sort_field === name) found.sort_field = to;
    if (meta.archive_field === name) found.archive_field = to;
    const template = found.display_template ?? meta.display_template;
    const pattern = new RegExp(`\\{\\{\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[.}\\s])`, "g");
    if (template && pattern.test(template)) found.display_template = template.replace(pattern, `{{${to}`);
  }
  return found;
}
