import { queryOptions } from "@tanstack/react-query";
import { countItems } from "./query";

/** How many items collections have, asked for one after the other, so that what is looked at comes first. */
export const countsQuery = (collections: readonly string[]) =>
  queryOptions({
    queryKey: ["items", "counts", collections.join()],
    queryFn: async ({ signal }) => {
      const counts: Record<string, number> = {};
      for (const collection of collections) {
        try {
          counts[collection] = await countItems(collection, { filter: null, search: null }, signal);
        } catch {
          // a count that can't be had is not shown
        }
      }
      return counts;
    },
    staleTime: 60_000,
  });
