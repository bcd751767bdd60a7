/** Charts as plain SVG, each with the same numbers as a table: for screen readers always, for everybody at a press. */
import { ChartLine, Table } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/insights";
import { IconButton } from "~/kit/Button";
import { cx } from "~/kit/style";

export interface Row {
  label: string;
  value: number | null;
  /** The value as people read it. */
  text: string;
}

export function Chart({
  head,
  rows,
  children,
}: {
  head: [string, string];
  rows: Row[];
  children: (rows: Row[]) => ReactNode;
}) {
  const [table, setTable] = useState(false);
  if (rows.length === 0) return <p className="px-4 py-3 text-fg-2">{t("panels.none")}</p>;
  return (
    <div className="flex h-full min-h-0">
      <div className="relative min-w-0 flex-1">
        {!table && children(rows)}
        <div className={table ? "h-full overflow-auto px-4" : "sr-only"} tabIndex={table ? 0 : undefined}>
          <table className="w-full text-dense">
            <thead className="sticky top-0 bg-surface">
              <tr>
                <th scope="col" className="py-1 text-start font-medium text-fg-2">
                  {head[0]}
                </th>
                <th scope="col" className="py-1 text-end font-medium text-fg-2">
                  {head[1]}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.label} className="border-t border-line">
                  <th scope="row" className="py-1 text-start font-normal">
                    {row.label}
                  </th>
                  <td className="py-1 text-end tabular-nums">{row.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <IconButton
        label={t(table ? "panels.as_chart" : "panels.as_table")}
        onPress={() => setTable(!table)}
        className="mx-1 min-h-7! min-w-7! pointer-coarse:min-h-11! pointer-coarse:min-w-11! self-start"
      >
        {table ? <ChartLine size={14} /> : <Table size={14} />}
      </IconButton>
    </div>
  );
}

/** The size of an element in pixels, followed. */
function useSize() {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { place, ...size };
}

/** Round steps of a scale from 0, or below it, to the largest value. */
export function scaleOf(values: readonly (number | null)[]): { low: number; high: number; steps: number[] } {
  const known = values.filter((one): one is number => one !== null && Number.isFinite(one));
  const largest = Math.max(0, ...known);
  const smallest = Math.min(0, ...known);
  const raw = (largest - smallest || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const round = ([1, 2, 5, 10].find((one) => one * power >= raw) ?? 10) * power;
  // between whole numbers there is nothing to mark
  const step = known.every(Number.isInteger) ? Math.max(1, round) : round;
  const low = Math.floor(smallest / step) * step;
  const high = Math.max(low + step, Math.ceil(largest / step) * step);
  const steps = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, at) => low + at * step);
  return { low, high, steps };
}

const short = (value: number) => formatNumber(value, { notation: "compact", maximumFractionDigits: 2 });
const AXIS = "fill-fg-2 text-[11px] tabular-nums";
const MARGIN = { top: 10, bottom: 24, start: 44, end: 12 };

interface DrawnProps {
  rows: Row[];
  color?: string | null;
}

/** Time runs from left to right in every language, as numbers do. */
export function Line({ rows, color }: DrawnProps) {
  const { place, width, height } = useSize();
  const { low, high, steps } = scaleOf(rows.map((one) => one.value));
  const inner = { width: Math.max(1, width - MARGIN.start - MARGIN.end), height: height - MARGIN.top - MARGIN.bottom };
  const x = (at: number) => MARGIN.start + (rows.length > 1 ? (at / (rows.length - 1)) * inner.width : inner.width / 2);
  const y = (value: number) => MARGIN.top + (1 - (value - low) / (high - low)) * inner.height;
  const parts: string[] = [];
  rows.forEach(({ value }, at) => {
    if (value === null) return;
    const joined = at > 0 && rows[at - 1]?.value !== null;
    parts.push(`${joined ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
  });
  const stroke = color || "var(--st-series-1)";
  const labels = Math.max(2, Math.min(rows.length, Math.floor(inner.width / 110)));
  const marks = [
    ...new Set(
      Array.from({ length: labels }, (_, at) => Math.round((at / Math.max(1, labels - 1)) * (rows.length - 1))),
    ),
  ];
  return (
    <div ref={place} dir="ltr" className="absolute inset-0">
      {width > 0 && inner.height > 10 && (
        <svg aria-hidden="true" width={width} height={height}>
          {steps.map((step) => (
            <g key={step}>
              <line x1={MARGIN.start} x2={width - MARGIN.end} y1={y(step)} y2={y(step)} stroke="var(--st-line)" />
              <text x={MARGIN.start - 8} y={y(step) + 4} textAnchor="end" className={AXIS}>
                {short(step)}
              </text>
            </g>
          ))}
          {marks.map((at, index) => (
            <text
              key={at}
              x={x(at)}
              y={height - 6}
              textAnchor={
                rows.length === 1 ? "middle" : index === 0 ? "start" : index === marks.length - 1 ? "end" : "middle"
              }
              className={AXIS}
            >
              {rows[at]?.label}
            </text>
          ))}
          <path d={parts.join("")} fill="none" stroke={stroke} strokeWidth={2} strokeLinejoin="round" />
          {rows.map((row, at) =>
            row.value === null ? null : (
              <g key={row.label}>
                {rows.length <= 60 && <circle cx={x(at)} cy={y(row.value)} r={3} fill={stroke} />}
                <circle cx={x(at)} cy={y(row.value)} r={9} fill="transparent">
                  <title>{`${row.label}: ${row.text}`}</title>
                </circle>
              </g>
            ),
          )}
        </svg>
      )}
    </div>
  );
}

/** Bars lie, so that their names can be read. They begin at the start side. */
export function Bars({ rows, color }: DrawnProps) {
  const largest = Math.max(...rows.map((one) => Math.abs(one.value ?? 0)), 0) || 1;
  return (
    <div aria-hidden className="absolute inset-0 overflow-auto px-4 py-2">
      <div className="grid min-h-full grid-cols-[fit-content(40%)_minmax(0,1fr)] content-center items-center gap-x-3 gap-y-1.5 text-dense">
        {rows.map((row) => (
          <div key={row.label} className="contents">
            <span className="truncate text-fg-2">{row.label}</span>
            <span className="flex min-w-0 items-center gap-2">
              <span
                className={cx("h-4 min-w-px rounded-sm forced-color-adjust-none", !color && "bg-(--st-series-1)")}
                style={{
                  width: `calc((100% - 4rem) * ${Math.abs(row.value ?? 0) / largest})`,
                  ...(color ? { background: color } : {}),
                }}
              />
              <span className="tabular-nums">{row.text}</span>
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
