import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { fieldsQuery, useCollection } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Item, Key } from "~/api/types";
import { displayText, fieldsOfTemplate, templateOf } from "~/displays/template";

const LIMIT = 20;

/** The items of a collection that match a text, as choices; and the text of one key. */
export function useRelated(name: string, search: string, key: unknown) {
  const collection = useCollection(name);
  const fields = useQuery(fieldsQuery(name)).data;
  const id = keyField(fields ?? []);
  const template = templateOf(collection, fields);
  const wanted = [...new Set([id, ...fieldsOfTemplate(template)])].join(",");
  const found = useQuery({
    queryKey: ["items", name, "pick", search, wanted],
    queryFn: ({ signal }) =>
      get<Item[]>(itemsPath(name), { fields: wanted, search: search || undefined, limit: LIMIT }, signal),
    enabled: !!fields,
    placeholderData: keepPreviousData,
  });
  const isKey = key !== undefined && key !== null && key !== "" && !String(key).startsWith("$");
  const chosen = useQuery({
    queryKey: ["items", name, "one", String(key), wanted],
    queryFn: async ({ signal }) =>
      (await get<Item[]>(itemsPath(name), { fields: wanted, filter: { [id]: { _eq: key } }, limit: 1 }, signal))[0],
    enabled: !!fields && isKey,
    staleTime: 300_000,
  });
  const textOf = (item: Item) => displayText(template, item) || String(item[id]);
  return {
    choices: (found.data ?? []).map((item) => ({ id: String(item[id]), text: textOf(item), key: item[id] as Key })),
    chosen: chosen.data ? textOf(chosen.data) : isKey ? String(key) : "",
  };
}

/** The text of a related item by its key. */
export function RelatedText({ collection, value }: { collection: string; value: unknown }) {
  return useRelated(collection, "", value).chosen || String(value);
}
