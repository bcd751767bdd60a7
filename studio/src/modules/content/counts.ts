import { queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import { request } from "~/api/client";
import { queryClient } from "~/api/queries";
import type { WindowSource } from "~/grid/window";

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

/** Where a list comes to another number of rows, by this person's hand or somebody else's, all counts are asked for anew. */
export function useFreshCounts(source: WindowSource): void {
  useEffect(() => {
    const counted = () => (source.isCounted ? source.count() : undefined);
    let known = counted();
    return source.subscribe(() => {
      const now = counted();
      if (known !== undefined && now !== undefined && now !== known)
        void queryClient.invalidateQueries({ queryKey: ["items", "counts"] });
      known = now ?? known;
    });
  }, [source]);
}
