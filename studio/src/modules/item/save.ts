/** Write what a journal holds, in one request. */
import { get, requestBody, send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import { withKeys } from "~/api/keys";
import { newOperation } from "~/api/operation";
import { itemsPath } from "~/api/relations";
import type { Field, Filter, Item, Key } from "~/api/types";
import { cleared } from "~/form/conditions";
import type { Journal } from "~/form/journal";
import type { RuleVariables } from "~/form/rules";
import { same } from "~/form/store";
import { copyOf } from "./copy";
import { sending, sentOf, setSent } from "./drafts";
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

/** The activity of a request: none where it stored nothing, or this person may not know. */
const activityOf = (operation: string, filter?: Filter) =>
  get<{ item: string }[]>(`/activity/operations/${operation}`, { fields: "item", filter, limit: 2 }).catch((error) => {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  });

/** The key of the item that a request made after all; null where it made none, or nobody can say. */
async function madeBy(operation: string, collection: string): Promise<Key | null> {
  const found = await activityOf(operation, { action: { _eq: "create" }, collection: { _eq: collection } });
  // where linked items of the same collection were made with it, nobody knows which is which
  return found.length === 1 && found[0] ? found[0].item : null;
}

/** Save a journal's root with all that hangs on it. Throws ApiError; the journal is settled only after success. */
export async function saveJournal(journal: Journal, options: SaveOptions): Promise<Saved> {
  const { fields, variables, singleton = false, asNew = false, ifMatch } = options;
  const root = journal.node(journal.root);
  const mark = journal.mark();
  const columns = columnsOf(fields);
  let body = payloadOf(journal, fields, variables);
  let key = asNew || singleton ? null : root.key;
  const isPost = key === null && (asNew || !singleton);
  const sent = sentOf(journal);
  let arrived = false;
  if (sent) {
    if (isPost) key = await madeBy(sent.operation, root.collection);
    arrived = isPost ? key !== null : (await activityOf(sent.operation)).length > 0;
    // what was sent then is stored with all that was linked to it
    if (arrived)
      body = Object.fromEntries(Object.entries(body).filter(([name, value]) => !same(value, sent.body[name])));
  }
  const isNew = key === null && (asNew || !singleton);
  const operation = newOperation();
  if (!arrived) await sending(journal, { operation, body });
  const response = await send(isNew ? "POST" : "PATCH", itemsPath(root.collection, key), {
    query: { fields: columns },
    body: asNew ? { ...copyOf(root.base, fields), ...body } : body,
    // the item is no longer as it was seen where the change arrived
    headers: ifMatch && !isNew && !(arrived && Object.keys(body).length === 0) ? { "if-match": ifMatch } : undefined,
    operation,
  });
  if (response.status < 500) setSent(journal, undefined);
  const answer = (await bodyOf(response)) as { data?: Item } | null;
  if (!response.ok)
    throw new ApiError(response.status, problemsOf(response.status, answer), response.headers.get("x-request-id"));
  // nothing comes back where there is nothing any more, and where the person may not read what they wrote
  if (!answer?.data && !isNew && !singleton) {
    await requestBody("GET", itemsPath(root.collection, key), { query: { fields: root.primaryKey } });
  }
  const item = withKeys(answer?.data ?? {}, columns);
  const known = Object.fromEntries(
    fields
      .filter((field) => field.field in item && field.type !== "alias")
      .map((field) => [field.field, item[field.field]]),
  );
  journal.settle(mark, known);
  return {
    key: (item[root.primaryKey] as Key | undefined) ?? key,
    item,
    tag: response.headers.get("etag"),
  };
}
