/** The head of a group of rows: what they have in common, how many there are, what they come to. It stays in sight above them. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { cx } from "~/kit/style";
import type { Column, Placed } from "./columns";
import { HEAD } from "./Row";

interface GroupRowProps {
  index: number;
  title: ReactNode;
  count: number;
  isOpen: boolean;
  /** Where it stands, and how far it and its rows go. */
  top: number;
  height: number;
  rowHeight: number;
  /** The height of what it stays below. */
  under: number;
  /** The width that is in view. */
  width: number;
  placed: Placed;
  /** -1: the focus is elsewhere. */
  activeColumn: number;
  summary: (column: Column) => ReactNode;
}

export function GroupRow(props: GroupRowProps) {
  const { index, title, count, isOpen, top, height, rowHeight, under, width, placed, activeColumn, summary } = props;
  const { columns, edges } = placed;
  // the title has the room before the first column that says something, at least that of the first one
  const summed = columns.flatMap((column, place) => (place > 0 && column.summary ? [{ column, place }] : []));
  const first = summed[0]?.place;
  const room = first === undefined ? width : Math.min(width, HEAD + (edges[first] ?? 0));
  const [lead] = columns;
  return (
    <div role="presentation" className="pointer-events-none absolute inset-x-0" style={{ top, height }}>
      <div
        role="row"
        aria-level={1}
        aria-expanded={isOpen}
        aria-rowindex={index + 2}
        className="pointer-events-auto sticky z-2 flex border-b border-line bg-sunken"
        style={{ height: rowHeight, top: under, minWidth: width }}
      >
        <div
          role="gridcell"
          tabIndex={activeColumn >= 0 ? 0 : -1}
          aria-colindex={1}
          aria-colspan={(first ?? columns.length) + 1}
          data-row={index}
          data-column={Math.max(0, activeColumn)}
          style={{ width: room }}
          className="sticky start-0 z-1 flex h-full shrink-0 cursor-default items-center gap-2 overflow-hidden bg-sunken px-3 outline-offset-[-2px]"
        >
          <ChevronRight
            size={16}
            aria-hidden
            className={cx("shrink-0 text-fg-2", isOpen ? "rotate-90" : "rtl:-scale-x-100")}
          />
          <span className="flex min-w-0 items-center font-medium">{title}</span>
          <span className="shrink-0 text-caption text-fg-2 tabular-nums">
            {t("content.rows", { count, text: formatNumber(count) })}
          </span>
          {lead?.summary && <span className="flex min-w-0 items-center gap-1.5 ps-2 text-fg-2">{summary(lead)}</span>}
        </div>
        {summed.map(({ column, place }) => (
          <div
            key={column.id}
            role="gridcell"
            tabIndex={-1}
            aria-colindex={place + 2}
            style={{ width: column.width, insetInlineStart: HEAD + (edges[place] ?? 0) }}
            className={cx(
              "absolute flex h-full items-center gap-1.5 overflow-hidden px-2.5",
              column.align === "end" && "justify-end",
            )}
          >
            {summary(column)}
          </div>
        ))}
      </div>
    </div>
  );
}
