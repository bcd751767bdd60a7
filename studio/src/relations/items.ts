/** Items by their keys: what is asked for within a moment is fetched in one request per collection. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { collectionsQuery, fieldsQuery, queryClient } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Filter, Item, Key } from "~/api/types";
import { displayText, fieldsOfTemplate, templateOf } from "~/displays/template";

const BATCH = 100;

interface Waiting {
  key: Key;
  resolve: (item: Item | null) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<string, Waiting[]>();

/** One item, or null if it is not there or may not be seen. */
function fetchItem(collection: string, key: Key, fields: readonly string[], primaryKey: string): Promise<Item | null> {
  const name = JSON.stringify([collection, fields, primaryKey]);
  return new Promise((resolve, reject) => {
    const queue = waiting.get(name);
    if (queue) queue.push({ key, resolve, reject });
    else {
      waiting.set(name, [{ key, resolve, reject }]);
      setTimeout(() => void flush(name, collection, fields, primaryKey), 10);
    }
  });
}

async function flush(name: string, collection: string, fields: readonly string[], primaryKey: string): Promise<void> {
  const queue = waiting.get(name) ?? [];
  waiting.delete(name);
  for (let from = 0; from < queue.length; from += BATCH) {
    const part = queue.slice(from, from + BATCH);
    try {
      const items = await get<Item[]>(itemsPath(collection), {
        fields: [...new Set([primaryKey, ...fields])].join(","),
        filter: { [primaryKey]: { _in: [...new Set(part.map((one) => one.key))] } },
        limit: -1,
      });
      const byKey = new Map(items.map((item) => [String(item[primaryKey]), item]));
      for (const one of part) one.resolve(byKey.get(String(one.key)) ?? null);
    } catch (error) {
      for (const one of part) one.reject(error);
    }
  }
}

/** What is needed to show items of a collection. */
export interface Shape {
  primaryKey: string;
  template: string;
  fields: string[];
}

export const shapeQuery = (collection: string, template?: string | null) =>
  queryOptions({
    queryKey: ["shape", collection, template ?? null],
    queryFn: async (): Promise<Shape> => {
      const [collections, fields] = await Promise.all([
        queryClient.ensureQueryData(collectionsQuery),
        queryClient.ensureQueryData(fieldsQuery(collection)),
      ]);
      const used =
        template ||
        templateOf(
          collections.find((one) => one.collection === collection),
          fields,
        );
      return { primaryKey: keyField(fields), template: used, fields: fieldsOfTemplate(used) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export function useShape(collection: string | null, template?: string | null): Shape | undefined {
  return useQuery({ ...shapeQuery(collection ?? "", template), enabled: collection !== null }).data;
}

export const oneQuery = (collection: string, key: Key, shape: Shape) =>
  queryOptions({
    queryKey: ["items", collection, "one", String(key), shape.fields.join()],
    queryFn: () => fetchItem(collection, key, shape.fields, shape.primaryKey),
    staleTime: 30_000,
  });

/** An item as text, by its key: undefined while it is on its way, null where it can't be seen. */
export function useItemText(
  collection: string | null,
  key: Key | null,
  template?: string | null,
): string | null | undefined {
  const shape = useShape(collection, template);
  const found = useQuery({
    ...oneQuery(collection ?? "", key ?? "", shape ?? { primaryKey: "id", template: "", fields: [] }),
    enabled: collection !== null && key !== null && shape !== undefined,
  });
  if (!shape || found.isPending) return undefined;
  return found.data ? displayText(shape.template, found.data) || String(key) : null;
}

/** A page of items that match a search. */
export const searchQuery = (
  collection: string,
  shape: Shape,
  search: string,
  filter: Filter | null,
  limit = 25,
  offset = 0,
) =>
  queryOptions({
    queryKey: ["items", collection, "search", search, filter, shape.fields.join(), limit, offset],
    queryFn: ({ signal }) =>
      get<Item[]>(
        itemsPath(collection),
        {
          fields: [...new Set([shape.primaryKey, ...shape.fields])].join(","),
          search: search || undefined,
          filter: filter ?? undefined,
          limit,
          offset,
        },
        signal,
      ),
    staleTime: 10_000,
  });
