/** Numbers that the server makes of many items: what to ask for, and where they stand in the answer. */
import type { Item } from "~/api/types";
import { formatNumber } from "~/i18n/format";

/** The calculation's name on the wire; `count_distinct` is `countDistinct` there. */
export const functionName = (name: unknown): string =>
  typeof name === "string" && name ? name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) : "count";

/** `aggregate` of a query. Counting needs no field. */
export function aggregateOf(name: unknown, field: unknown): Record<string, string> {
  const operation = functionName(name);
  return { [operation]: operation === "count" ? "*" : String(field ?? "") };
}

/** The number in a row of the answer; null where nothing was counted, as the average of no items. */
export function numberOf(row: Item | undefined, name: unknown): number | null {
  const found = row?.[functionName(name)];
  const value = found !== null && typeof found === "object" ? Object.values(found)[0] : found;
  return value === null || value === undefined ? null : Number(value);
}

/** Whether options name all that a calculation needs. */
export const isCalculable = (options: Record<string, unknown>, field: string): boolean =>
  Boolean(options.collection) && (functionName(options.function) === "count" || Boolean(options[field]));

export function numberText(value: number | null, decimals: unknown, short = false): string {
  if (value === null || Number.isNaN(value)) return "–";
  const digits = typeof decimals === "number" ? decimals : undefined;
  return formatNumber(value, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits ?? 2,
    ...(short ? { notation: "compact" } : {}),
  });
}
