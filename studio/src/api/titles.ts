/** Items by their titles: what to ask the server for, and what to show of the answer. */
import { queryOptions } from "@tanstack/react-query";
import { displayText, fieldsOfTemplate, templateOf } from "~/displays/template";
import { get } from "./client";
import { keyField } from "./keys";
import { collectionsQuery, fieldsQuery, queryClient } from "./queries";
import { itemsPath } from "./relations";
import type { Item, Key } from "./types";

export interface ItemRef {
  collection: string;
  id: Key;
}

export interface TitledItem extends ItemRef {
  title: string;
}

/** Read items of one collection and give them their titles. Throws ApiError. */
export async function titled(
  collection: string,
  query: Record<string, string | number | object>,
  signal?: AbortSignal,
): Promise<TitledItem[]> {
  const known = (await queryClient.ensureQueryData(collectionsQuery)).find((one) => one.collection === collection);
  if (!known) return [];
  const fields = await queryClient.ensureQueryData(fieldsQuery(collection));
  const key = keyField(fields);
  const template = templateOf(known, fields);
  const shown = fieldsOfTemplate(template).filter((name) => name !== key);
  const items = await get<Item[]>(itemsPath(collection), { ...query, fields: [key, ...shown] }, signal);
  return items.map((item) => {
    const id = item[key] as Key;
    return { collection, id, title: displayText(template, item) || String(id) };
  });
}

/** The titles of items anywhere, in their order. What is gone, or not to be seen, is left out. */
export const titlesQuery = (refs: readonly ItemRef[]) =>
  queryOptions({
    queryKey: ["titles", refs.map(({ collection, id }) => `${collection}/${id}`)],
    queryFn: async ({ signal }) => {
      const keys = new Map<string, Key[]>();
      for (const { collection, id } of refs) keys.set(collection, [...(keys.get(collection) ?? []), id]);
      const found = await Promise.all(
        [...keys].map(async ([collection, ids]) => {
          try {
            const fields = await queryClient.ensureQueryData(fieldsQuery(collection));
            const key = keyField(fields);
            return await titled(collection, { filter: { [key]: { _in: ids } }, limit: ids.length }, signal);
          } catch (error) {
            if (signal.aborted) throw error;
            return [];
          }
        }),
      );
      const all = new Map(found.flat().map((one) => [`${one.collection}/${one.id}`, one]));
      return refs.flatMap(({ collection, id }) => all.get(`${collection}/${id}`) ?? []);
    },
  });
