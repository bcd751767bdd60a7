/** A search for one item of a collection, by its display template. */
import { useState } from "react";
import type { Key } from "~/api/types";
import { t } from "~/i18n/i18n";
import { ComboBox } from "~/kit/fields";
import { useRelated } from "./RelatedText";

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
  // its text is known before the item is read again: a box whose text changes opens its list
  const [picked, setPicked] = useState<{ id: string; text: string } | null>(null);
  const { choices, chosen } = useRelated(collection, typed ?? "", value);
  const shown = dynamic.find((one) => one.id === value)?.text ?? (picked?.id === String(value) ? picked.text : chosen);
  const special = dynamic.filter((one) => !typed || one.text.toLowerCase().includes(typed.toLowerCase()));
  return (
    <ComboBox
      aria-label={label}
      placeholder={label}
      choices={[...special, ...choices]}
      inputValue={typed ?? shown}
      onInputChange={(text) => setTyped(text === shown ? null : text)}
      value={value === undefined || value === null ? null : String(value)}
      onChange={(id) => {
        setTyped(null);
        if (id === null) return;
        const choice = choices.find((one) => one.id === String(id));
        if (choice) setPicked(choice);
        onChange(choice?.key ?? String(id));
      }}
      onBlur={() => setTyped(null)}
      menuTrigger="focus"
      empty={t("filter.nothing_found")}
    />
  );
}
