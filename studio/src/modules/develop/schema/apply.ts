/** Sending changes of the schema, and what has to be known for making them. */
import { post, request } from "~/api/client";
import { collectionName } from "~/api/names";
import { collectionsQuery, fieldsQuery, queryClient, relationsQuery, schemaChanged } from "~/api/queries";
import type { Field } from "~/api/types";
import { direction, LOCALE_NAMES } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { type ChangeSet, type FieldDraft, type KeyColumn, type Known, LANGUAGES } from "./draft";

/** One change of a table, as `POST /schema/plan` tells it. */
export interface PlannedChange {
  table: string;
  action: "create" | "change" | "drop";
  sql: string[];
  dropped: string[];
  converted: string[];
  rows: number | null;
}

export interface Planned {
  hash: string;
  changes: PlannedChange[];
}

/** What the changes would do. Throws ApiError for what can't be done. */
export const planChanges = (diff: ChangeSet): Promise<Planned> =>
  request<Planned>("POST", "/schema/plan", { body: { diff } });

/** Make the changes, all or nothing. `hash`: of the plan that was looked at; without one they are made in any case. */
export async function applyChanges(diff: ChangeSet, hash?: string): Promise<void> {
  await request("POST", "/schema/apply", {
    body: hash ? { hash, diff } : { diff },
    query: hash ? {} : { force: true },
  });
  if (diff.collections.some((one) => one.collection === LANGUAGES && one.diff[0]?.kind === "N")) await addLanguages();
  await schemaChanged();
}

/** Languages to translate into, for a project that had none. */
async function addLanguages(): Promise<void> {
  const codes = { en: "en-US", de: "de-DE", ar: "ar-SA" } as const;
  await post(
    `/items/${LANGUAGES}`,
    LOCALES.map((code) => ({ code: codes[code], name: LOCALE_NAMES[code], direction: direction(code) })),
  );
}

export function keyOf(fields: readonly Field[]): KeyColumn | null {
  const keys = fields.filter((field) => field.schema?.is_primary_key);
  const [key] = keys;
  if (keys.length !== 1 || !key) return null;
  return { field: key.field, type: key.type, maxLength: key.schema?.max_length ?? null };
}

/** What is known of the collections that drafts lead to. */
export async function knownFor(drafts: readonly FieldDraft[], also: readonly string[] = []): Promise<Known> {
  const collections = await queryClient.ensureQueryData(collectionsQuery);
  const there = new Set(collections.map((one) => one.collection));
  const targets = new Set([...drafts.flatMap((draft) => draft.target ?? []), ...also, LANGUAGES]);
  const keys: Record<string, KeyColumn | null> = {};
  const fields: Record<string, ReadonlySet<string>> = {};
  await Promise.all(
    [...targets]
      .filter((name) => there.has(name))
      .map(async (name) => {
        const found = await queryClient.fetchQuery(fieldsQuery(name));
        keys[name] = keyOf(found);
        fields[name] = new Set(found.map((field) => field.field));
      }),
  );
  const byName = new Map(collections.map((one) => [one.collection, one]));
  return {
    collections: there,
    keys,
    fields,
    relations: await queryClient.ensureQueryData(relationsQuery),
    label: (name) => {
      const found = byName.get(name);
      return found ? collectionName(found) : name;
    },
  };
}
