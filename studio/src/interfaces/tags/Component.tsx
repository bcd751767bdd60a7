/** Short words, with suggestions. */
import type { InterfaceProps } from "~/extensions/contract";
import { ChipsField } from "../ChipsField";
import { asList } from "../choices";

interface Options {
  placeholder?: string;
  presets?: string[] | null;
  allowCustom?: boolean;
  alphabetize?: boolean;
  capitalization?: string | null;
  whitespace?: string | null;
}

export default function TagsInterface(props: InterfaceProps<unknown[], Options>) {
  const { options, onChange } = props;
  const { capitalization, whitespace } = options;
  const normalize = (text: string) => {
    let tag = text.trim();
    if (capitalization === "uppercase") tag = tag.toUpperCase();
    else if (capitalization === "lowercase") tag = tag.toLowerCase();
    else if (capitalization === "auto-format") tag = tag.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase());
    return typeof whitespace === "string" ? tag.replace(/\s+/g, whitespace) : tag;
  };
  const set = (tags: string[]) => {
    const sorted = options.alphabetize ? [...tags].sort((a, b) => a.localeCompare(b)) : tags;
    onChange(sorted.length > 0 ? sorted : null);
  };
  return (
    <ChipsField
      {...props}
      choices={(options.presets ?? []).map((tag) => ({ id: String(tag), text: String(tag) }))}
      chosen={asList(props.value).map(String)}
      custom={options.allowCustom !== false}
      placeholder={options.placeholder}
      normalize={normalize}
      onChosen={set}
    />
  );
}
