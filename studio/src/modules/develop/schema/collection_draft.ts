/** A whole new collection as a person drafts it. */
import type { CollectionMeta } from "~/api/types";
import {
  addField,
  type ChangeSet,
  type FieldDraft,
  fieldNameOf,
  type KeyType,
  type Known,
  Maker,
  type Owner,
  SYSTEM_KEY,
} from "./draft";
import { kindOf } from "./kinds";
import { nameOf, translationsOf } from "./names";

export interface Extras {
  status: boolean;
  sort: boolean;
  created: boolean;
  createdBy: boolean;
  updated: boolean;
  updatedBy: boolean;
}

export interface CollectionDraft {
  label: string;
  /** Its own name, where it is not the label's. */
  name?: string;
  key: KeyType;
  keyName: string;
  singleton: boolean;
  fields: FieldDraft[];
  extras: Extras;
  /** The folder that it goes into. */
  group: string | null;
}

export const NO_EXTRAS: Extras = {
  status: false,
  sort: false,
  created: false,
  createdBy: false,
  updated: false,
  updatedBy: false,
};

export const newDraft = (label = "", group: string | null = null): CollectionDraft => ({
  label,
  key: "integer",
  keyName: "id",
  singleton: false,
  fields: [],
  extras: NO_EXTRAS,
  group,
});

export const collectionNameOf = (draft: CollectionDraft): string => draft.name ?? nameOf(draft.label);

/** Words for the states of an item, in the language of whoever makes the collection. */
export interface StatusWords {
  published: string;
  draft: string;
  archived: string;
}

/** The collection with all that it links to, as one change. Raises LinkProblem. */
export function changeSetOf(draft: CollectionDraft, known: Known, words: StatusWords): ChangeSet {
  const name = collectionNameOf(draft);
  const maker = new Maker({ ...known, collections: new Set([...known.collections, name]) });
  const extras = extraNames(draft.extras);
  const first = draft.fields.find((field) => ["text", "long_text"].includes(field.kind));
  const meta: Partial<CollectionMeta> = {
    singleton: draft.singleton,
    group: draft.group,
    translations: translationsOf(draft.label, name),
    display_template: first ? `{{${fieldNameOf(first)}}}` : null,
    sort_field: draft.extras.sort ? "sort" : null,
    ...(draft.extras.status
      ? { archive_field: "status", archive_value: "archived", unarchive_value: "draft", archive_app_filter: true }
      : {}),
  };
  maker.collection(name, meta, draft.key, draft.keyName);
  const owner: Owner = {
    name,
    label: draft.label.trim() || name,
    key: { field: draft.keyName, type: draft.key, maxLength: draft.key === "string" ? 255 : null },
    taken: new Set([draft.keyName, ...extras]),
    sort: 10,
  };
  addExtras(maker.set, name, draft.extras, words);
  maker.add(owner, draft.fields);
  return maker.set;
}

export function extraNames(extras: Extras): string[] {
  const names: Record<keyof Extras, string> = {
    status: "status",
    sort: "sort",
    created: "date_created",
    createdBy: "user_created",
    updated: "date_updated",
    updatedBy: "user_updated",
  };
  return (Object.keys(names) as (keyof Extras)[]).filter((key) => extras[key]).map((key) => names[key]);
}

function addExtras(set: ChangeSet, name: string, extras: Extras, words: StatusWords): void {
  if (extras.status) {
    const colors = { published: "var(--st-series-3)", draft: "var(--st-series-7)", archived: "var(--st-series-4)" };
    const choices = (["published", "draft", "archived"] as const).map((value) => ({
      text: words[value],
      value,
      color: colors[value],
    }));
    const meta = {
      interface: "select-dropdown",
      options: { choices },
      display: "labels",
      display_options: { choices, showAsDot: true },
      width: "half" as const,
      sort: 2,
    };
    addField(set, name, "status", "string", meta, { default_value: "draft", is_nullable: false, is_indexed: true });
  }
  if (extras.sort) {
    addField(set, name, "sort", "integer", { interface: "input", hidden: true, sort: 3 }, { is_indexed: true });
  }
  const people: [keyof Extras, string, string][] = [
    ["createdBy", "user_created", "user-created"],
    ["updatedBy", "user_updated", "user-updated"],
  ];
  const dates: [keyof Extras, string, string][] = [
    ["created", "date_created", "date-created"],
    ["updated", "date_updated", "date-updated"],
  ];
  const shown = { readonly: true, hidden: true, width: "half" as const };
  for (const [key, field, special] of dates) {
    if (!extras[key]) continue;
    const meta = {
      ...shown,
      interface: "datetime",
      special: [special, "cast-timestamp"],
      display: "datetime",
      display_options: { relative: true },
      sort: 900,
    };
    addField(set, name, field, "timestamp", meta, {});
  }
  for (const [key, field, special] of people) {
    if (!extras[key]) continue;
    const meta = { ...shown, interface: "select-dropdown-m2o", special: [special], display: "user", sort: 901 };
    addField(set, name, field, SYSTEM_KEY.type, meta, {});
    const relation = { collection: name, field, related_collection: "directus_users" };
    set.relations.push({
      ...relation,
      diff: [{ kind: "N", rhs: { ...relation, meta: { one_field: null }, schema: { on_delete: "SET NULL" } } }],
    });
  }
}

/** The rows whose name is missing or there twice, or that lack what their kind needs: row → end of a message id. */
export function problemsOf(draft: CollectionDraft): Map<string, "empty" | "taken" | "target" | "allowed" | "choices"> {
  return fieldProblems(draft.fields, new Set([draft.keyName, ...extraNames(draft.extras)]));
}

export function fieldProblems(
  fields: readonly FieldDraft[],
  taken: ReadonlySet<string>,
): Map<string, "empty" | "taken" | "target" | "allowed" | "choices"> {
  const found = new Map<string, "empty" | "taken" | "target" | "allowed" | "choices">();
  const seen = new Set(taken);
  for (const field of fields) {
    const kind = kindOf(field.kind);
    const name = fieldNameOf(field);
    if (!name) found.set(field.id, "empty");
    else if (seen.has(name)) found.set(field.id, "taken");
    else if ((kind.link === "link" || kind.link === "back") && !field.target && !field.newTarget?.trim())
      found.set(field.id, "target");
    else if (kind.link === "any" && field.allowed.length === 0) found.set(field.id, "allowed");
    seen.add(name);
  }
  return found;
}
