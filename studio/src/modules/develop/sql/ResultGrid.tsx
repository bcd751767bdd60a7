/** The rows of a statement, drawn as far as they are in sight. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { t } from "~/i18n/words/admin";
import { cx } from "~/kit/style";

export interface Column {
  name: string;
  type: string;
}

const ROW = 30;
const NARROW = 90;
const WIDE = 320;
const LETTER = 7.6;

/** As wide as what is in the first rows, within bounds. */
const widthOf = (name: string, rows: readonly (readonly (string | null)[])[], column: number) =>
  Math.min(
    WIDE,
    Math.max(
      NARROW,
      ...[name, ...rows.slice(0, 50).map((row) => row[column] ?? "NULL")].map((text) => text.length * LETTER + 24),
    ),
  );

export function ResultGrid({
  columns,
  rows,
}: {
  columns: readonly Column[];
  rows: readonly (readonly (string | null)[])[];
}) {
  const place = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const widths = columns.map((column, index) => widthOf(column.name, rows, index));
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const cell = "max-w-0 truncate border-e border-b border-line px-2.5 text-start last:border-e-0";
  return (
    <section
      ref={place}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={t("develop.sql.result")}
      className="min-h-48 flex-1 overflow-auto rounded-card border border-line bg-surface outline-offset-[-2px]"
    >
      <table
        aria-rowcount={rows.length + 1}
        className="table-fixed border-separate border-spacing-0"
        style={{ width: widths.reduce((sum, width) => sum + width, 0) }}
      >
        <colgroup>
          {widths.map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
            <col key={index} style={{ width }} />
          ))}
        </colgroup>
        <thead className="sticky top-0 bg-sunken">
          <tr style={{ height: ROW }}>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
              <th key={index} scope="col" title={column.type} className={cx(cell, "font-medium")}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map((item) => (
            <tr key={item.key} aria-rowindex={item.index + 2} style={{ height: ROW }}>
              {columns.map((_, index) => {
                const value = rows[item.index]?.[index];
                return (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                    key={index}
                    title={value ?? undefined}
                    className={cx(cell, "font-mono text-[12.5px]", value === null && "text-fg-3 italic")}
                  >
                    {value ?? "NULL"}
                  </td>
                );
              })}
            </tr>
          ))}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </section>
  );
}
