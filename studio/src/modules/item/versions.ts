/** Content versions of an item: changes beside it that are written into it when somebody says so. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import type { Item, Key } from "~/api/types";

export interface Version {
  id: string;
  key: string;
  name: string | null;
  date_updated: string | null;
  delta: Item | null;
}

export interface Comparison {
  /** The item changed since the version began. */
  outdated: boolean;
  mainHash: string;
  current: Item;
  main: Item;
}

export const versionsQuery = (collection: string, key: Key) =>
  queryOptions({
    queryKey: ["versions", collection, String(key)],
    queryFn: ({ signal }) =>
      get<Version[]>(
        "/versions",
        {
          filter: { _and: [{ collection: { _eq: collection } }, { item: { _eq: String(key) } }] },
          fields: "id,key,name,date_updated,delta",
          sort: "name",
        },
        signal,
      ),
    staleTime: 10_000,
  });

export const comparisonQuery = (id: string) =>
  queryOptions({
    queryKey: ["versions", "compare", id],
    queryFn: ({ signal }) => get<Comparison>(`/versions/${id}/compare`, undefined, signal),
    staleTime: 0,
  });
