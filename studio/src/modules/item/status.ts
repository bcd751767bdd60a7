/** The state of an item: the field that says it, and what saving means in it. */
import type { Collection, Field, Item } from "~/api/types";
import type { Tone } from "~/kit/bits";

interface StatusChoice {
  text?: string;
  value: unknown;
  color?: string | null;
}

export interface Status {
  field: Field;
  choices: StatusChoice[];
  /** The value that means "public", where the choices have one. */
  published: unknown;
}

const PUBLISHED = ["published", "active", "live", "public"];
const DRAFTS = ["draft", "unpublished", "inactive"];

/** The field that a collection archives by, or a "status" with choices. */
export function statusOf(collection: Collection | undefined, fields: readonly Field[]): Status | null {
  const name = collection?.meta?.archive_field ?? "status";
  const field = fields.find((one) => one.field === name);
  const choices = (field?.meta?.options?.choices ?? []) as StatusChoice[];
  if (!field || !Array.isArray(choices) || choices.length === 0) return null;
  return {
    field,
    choices,
    published: choices.find((choice) => PUBLISHED.includes(String(choice.value)))?.value ?? null,
  };
}

export function toneOf(value: unknown, collection: Collection | undefined): Tone {
  if (PUBLISHED.includes(String(value))) return "success";
  if (collection?.meta?.archive_value && String(value) === collection.meta.archive_value) return "neutral";
  return DRAFTS.includes(String(value)) ? "info" : "warning";
}

/** What the save button says, by the state before and after. */
export function saveVerb(status: Status | null, before: Readonly<Item>, now: Readonly<Item>, isNew: boolean): string {
  if (!status) return isNew ? "create" : "save";
  const name = status.field.field;
  const isPublic = (item: Readonly<Item>) => status.published !== null && item[name] === status.published;
  if (isPublic(now)) return !isNew && isPublic(before) ? "update" : "publish";
  return DRAFTS.includes(String(now[name])) ? "save_draft" : isNew ? "create" : "save";
}
