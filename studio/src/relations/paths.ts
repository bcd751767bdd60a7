import type { Key } from "~/api/types";

/** Where the studio shows an item. */
export const itemPage = (collection: string, key: Key): string =>
  `/content/${encodeURIComponent(collection)}/${encodeURIComponent(String(key))}`;
