/** One number, as large as the panel has room for. */
import { plainText } from "~/displays/text";
import type { PanelProps } from "~/extensions/contract";
import { functionName, numberOf, numberText } from "../numbers";

interface Options {
  field?: string;
  function?: string;
  prefix?: string | null;
  suffix?: string | null;
  decimals?: number | null;
  color?: string | null;
  abbreviate?: boolean;
}

export default function MetricPanel({ data, options }: PanelProps<Options>) {
  const operation = functionName(options.function);
  const row = data.rows?.[0];
  const single = operation === "first" || operation === "last";
  const value = single ? row?.[options.field ?? ""] : numberOf(row, operation);
  const text =
    typeof value === "number" || value === null || value === undefined
      ? numberText((value as number | null | undefined) ?? null, options.decimals, options.abbreviate)
      : plainText(value);
  return (
    <div className="@container flex h-full flex-col justify-center px-4">
      {options.color && (
        <span aria-hidden className="mb-2 h-1 w-10 rounded-full" style={{ background: options.color }} />
      )}
      <p className="truncate text-[clamp(1.5rem,18cqi,2.75rem)] leading-tight font-semibold tabular-nums">
        {options.prefix}
        <bdi>{text}</bdi>
        {options.suffix}
      </p>
    </div>
  );
}
