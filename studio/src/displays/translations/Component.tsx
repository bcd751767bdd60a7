import { useQuery } from "@tanstack/react-query";
import { relationsQuery } from "~/api/queries";
import { linkOf } from "~/api/relations";
import type { Item } from "~/api/types";
import type { DisplayProps } from "~/extensions/contract";
import { locale } from "~/i18n/i18n";
import { translationTemplate } from "../related";
import { displayText } from "../template";

interface Options {
  template?: string;
  defaultLanguage?: string;
  userLanguage?: boolean;
}

/** The text in the reader's language or the default one, and how many languages there are. */
export default function Translations({ value, field, options }: DisplayProps<Item[], Options>) {
  const relations = useQuery(relationsQuery).data ?? [];
  const link = linkOf(field, relations);
  const rows = Array.isArray(value) ? value : [];
  const language = (row: Item) => {
    const code = row[link?.junctionField ?? "languages_code"];
    return String(code !== null && typeof code === "object" ? Object.values(code)[0] : code);
  };
  const template = translationTemplate(field, { ...options });
  // who has no text in their language reads the default one, and else what there is
  const written = rows.filter((one) => displayText(template, one));
  const inLanguage = (wanted: string | undefined) =>
    wanted &&
    (written.find((one) => language(one) === wanted) ??
      written.find((one) => language(one).split("-")[0] === wanted.split("-")[0]));
  const row =
    (options.userLanguage && inLanguage(locale())) || inLanguage(options.defaultLanguage) || (written[0] ?? rows[0]);
  if (!row) return null;
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      <span className="truncate" lang={language(row)}>
        {displayText(template, row)}
      </span>
      <span className="shrink-0 rounded-full bg-fg/8 px-1.5 text-caption text-fg-2">{rows.length}</span>
    </span>
  );
}
