/** What one column comes to, with the word for it. */
import { DisplayValue } from "~/displays/DisplayValue";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import type { ListColumn } from "../columns";
import { FUNCTIONS, type SummaryAnswer } from "../summaries";

interface SummaryValueProps {
  collection: string;
  column: ListColumn;
  answer: SummaryAnswer;
  /** Of how many rows. */
  count: number;
}

export function SummaryValue({ collection, column: { id, summary, field }, answer, count }: SummaryValueProps) {
  const value = summary && answer[FUNCTIONS[summary] ?? summary]?.[id];
  if (value === null || value === undefined) return "—";
  if (summary === "filled") {
    const share = count ? formatNumber(Number(value) / count, { style: "percent", maximumFractionDigits: 1 }) : "";
    return `${formatNumber(Number(value))}${share && ` (${share})`}`;
  }
  if (summary === "min" || summary === "max")
    return field ? <DisplayValue field={field} value={value} item={{ [id]: value }} collection={collection} /> : null;
  return formatNumber(Number(value), { maximumFractionDigits: 2 });
}

export default function LabelledSummary(props: SummaryValueProps) {
  return (
    <>
      <span className="min-w-0 shrink-[99] truncate text-caption text-fg-2">
        {t(`content.summary.${props.column.summary}.short`)}
      </span>
      <span className="truncate font-medium">
        <SummaryValue {...props} />
      </span>
    </>
  );
}
