/** Items that a person looked at, on this device. */
import type { ItemRef } from "~/api/titles";

const KEPT = 30;
const keyOf = (person: string) => `satchel.recent.${person}`;
const ITEM = /^\/content\/([^/]+)\/([^/]+)$/;
const NO_ITEM = new Set(["new", "import", "trash"]);

/** The latest first. */
export function recentItems(person: string): ItemRef[] {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(person)) ?? "[]") as ItemRef[];
    return Array.isArray(kept) ? kept.filter((one) => one?.collection && one.id !== undefined) : [];
  } catch {
    return [];
  }
}

/** The item that a page is about. */
export function itemAt(place: string): ItemRef | undefined {
  const [, collection = "", id = ""] = ITEM.exec(place) ?? [];
  if (!collection || NO_ITEM.has(id)) return undefined;
  return { collection: decodeURIComponent(collection), id: decodeURIComponent(id) };
}

export function rememberItem(person: string, item: ItemRef): void {
  const others = recentItems(person).filter(
    (one) => one.collection !== item.collection || String(one.id) !== String(item.id),
  );
  localStorage.setItem(keyOf(person), JSON.stringify([item, ...others].slice(0, KEPT)));
}

export const itemHref = ({ collection, id }: ItemRef): string =>
  `/content/${encodeURIComponent(collection)}/${encodeURIComponent(id)}`;
