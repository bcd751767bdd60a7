/** Items as the form needs them: their own columns, without linked rows, which their fields fetch themselves. */
import { queryOptions } from "@tanstack/react-query";
import { get, send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import { parseExact } from "~/api/exact";
import { keyField, withKeys } from "~/api/keys";
import { itemsPath } from "~/api/relations";
import type { Collection, Field, Item, Key } from "~/api/types";

/** The fields with a column and the key, as `fields` of a request. */
export const columnsOf = (fields: readonly Field[]): string => {
  const columns = fields.filter((field) => field.schema !== null || field.type !== "alias").map((field) => field.field);
  const key = keyField(fields);
  return [...columns, ...(fields.length === 0 || columns.includes(key) ? [] : [key])].join(",");
};

export interface Loaded {
  item: Item;
  /** Names what is stored now, for `If-Match` with the same `fields`. */
  tag: string | null;
}

export const itemQuery = (collection: Collection, key: Key | null, fields: readonly Field[]) =>
  queryOptions({
    queryKey: ["item", collection.collection, key === null ? null : String(key)],
    queryFn: async ({ signal }): Promise<Loaded> => {
      const path = itemsPath(collection.collection, collection.meta?.singleton ? null : key);
      const columns = columnsOf(fields);
      const response = await send("GET", path, { query: { fields: columns }, signal });
      const body = (await bodyOf(response)) as { data?: Item } | null;
      if (!response.ok)
        throw new ApiError(response.status, problemsOf(response.status, body), response.headers.get("x-request-id"));
      return { item: withKeys(body?.data ?? {}, columns), tag: response.headers.get("etag") };
    },
    staleTime: 0,
    gcTime: 60_000,
  });

export interface ItemAccess {
  update: boolean;
  delete: boolean;
}

/** What the person may do with this one item. */
export const accessQuery = (collection: string, key: Key | null) =>
  queryOptions({
    queryKey: ["item-access", collection, key === null ? null : String(key)],
    queryFn: async ({ signal }): Promise<ItemAccess> => {
      const path = `/permissions/me/${encodeURIComponent(collection)}${key === null ? "" : `/${encodeURIComponent(String(key))}`}`;
      const found = await get<Record<string, { access: boolean }>>(path, undefined, signal);
      return { update: Boolean(found.update?.access), delete: Boolean(found.delete?.access) };
    },
    staleTime: 30_000,
  });

/** The parsed body of an answer with all digits of its numbers; null for none. */
export async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text ? parseExact(text) : null;
  } catch {
    return null;
  }
}
