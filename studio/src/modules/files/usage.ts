/** Where a file is used: every relation that leads to files is asked, as far as the person may read it. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import { ApiError } from "~/api/errors";
import { fieldsQuery, queryClient, relationsQuery } from "~/api/queries";
import { itemsPath, keyField } from "~/api/relations";
import type { Item, Key, Relation } from "~/api/types";

export interface Use {
  collection: string;
  key: Key;
  field: string;
}

/** Where the thing itself is seen and changed. */
export function placeOf({ collection, key }: Use): string {
  if (collection === "directus_users") return `/people/${key}`;
  if (collection === "directus_settings") return "/settings/project";
  return `/content/${encodeURIComponent(collection)}/${encodeURIComponent(String(key))}`;
}

const LIMIT = 20;
const SKIPPED = new Set(["folder", "uploaded_by", "modified_by"]);

export const usageQuery = (file: string) =>
  queryOptions({
    queryKey: ["files", file, "usage"],
    queryFn: async ({ signal }) => {
      const relations = await queryClient.ensureQueryData(relationsQuery);
      const leading = relations.filter((one) => one.related_collection === "directus_files" && !SKIPPED.has(one.field));
      const found = await Promise.all(leading.map((one) => usesBy(one, relations, file, signal)));
      return found.flat();
    },
  });

async function usesBy(relation: Relation, all: readonly Relation[], file: string, signal: AbortSignal): Promise<Use[]> {
  // a junction stands for the item on its other side
  const other = relation.meta?.junction_field;
  const parent = other ? all.find((one) => one.collection === relation.collection && one.field === other) : undefined;
  try {
    const answer = await get<Item[] | Item>(
      itemsPath(relation.collection),
      { filter: { [relation.field]: { _eq: file } }, limit: LIMIT, fields: "*" },
      signal,
    );
    // a collection of one item answers with that item, whatever the filter
    const rows = Array.isArray(answer) ? answer : answer[relation.field] === file ? [answer] : [];
    if (parent?.related_collection && other) {
      const collection = parent.related_collection;
      return rows.flatMap((row) =>
        row[other] == null
          ? []
          : [{ collection, key: row[other] as Key, field: parent.meta?.one_field ?? relation.field }],
      );
    }
    const key = keyField(await queryClient.ensureQueryData(fieldsQuery(relation.collection)));
    return rows.map((row) => ({ collection: relation.collection, key: row[key] as Key, field: relation.field }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}
