/** What happened, as Home shows it. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import { queryClient } from "~/api/queries";
import { type ItemRef, type TitledItem, titlesQuery } from "~/api/titles";
import type { Key, User } from "~/api/types";
import { recentItems } from "~/shell/recent";

export interface Event {
  id: Key;
  action: "create" | "update" | "delete";
  collection: string;
  item: string;
  timestamp: string;
  user: Pick<User, "id" | "first_name" | "last_name" | "email" | "avatar"> | null;
  title?: string;
}

export interface Continued extends TitledItem {
  /** null: only looked at. */
  timestamp: string | null;
}

const CONTENT = { collection: { _nstarts_with: "directus_" } };
const keyOf = ({ collection, id }: ItemRef) => `${collection}/${id}`;

async function events(filter: object, limit: number, signal: AbortSignal): Promise<Event[]> {
  const person = ["id", "first_name", "last_name", "email", "avatar"].map((name) => `user.${name}`);
  const fields = ["id", "action", "collection", "item", "timestamp", ...person];
  return get<Event[]>("/activity", { fields, filter, sort: "-id", limit }, signal);
}

/** Items that the person changed or looked at last, the latest first. What is gone is left out. */
export const continueQuery = (person: string) =>
  queryOptions({
    queryKey: ["home", "continue", person],
    queryFn: async ({ signal }): Promise<Continued[]> => {
      const mine = { _and: [CONTENT, { user: { _eq: "$CURRENT_USER" } }, { action: { _in: ["create", "update"] } }] };
      const changed = await events(mine, 40, signal);
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
  queryFn: async ({ signal }): Promise<Event[]> => {
    const byPeople = {
      _and: [CONTENT, { user: { _nnull: true } }, { action: { _in: ["create", "update", "delete"] } }],
    };
    const all = await events(byPeople, 12, signal);
    const there = all
      .filter((one) => one.action !== "delete")
      .map(({ collection, item }) => ({ collection, id: item }));
    const unique = [...new Map(there.map((ref) => [keyOf(ref), ref])).values()];
    const titles = new Map(
      (await queryClient.fetchQuery(titlesQuery(unique))).map((one) => [keyOf(one), one.title] as const),
    );
    return all.map((one) => ({ ...one, title: titles.get(keyOf({ collection: one.collection, id: one.item })) }));
  },
});
