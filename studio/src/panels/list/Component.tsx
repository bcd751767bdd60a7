/** The first items of a collection in some order. */

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { Link } from "react-aria-components";
import { keyField } from "~/api/keys";
import { fieldsQuery } from "~/api/queries";
import { displayText } from "~/displays/template";
import type { PanelProps } from "~/extensions/contract";
import { t } from "~/i18n/words/insights";
import { itemHref } from "~/shell/recent";

interface Options {
  collection?: string;
  displayTemplate?: string | null;
  linkToItem?: boolean;
}

export default function ListPanel({ data, options }: PanelProps<Options>) {
  const collection = options.collection ?? "";
  const fields = useQuery(fieldsQuery(collection)).data ?? [];
  const key = keyField(fields);
  const rows = data.rows ?? [];
  if (rows.length === 0) return <p className="px-4 py-3 text-fg-2">{t("panels.none")}</p>;
  const linked = options.linkToItem !== false && !collection.startsWith("directus_");
  return (
    <ul className="h-full overflow-auto py-1" tabIndex={linked ? undefined : 0}>
      {rows.map((row) => {
        const id = row[key] as string | number;
        const text = displayText(options.displayTemplate || `{{${key}}}`, row) || String(id);
        return (
          <li key={String(id)}>
            {linked ? (
              <Link
                href={itemHref({ collection, id })}
                className="flex min-h-9 pointer-coarse:min-h-11 items-center gap-2 px-4 outline-offset-[-2px] data-[hovered]:bg-hover"
              >
                <span className="min-w-0 flex-1 truncate">{text}</span>
                <ChevronRight size={14} aria-hidden className="shrink-0 text-fg-3 rtl:-scale-x-100" />
              </Link>
            ) : (
              <span className="block truncate px-4 py-2">{text}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
