/** Notifications in the person's inbox. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "~/api/client";

/** How many are new. Asked for now and then. */
export const unreadQuery = queryOptions({
  queryKey: ["notifications", "count"],
  queryFn: async ({ signal }) => {
    const filter = { recipient: { _eq: "$CURRENT_USER" }, status: { _eq: "inbox" } };
    const rows = await get<{ count: number | string | { id: number } }[]>(
      "/notifications",
      { "aggregate[count]": "id", filter },
      signal,
    );
    const count = rows[0]?.count;
    return Number(typeof count === "object" ? count.id : (count ?? 0));
  },
  staleTime: 60_000,
  refetchInterval: 120_000,
});

export const useUnread = (): number => useQuery(unreadQuery).data ?? 0;
