/** Write what a journal holds, in one request. */
import { requestBody, send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import { itemsPath } from "~/api/relations";
import type { Field, Item, Key } from "~/api/types";
import { cleared } from "~/form/conditions";
import type { Journal } from "~/form/journal";
import type { RuleVariables } from "~/form/rules";
import { copyOf } from "./copy";
import { bodyOf, columnsOf } from "./load";

export interface Saved {
  key: Key | null;
  item: Item;
  /** The stored item's tag after the save. */
  tag: string | null;
}

export interface SaveOptions {
  fields: readonly Field[];
  variables?: RuleVariables;
  singleton?: boolean;
  /** Make a new item of all values: of one that somebody deleted meanwhile. */
  asNew?: boolean;
  /** What the form was made from; the save fails with 412 when something else is stored by now. */
  ifMatch?: string | null;
}

/** The write of a journal: its changes, without the values of fields that conditions hide and clear. */
export function payloadOf(journal: Journal, fields: readonly Field[], variables?: RuleVariables): Item {
  const values = journal.store(journal.root).snapshot();
  const payload = journal.payload();
  for (const field of cleared(fields, values, variables)) payload[field] = null;
  return payload;
}

/** Save a journal's root with all that hangs on it. Throws ApiError; the journal is settled only after success. */
export async function saveJournal(journal: Journal, options: SaveOptions): Promise<Saved> {
  const { fields, variables, singleton = false, asNew = false, ifMatch } = options;
  const root = journal.node(journal.root);
  const mark = journal.mark();
  const isNew = asNew || (root.key === null && !singleton);
  const body = payloadOf(journal, fields, variables);
  const path = itemsPath(root.collection, isNew || singleton ? null : root.key);
  const response = await send(isNew ? "POST" : "PATCH", path, {
    query: { fields: columnsOf(fields) },
    body: asNew ? { ...copyOf(root.base, fields), ...body } : body,
    headers: ifMatch && !isNew ? { "if-match": ifMatch } : undefined,
  });
  const answer = (await bodyOf(response)) as { data?: Item } | null;
  if (!response.ok)
    throw new ApiError(response.status, problemsOf(response.status, answer), response.headers.get("x-request-id"));
  // nothing comes back where there is nothing any more, and where the person may not read what they wrote
  if (!answer?.data && !isNew && !singleton) {
    await requestBody("GET", itemsPath(root.collection, root.key), { query: { fields: root.primaryKey } });
  }
  const item = answer?.data ?? {};
  const known = Object.fromEntries(
    fields
      .filter((field) => field.field in item && field.type !== "alias")
      .map((field) => [field.field, item[field.field]]),
  );
  journal.settle(mark, known);
  return {
    key: (item[root.primaryKey] as Key | undefined) ?? root.key,
    item,
    tag: response.headers.get("etag"),
  };
}
