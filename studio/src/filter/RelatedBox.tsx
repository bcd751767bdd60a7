/** A search for one item of a collection, by its display template. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "~/api/client";
import { fieldsQuery, useCollection } from "~/api/queries";
import { itemsPath, keyField } from "~/api/relations";
import type { Item, Key } from "~/api/types";
import { displayText, fieldsOfTemplate, templateOf } from "~/displays/template";
import { t } from "~/i18n/i18n";
import { ComboBox } from "~/kit/fields";

const LIMIT = 20;

/** The items of a collection that match a text, as choices; and the text of one key. */
function useRelated(name: string, search: string, key: unknown) {
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

export interface RelatedBoxProps {
  collection: string;
  value: unknown;
  onChange: (value: Key | null) => void;
  label: string;
  /** Values that move with the person, as `$CURRENT_USER`. */
  dynamic?: { id: string; text: string }[];
}

export function RelatedBox({ collection, value, onChange, label, dynamic = [] }: RelatedBoxProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const { choices, chosen } = useRelated(collection, typed ?? "", value);
  const shown = dynamic.find((one) => one.id === value)?.text ?? chosen;
  const special = dynamic.filter((one) => !typed || one.text.toLowerCase().includes(typed.toLowerCase()));
  return (
    <ComboBox
      aria-label={label}
      placeholder={label}
      choices={[...special, ...choices]}
      inputValue={typed ?? shown}
      onInputChange={setTyped}
      value={value === undefined || value === null ? null : String(value)}
      onChange={(id) => {
        setTyped(null);
        if (id === null) return;
        onChange(choices.find((one) => one.id === String(id))?.key ?? String(id));
      }}
      onBlur={() => setTyped(null)}
      menuTrigger="focus"
      empty={t("filter.nothing_found")}
    />
  );
}

/** The text of a related item by its key. */
export function RelatedText({ collection, value }: { collection: string; value: unknown }) {
  return useRelated(collection, "", value).chosen || String(value);
}
