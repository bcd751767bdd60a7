/** One row. It is drawn again only when something of it changes: grids live from that. */
import { memo, type ReactNode } from "react";
import type { Item } from "~/api/types";
import { t } from "~/i18n/i18n";
import { cx } from "~/kit/style";
import type { Column } from "./columns";
import type { CellState, RowStates } from "./edits";
import { GROUNDS, INKS, type Mark, SIGNS, type Tint } from "./tint";

/** The column before the first: select, open. */
export const HEAD = 64;

export interface RowProps {
  index: number;
  item: Item | undefined;
  error: unknown;
  name: string;
  href: string | undefined;
  columns: readonly Column[];
  pinned: number;
  /** The unpinned columns that are drawn. */
  from: number;
  to: number;
  /** The width before the first of them. */
  lead: number;
  /** Whether there is more than fits beside each other, so that the head and what is pinned stay in sight. */
  isWide: boolean;
  height: number;
  /** Where it stands. */
  top: number;
  /** How deep it stands below the heads of groups, if there are any. */
  level: number | undefined;
  selectable: boolean;
  selected: boolean;
  /** 0: the head, -1: not in this row. */
  activeColumn: number;
  rangeFrom: number;
  rangeTo: number;
  states: RowStates;
  flash: number | undefined;
  tint: Tint | undefined;
  /** The editor, when a cell of this row is edited. */
  editor: ReactNode;
  editing: number;
}

const BOX = "h-full min-w-0 shrink-0 border-line outline-offset-[-2px]";
const CELL = cx(BOX, "flex items-center");
/** A cell that is a line of text itself; each is read from its own side, so that its end is what is cut off. */
const LINE = cx(BOX, "block truncate leading-(--st-row) [unicode-bidi:plaintext]");

function RowView(props: RowProps) {
  const { index, item, error, name, href, columns, pinned, from, to, lead, height, top, selected, activeColumn } =
    props;
  const { rangeFrom, rangeTo, states, flash, editor, editing, selectable, tint, isWide } = props;
  const row = selected ? "bg-selected" : tint?.row ? GROUNDS[tint.row.tone] : "bg-surface";
  const cell = (column: Column, place: number) => {
    const state = states[column.id];
    const mark = tint?.cells?.[column.id];
    const active = activeColumn === place + 1;
    const ranged = place + 1 >= rangeFrom && place + 1 <= rangeTo;
    const drawn = item && editing !== place && state?.kind !== "failed" ? column.draw(item) : undefined;
    const isLine = typeof drawn === "string" && !state;
    return (
      <div
        key={column.id}
        role="gridcell"
        tabIndex={active ? 0 : undefined}
        aria-colindex={place + 2}
        aria-readonly={column.editable ? undefined : true}
        aria-invalid={state?.kind === "failed" || undefined}
        data-row={index}
        data-column={place + 1}
        style={{ width: column.width, ...(column.pinned ? { insetInlineStart: HEAD + lead0(columns, place) } : {}) }}
        className={cx(
          isLine ? LINE : CELL,
          "border-e px-2.5",
          isLine && (column.align === "end" ? "text-right rtl:text-left" : "text-left rtl:text-right"),
          column.align === "end" && "justify-end tabular-nums",
          column.pinned && isWide && "sticky z-1",
          mark && !selected ? GROUNDS[mark.tone] : column.pinned && row,
          place === pinned - 1 && "border-e-2 border-e-line-strong/40",
          active && (state?.kind === "failed" || editing === place)
            ? "relative z-2 overflow-visible"
            : "overflow-hidden",
          ranged && "shadow-[inset_0_0_0_999px_color-mix(in_oklch,var(--st-accent)_10%,transparent)]",
          state?.kind === "failed" && "bg-danger-bg outline outline-danger",
        )}
      >
        {place === 0 && tint?.row && editing !== place && <Sign {...tint.row} />}
        {mark && editing !== place && <Sign {...mark} />}
        {editing === place ? editor : isLine ? drawn : <Content item={item} drawn={drawn} state={state} />}
        {state?.kind === "failed" && active && editing !== place && (
          <span className="pointer-events-none absolute start-0 top-full z-3 max-w-80 min-w-full rounded-b-control bg-danger px-2 py-1 text-caption whitespace-normal text-on-danger">
            {state.message}
          </span>
        )}
      </div>
    );
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={props.level}
      aria-selected={selectable ? selected : undefined}
      className={cx(
        "group/row absolute inset-x-0 flex border-b border-line",
        row,
        flash !== undefined && "animate-[st-flash_1.8s_ease-out]",
      )}
      style={{ height, top }}
    >
      <div
        role="gridcell"
        tabIndex={activeColumn === 0 ? 0 : undefined}
        aria-colindex={1}
        data-row={index}
        data-column={0}
        style={{ width: HEAD }}
        className={cx(CELL, "gap-0.5 px-1", isWide && "sticky start-0 z-1", row)}
      >
        {selectable && item && (
          <span data-select className="flex size-7 items-center justify-center">
            <span
              role="checkbox"
              aria-checked={selected}
              aria-label={t("grid.select_row", { name })}
              className="check"
            />
          </span>
        )}
        {href && item && (
          // biome-ignore lint/a11y/useAnchorContent: it has its name, and draws an arrow
          <a
            href={href}
            tabIndex={-1}
            data-open
            aria-label={t("grid.open_row", { name })}
            className="open-mark flex size-7 items-center justify-center rounded-control text-fg-3 hover:bg-hover hover:text-fg"
          />
        )}
      </div>
      {columns.slice(0, pinned).map((column, place) => cell(column, place))}
      {error && !item ? (
        <div role="gridcell" aria-colindex={2} className={cx(CELL, "gap-2 px-2.5 text-danger-fg")}>
          {t("grid.row_failed")}
          <button type="button" data-retry className="rounded px-1 underline hover:bg-hover">
            {t("app.retry")}
          </button>
        </div>
      ) : (
        <>
          <div role="presentation" style={{ width: lead }} className="shrink-0" />
          {columns.slice(from, to).map((column, place) => cell(column, from + place))}
        </>
      )}
    </div>
  );
}

/** What a colour says, for those who don't see it. */
function Sign({ tone, name }: Mark) {
  return (
    <span role="img" aria-label={name} title={name} className={cx("me-1.5 shrink-0 text-caption", INKS[tone])}>
      {SIGNS[tone]}
    </span>
  );
}

/** Where a pinned column begins. */
const lead0 = (columns: readonly Column[], place: number) =>
  columns.slice(0, place).reduce((sum, one) => sum + one.width, 0);

function Content({ item, drawn, state }: { item: Item | undefined; drawn: ReactNode; state: CellState | undefined }) {
  if (!item) return <span className="h-3 w-3/5 rounded bg-line" aria-hidden />;
  if (state?.kind === "failed") {
    return (
      <>
        <span className="truncate text-danger-fg">{state.text}</span>
        <span className="sr-only">{state.message}</span>
      </>
    );
  }
  return (
    <>
      {typeof drawn === "string" ? <span className="truncate">{drawn}</span> : drawn}
      {state?.kind === "pending" && (
        <span
          role="img"
          aria-label={t("grid.saving")}
          className="ms-1.5 size-1.5 shrink-0 animate-[st-pulse_1s_infinite] rounded-full bg-accent"
        />
      )}
    </>
  );
}

export const Row = memo(RowView);
