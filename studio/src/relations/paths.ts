import type { Key } from "~/api/types";

/** Path of a collection's items, or of one; system collections have paths of their own. */
export function itemsPath(collection: string, key?: Key | null): string {
  const base = collection.startsWith("directus_")
    ? `/${collection.slice("directus_".length)}`
    : `/items/${encodeURIComponent(collection)}`;
  return key === undefined || key === null ? base : `${base}/${encodeURIComponent(String(key))}`;
}

/** Where the studio shows an item. */
export const itemPage = (collection: string, key: Key): string =>
  `/content/${encodeURIComponent(collection)}/${encodeURIComponent(String(key))}`;
