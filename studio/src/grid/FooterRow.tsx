/** A row below all others, in the columns that are drawn. */
import type { ReactNode } from "react";
import { cx } from "~/kit/style";
import type { Column, Placed } from "./columns";
import { HEAD } from "./Row";

interface FooterRowProps {
  label: string;
  /** Its place among all rows, from 1. */
  index: number;
  placed: Placed;
  from: number;
  to: number;
  lead: number;
  draw: (column: Column) => ReactNode;
}

export function FooterRow({ label, index, placed, from, to, lead, draw }: FooterRowProps) {
  const { columns, pinned, edges } = placed;
  const cell = (column: Column, place: number) => (
    <div
      key={column.id}
      role="gridcell"
      tabIndex={-1}
      aria-colindex={place + 2}
      style={{
        width: column.width,
        ...(column.pinned ? { insetInlineStart: HEAD + (edges[place] ?? 0) } : {}),
      }}
      className={cx(
        "flex h-9 shrink-0 items-center gap-1.5 overflow-hidden border-e border-line px-2.5",
        column.align === "end" && "justify-end",
        column.pinned && "sticky z-1 bg-sunken",
      )}
    >
      {draw(column)}
    </div>
  );
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
      aria-label={label}
      className="flex w-max min-w-full border-t border-line-strong/40 bg-sunken"
    >
      <div
        role="gridcell"
        tabIndex={-1}
        aria-colindex={1}
        style={{ width: HEAD }}
        className="sticky start-0 z-1 h-9 shrink-0 bg-sunken"
      />
      {columns.slice(0, pinned).map((column, place) => cell(column, place))}
      <div role="presentation" style={{ width: lead }} className="shrink-0" />
      {columns.slice(from, to).map((column, place) => cell(column, from + place))}
    </div>
  );
}
