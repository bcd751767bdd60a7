/** Write what a journal holds, in one request. */
import { send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import type { Field, Item, Key } from "~/api/types";
import { cleared } from "~/form/conditions";
import type { Journal } from "~/form/journal";
import type { RuleVariables } from "~/form/rules";
import { itemsPath } from "~/relations/paths";
import { bodyOf, columnsOf } from "./load";

export interface Saved {
  key: Key | null;
  item: Item;
  version: string | null;
}

export interface SaveOptions {
  fields: readonly Field[];
  variables?: RuleVariables;
  singleton?: boolean;
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
  const { fields, variables, singleton, ifMatch } = options;
  const root = journal.node(journal.root);
  const mark = journal.mark();
  const isNew = root.key === null && !singleton;
  const response = await send(isNew ? "POST" : "PATCH", itemsPath(root.collection, singleton ? null : root.key), {
    query: { fields: columnsOf(fields) },
    body: payloadOf(journal, fields, variables),
    headers: ifMatch ? { "if-match": ifMatch } : undefined,
  });
  const body = (await bodyOf(response)) as { data?: Item } | null;
  if (!response.ok)
    throw new ApiError(response.status, problemsOf(response.status, body), response.headers.get("x-request-id"));
  const item = body?.data ?? {};
  journal.settle(mark, item);
  return {
    key: (item[root.primaryKey] as Key | undefined) ?? root.key,
    item,
    version: response.headers.get("item-version"),
  };
}
