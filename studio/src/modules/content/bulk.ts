/** What is done with many items at once, with the way back. */
import { get, patch, post, request } from "~/api/client";
import { ApiError, errorText } from "~/api/errors";
import { keyField, keyFields } from "~/api/keys";
import { newOperation } from "~/api/operation";
import { isToMany, itemsPath, linkOf } from "~/api/relations";
import type { Collection, Field, Item, Key, Relation } from "~/api/types";
import type { RowChange } from "~/grid/edits";
import type { Operation } from "~/grid/history";
import { isSelected, type RowSelection } from "~/grid/selection";
import { t } from "~/i18n/i18n";
import { allKeys, type ListQuery } from "./query";

/** Most items that one operation takes. */
export const MOST_ITEMS = 10_000;
/** Most deleted items that are kept to bring them back. */
export const MOST_KEPT = 1000;
const CHUNK = 200;

export interface Failure {
  key: Key;
  message: string;
}

export interface Result {
  done: Key[];
  failures: Failure[];
}

/** The keys of what is selected. */
export async function selectedKeys(
  collection: string,
  key: string,
  query: Pick<ListQuery, "filter" | "search">,
  selection: RowSelection,
): Promise<Key[]> {
  if (!selection.all) return [...selection.keys];
  const keys = await allKeys(collection, key, query, MOST_ITEMS);
  return keys.filter((one) => isSelected(selection, one));
}

function* chunksOf<Value>(values: readonly Value[], size = CHUNK): Generator<Value[]> {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size);
}

/** Items by their keys, in no order. */
export async function itemsByKeys(
  collection: string,
  key: string,
  keys: readonly Key[],
  fields: readonly string[],
): Promise<Item[]> {
  const items: Item[] = [];
  for (const chunk of chunksOf(keys)) {
    items.push(
      ...(await get<Item[]>(itemsPath(collection), {
        fields: [...new Set([key, ...fields])].join(","),
        filter: { [key]: { _in: chunk } },
        limit: -1,
        deep: undefined,
      })),
    );
  }
  return items;
}

