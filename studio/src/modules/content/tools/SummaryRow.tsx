/** Below the rows of a table: what their columns come to, all rows of the view together. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useSyncExternalStore } from "react";
import { get } from "~/api/client";
import { errorText } from "~/api/errors";
import { itemsPath } from "~/api/relations";
import { DisplayValue } from "~/displays/DisplayValue";
import type { Placed } from "~/grid/columns";
import type { CellEdits } from "~/grid/edits";
import { FooterRow } from "~/grid/FooterRow";
import type { WindowSource } from "~/grid/window";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Skeleton } from "~/kit/states";
import { useDebounced } from "~/kit/useDebounced";
import type { ListColumn } from "../columns";
import type { ListQuery } from "../query";

interface SummaryRowProps {
  collection: string;
  query: Pick<ListQuery, "filter" | "search">;
  source: WindowSource;
  edits: CellEdits;
  placed: Placed;
  from: number;
  to: number;
  lead: number;
}

/** The aggregate function of each summary. */
const FUNCTIONS: Record<string, string> = { filled: "count", distinct: "countDistinct" };

type Answer = Record<string, Record<string, unknown> | undefined>;

export default function SummaryRow({ collection, query, source, edits, placed, from, to, lead }: SummaryRowProps) {
  useSyncExternalStore(source.subscribe, () => source.version);
  useSyncExternalStore(edits.subscribe, () => edits.version);
  const columns = placed.columns as ListColumn[];
  const wanted = new Map<string, string[]>();
  for (const { id, summary } of columns) {
    if (!summary) continue;
    const name = FUNCTIONS[summary] ?? summary;
    wanted.set(name, [...(wanted.get(name) ?? []), id]);
  }
  const asked = Object.fromEntries(
    [...wanted].map(([name, fields]) => [`aggregate[${name}]`, fields.sort().join(",")]),
  );
  // what is being saved counts when it is there
  const revision = useDebounced(`${source.revision}/${edits.pending}`, 400);
  const { filter, search } = query;
  const answer = useQuery({
    queryKey: ["items", collection, "summary", filter, search, asked, revision],
    queryFn: async ({ signal }) => {
      const parameters = { ...asked, filter: filter ?? undefined, search: search || undefined };
      const [row] = await get<Answer[]>(itemsPath(collection), parameters, signal);
      return row ?? {};
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
  const count = source.count() ?? 0;

  const shown = ({ id, summary, field }: ListColumn): ReactNode => {
    if (!summary) return null;
    if (answer.isError) return <span title={errorText(answer.error)}>—</span>;
    if (!answer.data) return <Skeleton className="h-3 w-12" />;
    const value = answer.data[FUNCTIONS[summary] ?? summary]?.[id];
    if (value === null || value === undefined) return "—";
    if (summary === "filled") {
      const share = count ? formatNumber(Number(value) / count, { style: "percent", maximumFractionDigits: 1 }) : "";
      return `${formatNumber(Number(value))}${share && ` (${share})`}`;
    }
    if (summary === "min" || summary === "max")
      return field ? <DisplayValue field={field} value={value} item={{ [id]: value }} collection={collection} /> : null;
    return formatNumber(Number(value), { maximumFractionDigits: 2 });
  };
  return (
    <FooterRow
      label={t("content.summary")}
      index={count + 2}
      placed={placed}
      from={from}
      to={to}
      lead={lead}
      draw={(column) =>
        column.summary && (
          <>
            <span className="min-w-0 shrink-[99] truncate text-caption text-fg-2">
              {t(`content.summary.${column.summary}.short`)}
            </span>
            <span className="truncate font-medium">{shown(column as ListColumn)}</span>
          </>
        )
      }
    />
  );
}
