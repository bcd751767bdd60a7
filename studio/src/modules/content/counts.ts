import { queryOptions } from "@tanstack/react-query";
import { request } from "~/api/client";

/** How many items collections have, those that are looked at first. A count that can't be had is not in it. */
export const askCounts = (collections: readonly string[], signal: AbortSignal, headers?: Record<string, string>) =>
  request<Record<string, number>>("SEARCH", "/studio/api/counts", { body: { collections }, headers, signal });

export const countsQuery = (collections: readonly string[]) =>
  queryOptions({
    queryKey: ["items", "counts", collections.join()],
    queryFn: ({ signal }) => askCounts(collections, signal),
    enabled: collections.length > 0,
    staleTime: 60_000,
  });
