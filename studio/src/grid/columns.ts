/** The columns of a grid: their places, widths and order. */
import type { ReactNode } from "react";
import type { Item } from "~/api/types";

export interface Column {
  id: string;
  title: string;
  width: number;
  pinned: boolean;
  align: "start" | "end";
  sortable: boolean;
  /** Whether its cells may be edited at all. */
  editable: boolean;
  /** What a cell shows. A text alone is drawn as one line by the cell itself, which is the least that a cell can cost. */
  draw: (item: Item) => ReactNode;
  /** What its values can come to, and what is shown of that below the rows. */
  summaries?: readonly string[];
  summary?: string;
}

export const LEAST_WIDTH = 64;
export const MOST_WIDTH = 900;

export interface Placed {
  /** Pinned columns first, each group in the order that was asked for. */
  columns: Column[];
  pinned: number;
  /** Where each column begins, and after the last one where it ends. */
  edges: number[];
}

export function place(columns: readonly Column[]): Placed {
  const ordered = [...columns.filter((one) => one.pinned), ...columns.filter((one) => !one.pinned)];
  const edges = [0];
  for (const column of ordered) edges.push((edges.at(-1) ?? 0) + column.width);
  return { columns: ordered, pinned: ordered.filter((one) => one.pinned).length, edges };
}

/** The unpinned columns in view: those that begin before the end and end after the start of what is shown. */
export function columnsInView(
  { columns, pinned, edges }: Placed,
  left: number,
  width: number,
): [from: number, to: number] {
  const start = (edges[pinned] ?? 0) + left;
  let from = pinned;
  while (from < columns.length - 1 && (edges[from + 1] ?? 0) < start - 120) from++;
  let to = from;
  while (to < columns.length && (edges[to] ?? 0) < left + width + 120) to++;
  return [from, to];
}

export type SortDirection = "ascending" | "descending";

/** How a column is sorted by, and at which place among several. */
export function sortOf(sort: readonly string[], id: string): { direction: SortDirection; place: number } | undefined {
  const place = sort.findIndex((one) => one === id || one === `-${id}`);
  if (place < 0) return undefined;
  return { direction: sort[place]?.startsWith("-") ? "descending" : "ascending", place: place + 1 };
}

/** The next sort when a column's head is pressed: ascending, descending, not at all. `more` keeps the other columns. */
export function nextSort(sort: readonly string[], id: string, more: boolean): string[] {
  const now = sortOf(sort, id);
  const next = !now ? id : now.direction === "ascending" ? `-${id}` : null;
  if (!more) return next ? [next] : [];
  if (!now) return [...sort, id];
  return sort.flatMap((one) => (one === id || one === `-${id}` ? (next ? [next] : []) : [one]));
}
