/** The list that somebody looked at last, by collection, for as long as the tab is there: its items have an order. */
import type { Filter, Key } from "./types";

export interface LastList {
  filter: Filter | null;
  search: string | null;
  sort: string[];
  /** Where in the list an item was. */
  at?: { key: string; index: number };
}

const nameOf = (collection: string): string => `satchel.list.${collection}`;

export function lastList(collection: string): LastList | null {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(collection)) ?? "null") as LastList | null;
  } catch {
    return null; // a browser that keeps nothing
  }
}

export function rememberList(collection: string, list: LastList): void {
  try {
    sessionStorage.setItem(nameOf(collection), JSON.stringify(list));
  } catch {
    // then the items have no order but that of their keys
  }
}

/** Note where in the list an item is that is opened from it. */
export function rememberPlace(collection: string, key: Key, index: number | undefined): void {
  const list = lastList(collection);
  if (list) rememberList(collection, { ...list, at: index === undefined ? undefined : { key: String(key), index } });
}
