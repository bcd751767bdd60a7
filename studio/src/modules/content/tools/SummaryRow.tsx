/** Below the rows of a table: what their columns come to, all rows of the view together. */
import type { ReactNode } from "react";
import { errorText } from "~/api/errors";
import type { Placed } from "~/grid/columns";
import { FooterRow } from "~/grid/FooterRow";
import { t } from "~/i18n/words/list";
import { Skeleton } from "~/kit/states";
import type { ListColumn } from "../columns";
import { SummaryValue } from "./SummaryValue";
import { type SummaryProps, useSummary } from "./useSummary";

interface SummaryRowProps extends SummaryProps {
  index: number;
  placed: Placed;
  from: number;
  to: number;
  lead: number;
}

export default function SummaryRow({ index, placed, from, to, lead, ...about }: SummaryRowProps) {
  const answer = useSummary(about, placed.columns);
  const count = about.source.count() ?? 0;
  const shown = (column: ListColumn): ReactNode => {
    if (answer.isError) return <span title={errorText(answer.error)}>—</span>;
    if (!answer.data) return <Skeleton className="h-3 w-12" />;
    return <SummaryValue collection={about.collection} column={column} answer={answer.data} count={count} />;
  };
  return (
    <FooterRow
      label={t("content.summary")}
      index={index}
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
