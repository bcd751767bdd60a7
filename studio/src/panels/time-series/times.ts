/** Periods of a time series: how the server groups by them, and all of them from the first to the last. */
import type { Item } from "~/api/types";

export const PRECISIONS = ["hour", "day", "month", "year"] as const;
export type Precision = (typeof PRECISIONS)[number];

const PARTS = ["year", "month", "day", "hour"] as const;
const MOST = 1000;

export const precisionOf = (value: unknown): Precision => PRECISIONS.find((one) => one === value) ?? "day";

const partsOf = (precision: Precision) => PARTS.slice(0, PARTS.indexOf(precision) + 1);

/** `groupBy` of a query. */
export const groupsOf = (field: string, precision: Precision): string[] =>
  partsOf(precision).map((part) => `${part}(${field})`);

/** The beginning of a row's period, in UTC as the server counts; null where the items have no date. */
export function startOf(row: Item, field: string, precision: Precision): number | null {
  const numbers = partsOf(precision).map((part) => row[`${field}_${part}`]);
  if (numbers.some((one) => one === null || one === undefined)) return null;
  const [year = 1970, month = 1, day = 1, hour = 0] = numbers.map(Number);
  return Date.UTC(year, month - 1, day, hour);
}

export function after(time: number, precision: Precision): number {
  const date = new Date(time);
  if (precision === "hour") return time + 3_600_000;
  if (precision === "day") return time + 86_400_000;
  if (precision === "month") return date.setUTCMonth(date.getUTCMonth() + 1);
  return date.setUTCFullYear(date.getUTCFullYear() + 1);
}

export interface Point {
  time: number;
  value: number | null;
}

/** Points in order. `empty` is the value of periods that the server has nothing of: 0 for counts and sums. */
export function pointsOf(found: readonly Point[], precision: Precision, empty: number | null): Point[] {
  const sorted = [...found].sort((a, b) => a.time - b.time);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return [];
  const known = new Map(sorted.map((one) => [one.time, one]));
  const all: Point[] = [];
  for (let time = first.time; time <= last.time; time = after(time, precision)) {
    // a range with very many periods is drawn by what there is
    if (all.length >= MOST) return sorted;
    all.push(known.get(time) ?? { time, value: empty });
  }
  return all;
}
