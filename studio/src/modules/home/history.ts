/** What happened, as Home shows it. */
import { queryOptions } from "@tanstack/react-query";
import { counted, type Happening, happenings } from "~/activity/activity";
import { queryClient } from "~/api/queries";
import { type ItemRef, type TitledItem, titlesQuery } from "~/api/titles";
import { recentItems } from "~/shell/recent";

export interface Told extends Happening {
  title?: string;
}

export interface Continued extends TitledItem {
  /** null: only looked at. */
  timestamp: string | null;
}

const CONTENT = { collection: { _nstarts_with: "directus_" } };
const keyOf = ({ collection, id }: ItemRef) => `${collection}/${id}`;

/** Items that the person changed or looked at last, the latest first. What is gone is left out. */
export const continueQuery = (person: string) =>
  queryOptions({
    queryKey: ["home", "continue", person],
    queryFn: async ({ signal }): Promise<Continued[]> => {
      const mine = { _and: [CONTENT, { user: { _eq: "$CURRENT_USER" } }, { action: { _in: ["create", "update"] } }] };
      const changed = await happenings(mine, 40, signal);
      const times = new Map<string, string>();
      const refs: ItemRef[] = [];
      for (const { collection, item, timestamp } of changed) {
        const ref = { collection, id: item };
        if (times.has(keyOf(ref))) continue;
        times.set(keyOf(ref), timestamp);
        refs.push(ref);
      }
      const looked = recentItems(person).filter((ref) => !times.has(keyOf(ref)));
      const all = [...refs.slice(0, 6), ...looked.slice(0, 6)];
      const found = await queryClient.fetchQuery(titlesQuery(all));
      return found.slice(0, 7).map((one) => ({ ...one, timestamp: times.get(keyOf(one)) ?? null }));
    },
  });

/** What everybody did, as far as the person may know. */
export const activityQuery = queryOptions({
  queryKey: ["home", "activity"],
  queryFn: async ({ signal }): Promise<Told[]> => {
    const byPeople = {
      _and: [CONTENT, { user: { _nnull: true } }, { action: { _in: ["create", "update", "delete"] } }],
    };
    const all = await counted(await happenings(byPeople, 12, signal), byPeople, signal);
    const there = all
      .filter((one) => one.count === 1 && one.action !== "delete")
      .map(({ collection, item }) => ({ collection, id: item }));
    const unique = [...new Map(there.map((ref) => [keyOf(ref), ref])).values()];
    const titles = new Map(
      (await queryClient.fetchQuery(titlesQuery(unique))).map((one) => [keyOf(one), one.title] as const),
    );
    return all.map((one) => ({ ...one, title: titles.get(keyOf({ collection: one.collection, id: one.item })) }));
  },
});
