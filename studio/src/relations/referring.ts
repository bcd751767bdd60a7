/** What leads to an item: every relation to its collection is asked, as far as the person may read it. */
import { queryOptions } from "@tanstack/react-query";
import { requestBody } from "~/api/client";
import { ApiError } from "~/api/errors";
import { keyField } from "~/api/keys";
import { fieldsQuery, queryClient, relationsQuery } from "~/api/queries";
import { itemsPath, linkOf } from "~/api/relations";
import type { Item, Key, Relation } from "~/api/types";

/** The items of one collection that lead to an item by one field. */
export interface Referring {
  collection: string;
  field: string;
  count: number;
  /** The first of them. */
  keys: Key[];
}

const LIMIT = 20;

export const referringQuery = (collection: string, key: Key) =>
  queryOptions({
    queryKey: ["links", collection, String(key)],
    queryFn: async ({ signal }) => {
      const relations = await queryClient.ensureQueryData(relationsQuery);
      const leading = relations.filter(
        (one) =>
          one.related_collection === collection || one.meta?.one_allowed_collections?.includes(collection) === true,
      );
      const found = await Promise.all(leading.map((one) => referringBy(one, relations, collection, key, signal)));
      return found.filter((one) => one.count > 0);
    },
    staleTime: 10_000,
  });

/** How many items lead here in all. */
export const countReferring = (found: readonly Referring[]): number => found.reduce((sum, one) => sum + one.count, 0);

async function referringBy(
  relation: Relation,
  relations: readonly Relation[],
  target: string,
  key: Key,
  signal: AbortSignal,
): Promise<Referring> {
  // a row of a junction stands for the item on its other side
  const other = relation.meta?.junction_field;
  const far = other ? linkOf({ collection: relation.collection, field: other }, relations) : undefined;
  const through = other !== null && other !== undefined && far?.related != null;
  const collection = through ? (far?.related as string) : relation.collection;
  const field = through ? (far?.relation.meta?.one_field ?? relation.field) : relation.field;
  const name = through ? other : keyField(await queryClient.ensureQueryData(fieldsQuery(relation.collection)));
  const named = relation.related_collection === null ? relation.meta?.one_collection_field : null;
  try {
    const answer = await requestBody<{ data: Item[] | Item; meta?: { filter_count: number } }>(
      "GET",
      itemsPath(relation.collection),
      {
        query: {
          filter: { [relation.field]: { _eq: key }, ...(named ? { [named]: { _eq: target } } : {}) },
          fields: [...new Set([name, relation.field])].join(","),
          limit: LIMIT,
          meta: "filter_count",
        },
        signal,
      },
    );
    // a collection of one item answers with that item, whatever the filter
    const rows = Array.isArray(answer.data) ? answer.data : answer.data[relation.field] === key ? [answer.data] : [];
    const keys = rows.flatMap((row) => (row[name] == null ? [] : [row[name] as Key]));
    const cut = Array.isArray(answer.data) && rows.length === LIMIT;
    return { collection, field, count: cut ? Number(answer.meta?.filter_count ?? keys.length) : keys.length, keys };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return { collection, field, count: 0, keys: [] };
    throw error;
  }
}

/** Where the thing itself is seen and changed. */
export function placeOf(collection: string, key: Key): string {
  if (collection === "directus_users") return `/people/${key}`;
  if (collection === "directus_settings") return "/settings/project";
  return `/content/${encodeURIComponent(collection)}/${encodeURIComponent(String(key))}`;
}