/** Those of some items of which the person may not change these fields. */
export async function closedKeys(
  collection: string,
  keys: readonly Key[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Key[]> {
  const open = new Set<Key>();
  for (const chunk of chunksOf(keys)) {
    const body = { action: "update", keys: chunk, fields };
    const path = `/permissions/me/${encodeURIComponent(collection)}`;
    for (const key of await request<Key[]>("SEARCH", path, { body, signal })) open.add(key);
  }
  return keys.filter((key) => !open.has(key));
}

const mayBePartial = (error: unknown) => error instanceof ApiError && error.status >= 400 && error.status < 500;

/**
 * Change items, each in its own way, as one operation. A refused part is halved until what is wrong stands alone, so that
 * only that stays as it was.
 */
export async function changeItems(
  collection: string,
  key: string,
  rows: readonly RowChange[],
  onProgress?: (done: number) => void,
): Promise<Result> {
  const result: Result = { done: [], failures: [] };
  const operation = newOperation();
  const change = async (part: readonly RowChange[]): Promise<void> => {
    const [only] = part;
    try {
      if (part.length === 1 && only) {
        await patch(itemsPath(collection, only.key), only.values, { fields: key }, operation);
      } else {
        const items = part.map((row) => ({ ...row.values, [key]: row.key }));
        await patch(itemsPath(collection), items, { fields: key, limit: -1 }, operation);
      }
      result.done.push(...part.map((row) => row.key));
    } catch (error) {
      if (!mayBePartial(error)) throw error;
      if (part.length > 1) {
        const middle = Math.ceil(part.length / 2);
        await change(part.slice(0, middle));
        return change(part.slice(middle));
      }
      if (only) result.failures.push({ key: only.key, message: errorText(error) });
    }
    onProgress?.(result.done.length + result.failures.length);
  };
  for (const chunk of chunksOf(rows)) await change(chunk);
  return result;
}

/** Fields with a column of their own, that the server does not fill by itself. */
const ownFields = (fields: readonly Field[]): Field[] =>
  fields.filter((field) => field.type !== "alias" && field.schema && !field.schema.is_generated);

/** Many-to-many relations, whose links go with an item. */
const linkFields = (fields: readonly Field[], relations: readonly Relation[]) =>
  fields.flatMap((field) => {
    const link = field.type === "alias" ? linkOf(field, relations) : undefined;
    return link && isToMany(link) && link.junction && link.junctionField ? [{ field, link }] : [];
  });

/** Delete items and give the operation that brings them back, or null when they are too many to keep. */
export async function deleteItems(
  collection: Collection,
  fields: readonly Field[],
  relations: readonly Relation[],
  key: string,
  keys: readonly Key[],
): Promise<Operation | null> {
  const name = collection.collection;
  const links = linkFields(fields, relations);
  const kept =
    keys.length <= MOST_KEPT
      ? await itemsByKeys(name, key, keys, [
          ...ownFields(fields).map((field) => field.field),
          ...links.flatMap(({ field, link }) => [`${field.field}.${link.junctionField}`]),
        ])
      : null;
  const remove = async () => {
    const operation = newOperation();
    for (const chunk of chunksOf(keys)) await request("DELETE", itemsPath(name), { body: chunk, operation });
  };
  await remove();
  if (!kept) return null;
  return {
    text: t("content.undo.deleted", { count: keys.length }),
    undo: async () => {
      const operation = newOperation();
      for (const chunk of chunksOf(kept)) await post(itemsPath(name), chunk, { fields: key, limit: -1 }, operation);
    },
    redo: remove,
  };
}

/** Set values of items and give the operation with its way back. */
export async function setValues(
  collection: string,
  key: string,
  keys: readonly Key[],
  values: Item,
  text: string,
): Promise<{ result: Result; operation: Operation }> {
  const before = await itemsByKeys(collection, key, keys, Object.keys(values));
  const rows = keys.map((one) => ({ key: one, values }));
  const result = await changeItems(collection, key, rows);
  const done = new Set(result.done);
  const back = before
    .filter((item) => done.has(item[key] as Key))
    .map((item) => ({
      key: item[key] as Key,
      values: Object.fromEntries(Object.keys(values).map((field) => [field, item[field]])),
    }));
  return {
    result,
    operation: operationOf(
      collection,
      key,
      text,
      back,
      rows.filter((row) => done.has(row.key)),
    ),
  };
}

/** An operation that changes rows one way and the other. What can't be changed back is an error. */
export function operationOf(
  collection: string,
  key: string,
  text: string,
  back: readonly RowChange[],
  forth: readonly RowChange[],
): Operation {
  const run = async (rows: readonly RowChange[]) => {
    const { failures } = await changeItems(collection, key, rows);
    if (failures[0]) throw new Error(failures[0].message);
  };
  return { text, undo: () => run(back), redo: () => run(forth) };
}

const SET_BY_SERVER = new Set([
  "date-created",
  "date-updated",
  "user-created",
  "user-updated",
  "role-created",
  "role-updated",
  "uuid",
]);

/** Whether a copy gets a key of its own: one of several columns that people give would be that of the original. */
export const canBeCopied = (fields: readonly Field[]): boolean => keyFields(keyField(fields)).length === 1;

/** Make copies of items, and give the operation that takes them away again. */
export async function duplicateItems(
  collection: Collection,
  fields: readonly Field[],
  relations: readonly Relation[],
  key: string,
  keys: readonly Key[],
): Promise<Operation> {
  const name = collection.collection;
  const chosen = collection.meta?.item_duplication_fields;
  const own = ownFields(fields)
    .filter((field) => field.field !== key && !field.schema?.is_unique)
    .filter((field) => !field.meta?.special?.some((special) => SET_BY_SERVER.has(special)))
    .map((field) => field.field);
  const links = linkFields(fields, relations).map(({ field, link }) => `${field.field}.${link.junctionField}`);
  const asked = chosen?.length ? chosen : [...own, ...links];
  const items = await itemsByKeys(name, key, keys, asked);
  const copies = items.map(({ [key]: _, ...rest }) => rest);
  const make = () => post<Item[]>(itemsPath(name), copies, { fields: key, limit: -1 });
  let made = (await make()).map((item) => item[key] as Key);
  return {
    text: t("content.undo.duplicated", { count: items.length }),
    undo: () => request("DELETE", itemsPath(name), { body: made }),
    redo: async () => {
      made = (await make()).map((item) => item[key] as Key);
    },
  };
}
