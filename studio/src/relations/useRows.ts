/** Fetches the rows of a to-many field, and follows the journal. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "~/api/client";
import { itemsPath } from "~/api/relations";
import type { Item, Key } from "~/api/types";
import type { Graph } from "~/form/context";
import { useChanges } from "~/form/store";
import { type Row, rowsOf } from "./rows";
import type { Many } from "./schema";

/** The most rows that are shown of one field. */
export const MOST_ROWS = 10_000;

/** Keys and places of all rows that hold an item's key. What people see of them is fetched as it comes into sight. */
export const rowsQuery = (link: Many, parent: Key, primaryKey: string, extra: readonly string[] = []) =>
  queryOptions({
    queryKey: ["links", link.rows, link.back, String(parent), extra.join()],
    queryFn: ({ signal }) =>
      get<Item[]>(
        itemsPath(link.rows),
        {
          fields: [
            ...new Set([
              primaryKey,
              ...(link.sortField ? [link.sortField] : []),
              ...(link.forward ? [link.forward] : []),
              ...(link.kind === "m2a" ? [link.collectionField] : []),
              ...extra,
            ]),
          ].join(","),
          filter: { [link.back]: { _eq: parent } },
          sort: [link.sortField ?? primaryKey, primaryKey].filter((one, at, all) => all.indexOf(one) === at).join(","),
          limit: MOST_ROWS,
        },
        signal,
      ),
    staleTime: 10_000,
  });

export interface Rows {
  rows: Row[];
  stored: readonly Item[];
  isPending: boolean;
  isFetching: boolean;
  error: unknown;
  retry: () => void;
}

export function useRows(
  graph: Graph,
  field: string,
  link: Many,
  primaryKey: string | undefined,
  extra?: readonly string[],
): Rows {
  const { journal, node } = graph;
  const parent = journal.node(node).key;
  const query = useQuery({
    ...rowsQuery(link, parent ?? "", primaryKey ?? "id", extra),
    enabled: parent !== null && primaryKey !== undefined,
  });
  useChanges(journal, node, field);
  const stored = parent === null ? [] : (query.data ?? []);
  return {
    rows: primaryKey === undefined ? [] : rowsOf(journal, node, field, link, stored, primaryKey),
    stored,
    isPending: parent !== null && query.isPending,
    isFetching: query.isFetching,
    error: query.error,
    retry: () => void query.refetch(),
  };
}
