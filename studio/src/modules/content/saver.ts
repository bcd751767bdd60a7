/** How changes of cells reach the server. */
import { patch, requestBody, send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import { withKeys } from "~/api/keys";
import { itemsPath } from "~/api/relations";
import type { Item, Key } from "~/api/types";
import { ChangedMeanwhile, type RowChange, type Saver } from "~/grid/edits";
import { t } from "~/i18n/i18n";
import { type ListQuery, parametersOf } from "./query";

/** A value to compare: of a related item its key. */
export function plainValue(value: unknown, key = "id"): unknown {
  if (value !== null && typeof value === "object" && !Array.isArray(value) && key in value) return (value as Item)[key];
  return value ?? null;
}

const same = (one: unknown, other: unknown) => JSON.stringify(plainValue(one)) === JSON.stringify(plainValue(other));

export function saverOf(
  collection: string,
  key: string,
  query: Pick<ListQuery, "fields" | "deep">,
  text: (field: string, value: unknown) => string,
): Saver {
  const { fields, deep } = parametersOf({ ...query, filter: null, search: null, sort: [] });
  const asked = { fields, deep };

  async function read(id: Key): Promise<{ item: Item; tag: string | null }> {
    const response = await send("GET", itemsPath(collection, id), { query: asked });
    const body = await response.json();
    if (!response.ok) throw new ApiError(response.status, problemsOf(response.status, body));
    return { item: withKeys(body.data as Item, fields), tag: response.headers.get("etag") };
  }

  function theirs(field: string, item: Item): ChangedMeanwhile {
    const shown = text(field, item[field]);
    return new ChangedMeanwhile(
      shown ? t("content.cell.changed", { value: shown }) : t("content.cell.emptied"),
      item[field],
    );
  }

  /** One row, unless the value that was seen is another one by now. */
  async function saveSeen(
    { key: id, values }: RowChange,
    operation: string,
    seen: { field: string; value: unknown },
  ): Promise<Item> {
    const { item, tag } = await read(id);
    if (!same(item[seen.field], seen.value)) throw theirs(seen.field, item);
    try {
      const body = await requestBody<{ data: Item }>("PATCH", itemsPath(collection, id), {
        query: asked,
        body: values,
        operation,
        headers: tag ? { "if-match": tag } : {},
      });
      return body?.data ? withKeys(body.data, fields) : { [key]: id, ...values };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      return saveSeen({ key: id, values }, operation, seen);
    }
  }

  return {
    keyOf: (item) => item[key] as Key,
    text,
    name: (cells) => t("content.undo.cells", { count: cells }),
    save: async (rows, operation, seen) => {
      const [only] = rows;
      if (rows.length === 1 && only) {
        if (seen) return [await saveSeen(only, operation, seen)];
        return [await patch<Item>(itemsPath(collection, only.key), only.values, asked, operation)];
      }
      return patch<Item[]>(
        itemsPath(collection),
        rows.map((row) => ({ ...row.values, [key]: row.key })),
        { ...asked, limit: -1 },
        operation,
      );
    },
  };
}
