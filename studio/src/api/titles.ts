/** Items by their titles: what to ask the server for, and what to show of the answer. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import { collectionsQuery, fieldsQuery, queryClient } from "./queries";
import type { Collection, Field, Item, Key } from "./types";

export interface ItemRef {
  collection: string;
  id: Key;
}

export interface TitledItem extends ItemRef {
  title: string;
}

/** Where a collection's items are read. */
export const itemsPath = (collection: string): string =>
  collection.startsWith("directus_")
    ? `/${collection.slice("directus_".length)}`
    : `/items/${encodeURIComponent(collection)}`;

const TITLES = ["title", "name", "label", "subject", "headline", "email", "filename_download", "slug"];
const PATHS = /\{\{\s*([^}|]+?)\s*(?:\|[^}]*)?\}\}/g;

/** The fields that make an item's title, and the one that is its key. */
export function titleFields(collection: Collection, fields: readonly Field[]): { key: string; shown: string[] } {
  const key = fields.find((field) => field.schema?.is_primary_key)?.field ?? "id";
  const template = collection.meta?.display_template;
  if (template) return { key, shown: [...template.matchAll(PATHS)].map((match) => match[1] ?? "") };
  const texts = fields.filter((field) => ["string", "text"].includes(field.type) && field.field !== key);
  const found = TITLES.map((name) => texts.find((field) => field.field === name)).find(Boolean) ?? texts[0];
  return { key, shown: [found?.field ?? key] };
}

/** The title of an item that was read with `titleFields`; its key where it has none. */
export function itemTitle(collection: Collection, fields: readonly Field[], item: Item): string {
  const { key, shown } = titleFields(collection, fields);
  const value = (path: string) => {
    const found = path
      .split(".")
      .reduce<unknown>((at, name) => (at && typeof at === "object" ? (at as Item)[name] : undefined), item);
    return found === null || found === undefined || typeof found === "object" ? "" : String(found);
  };
  const template = collection.meta?.display_template;
  const text = template ? template.replace(PATHS, (_, path: string) => value(path)) : value(shown[0] ?? key);
  return text.replace(/\s+/g, " ").trim() || String(item[key] ?? "");
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
  const { key, shown } = titleFields(known, fields);
  const items = await get<Item[]>(itemsPath(collection), { ...query, fields: [key, ...shown] }, signal);
  return items.map((item) => ({ collection, id: item[key] as Key, title: itemTitle(known, fields, item) }));
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
            const key = fields.find((field) => field.schema?.is_primary_key)?.field ?? "id";
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
