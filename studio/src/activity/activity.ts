/** What happened, with what was done in one go as one. */
import { get } from "~/api/client";
import type { Key, User } from "~/api/types";

export interface Event {
  id: number;
  action: "create" | "update" | "delete";
  collection: string;
  item: string;
  timestamp: string;
  user: Pick<User, "id" | "first_name" | "last_name" | "email" | "avatar"> | null;
}

/** The latest event of an operation, and how many there are: of all of it, of one collection and action in it. */
export interface Happening extends Event {
  operation: string | null;
  count: number;
  parts: Part[];
}

export interface Part {
  collection: string;
  action: Event["action"];
  count: number;
}

const PERSON = ["id", "first_name", "last_name", "email", "avatar"].map((name) => `user.${name}`);
export const EVENT_FIELDS = ["id", "action", "collection", "item", "timestamp", ...PERSON];
const PAGE = 100;
const MOST_PAGES = 4;

export const operationPath = (operation: string) => `/activity/operations/${encodeURIComponent(operation)}`;

/** The operations that entries of the activity belong to. */
async function operationsOf(query: Record<string, object | string | number>, signal?: AbortSignal) {
  const rows = await get<{ id: number; operation: string | null }[]>("/activity/operations", query, signal);
  return new Map(rows.map((row) => [row.id, row.operation]));
}

/** The operation of one entry, or null. */
export const operationOf = async (entry: Key, signal?: AbortSignal): Promise<string | null> =>
  [...(await operationsOf({ filter: { id: { _eq: entry } }, limit: 1 }, signal)).values()][0] ?? null;

/** What an operation consists of, the most first. */
export async function partsOf(operation: string, filter: object, signal?: AbortSignal): Promise<Part[]> {
  const rows = await get<{ collection: string; action: Event["action"]; count: number | string }[]>(
    operationPath(operation),
    { filter, "aggregate[count]": "*", groupBy: "collection,action" },
    signal,
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) })).sort((one, other) => other.count - one.count);
}

/** The latest operations, at most so many. */
export async function happenings(filter: object, most: number, signal: AbortSignal): Promise<Happening[]> {
  const found = new Map<string, Happening>();
  let last: number | undefined;
  for (let page = 0; page < MOST_PAGES && found.size <= most; page++) {
    const here = last === undefined ? filter : { _and: [filter, { id: { _lt: last } }] };
    const query = { filter: here, sort: "-id", limit: PAGE };
    const [events, operations] = await Promise.all([
      get<Event[]>("/activity", { ...query, fields: EVENT_FIELDS }, signal),
      operationsOf(query, signal),
    ]);
    for (const event of events) {
      const operation = operations.get(event.id) ?? null;
      const name = operation ?? String(event.id);
      const known = found.get(name);
      if (known) known.count++;
      else found.set(name, { ...event, operation, count: 1, parts: [] });
    }
    last = events.at(-1)?.id;
    if (events.length < PAGE) break;
  }
  return [...found.values()].slice(0, most);
}

/** The same with all that belongs to them, where only the latest entries were read. */
export const counted = (all: readonly Happening[], filter: object, signal: AbortSignal): Promise<Happening[]> =>
  Promise.all(
    all.map(async (one) => {
      if (one.count === 1 || !one.operation) return one;
      const parts = await partsOf(one.operation, filter, signal);
      return { ...one, parts, count: parts.reduce((sum, part) => sum + part.count, 0) };
    }),
  );
