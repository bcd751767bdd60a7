/** A number over time, as a line. */
import type { PanelProps } from "~/extensions/contract";
import { formatDate } from "~/i18n/format";
import { t } from "~/i18n/words/insights";
import { Chart, Line } from "../chart";
import { functionName, numberOf, numberText } from "../numbers";
import { type Point, type Precision, pointsOf, precisionOf, startOf } from "./times";

interface Options {
  dateField?: string;
  precision?: string;
  function?: string;
  decimals?: number | null;
  color?: string | null;
}

const FORMATS: Record<Precision, Intl.DateTimeFormatOptions> = {
  hour: { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
  day: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "short", year: "numeric" },
  year: { year: "numeric" },
};

export default function TimeSeriesPanel({ data, options }: PanelProps<Options>) {
  const precision = precisionOf(options.precision);
  const operation = functionName(options.function);
  const found = (data.rows ?? []).flatMap((row): Point[] => {
    const time = startOf(row, options.dateField ?? "", precision);
    return time === null ? [] : [{ time, value: numberOf(row, operation) }];
  });
  const points = pointsOf(found, precision, /^(count|sum)/.test(operation) ? 0 : null);
  const text = (time: number) => formatDate(time, { ...FORMATS[precision], timeZone: "UTC" });
  return (
    <Chart
      head={[t("panels.period"), t("panels.value")]}
      rows={points.map(({ time, value }) => ({ label: text(time), value, text: numberText(value, options.decimals) }))}
    >
      {(rows) => <Line rows={rows} color={options.color} />}
    </Chart>
  );
}
