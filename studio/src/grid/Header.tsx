/** The head of a grid: names, sort, width, order, and a menu for each column. */
import { ArrowDown, ArrowUp, ChevronDown } from "lucide-react";
import { memo, type ReactNode, type PointerEvent as ReactPointerEvent, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { t } from "~/i18n/i18n";
import { later } from "~/kit/later";
import { Opener } from "~/kit/Opener";
import { cx } from "~/kit/style";
import { type Column, LEAST_WIDTH, MOST_WIDTH, type Placed, sortOf } from "./columns";
import { HEAD } from "./Row";

const HeadMenu = later(() => import("./HeadMenu").then((file) => file.default));

export interface HeadActions {
  onSelectAll: (selected: boolean) => void;
  onSort: (id: string, more: boolean) => void;
  onSortTo: (id: string, direction: "ascending" | "descending") => void;
  onResize: (id: string, width: number) => void;
  onMove: (id: string, to: number) => void;
  onPin: (id: string, pinned: boolean) => void;
  onHide: (id: string) => void;
  onSummary: (id: string, summary: string | null) => void;
  onMenu: (place: number | null) => void;
}

export interface HeaderProps {
  placed: Placed;
  from: number;
  to: number;
  lead: number;
  sort: readonly string[];
  activeColumn: number;
  selectable: boolean;
  selected: "none" | "some" | "all";
  /** Stands after the last column: a way to add one. */
  end?: ReactNode;
  /** The column whose menu is open, by its place; for a key. */
  menu: number | null;
  /** The same ones at each drawing: the head is not drawn again while rows are scrolled. */
  on: HeadActions;
}

export const Header = memo(function Header(props: HeaderProps) {
  const { placed, from, to, lead, activeColumn, selectable, selected, on, end } = props;
  const { columns, pinned, edges } = placed;
  const [dragged, setDragged] = useState<{ id: string; to: number } | null>(null);
  const head = (column: Column, place: number) => (
    <ColumnHead
      key={column.id}
      {...props}
      column={column}
      place={place}
      start={column.pinned ? HEAD + (edges[place] ?? 0) : undefined}
      dragged={dragged}
      onDragged={setDragged}
    />
  );
  return (
    <div role="row" aria-rowindex={1} className="sticky top-0 z-3 flex w-max min-w-full border-b border-line bg-sunken">
      <div
        role="columnheader"
        aria-colindex={1}
        tabIndex={activeColumn === 0 ? 0 : -1}
        data-row={-1}
        data-column={0}
        style={{ width: HEAD }}
        className="sticky start-0 z-2 flex h-9 shrink-0 items-center bg-sunken px-1 outline-offset-[-2px]"
      >
        <span className="sr-only">{t("grid.rows")}</span>
        {selectable && (
          <label className="flex size-7 items-center justify-center">
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={t("grid.select_all")}
              checked={selected === "all"}
              ref={(box) => {
                if (box) box.indeterminate = selected === "some";
              }}
              onChange={(event) => on.onSelectAll(event.target.checked)}
              className="check"
            />
          </label>
        )}
      </div>
      {columns.slice(0, pinned).map((column, place) => head(column, place))}
      <div role="presentation" style={{ width: lead }} className="shrink-0" />
      {columns.slice(from, to).map((column, place) => head(column, from + place))}
      {end && to === columns.length && (
        <div role="columnheader" aria-colindex={columns.length + 2} className="flex h-9 shrink-0 items-center px-1">
          {end}
        </div>
      )}
    </div>
  );
});

function ColumnHead({
  column,
  place,
  start,
  sort,
  activeColumn,
  placed,
  dragged,
  onDragged,
  menu,
  on,
}: HeaderProps & {
  column: Column;
  place: number;
  start: number | undefined;
  dragged: { id: string; to: number } | null;
  onDragged: (dragged: { id: string; to: number } | null) => void;
}) {
  const sorted = sortOf(sort, column.id);
  const box = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const [width, setWidth] = useState<number | null>(null);
  const resize = (event: ReactPointerEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const direction = document.documentElement.dir === "rtl" ? -1 : 1;
    let next = column.width;
    follow(
      (to) => {
        next = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, column.width + (to.clientX - from) * direction));
        setWidth(next);
      },
      () => {
        setWidth(null);
        on.onResize(column.id, Math.round(next));
      },
    );
  };
  const drag = (event: ReactPointerEvent) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    const from = event.clientX;
    moved.current = false;
    let target = place;
    follow(
      (to) => {
        if (!moved.current && Math.abs(to.clientX - from) < 6) return;
        moved.current = true;
        const over = document
          .elementsFromPoint(to.clientX, box.current?.getBoundingClientRect().top ?? to.clientY)
          .find((element) => element instanceof HTMLElement && element.dataset.row === "-1") as HTMLElement | undefined;
        const at = over ? Number(over.dataset.column) - 1 : -1;
        if (at >= 0 && placed.columns[at]?.pinned === column.pinned) target = at;
        onDragged({ id: column.id, to: target });
      },
      () => {
        onDragged(null);
        if (moved.current && target !== place) on.onMove(column.id, target);
      },
    );
  };
  const more = placed.columns.filter((one) => one.pinned === column.pinned);
  const first = more[0]?.id === column.id;
  const last = more.at(-1)?.id === column.id;
  const target = dragged && dragged.to === place && dragged.id !== column.id;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys of all its cells
    <div
      ref={box}
      role="columnheader"
      aria-colindex={place + 2}
      aria-sort={sorted?.direction ?? (column.sortable ? "none" : undefined)}
      tabIndex={activeColumn === place + 1 ? 0 : -1}
      data-row={-1}
      data-column={place + 1}
      style={{ width: width ?? column.width, insetInlineStart: start }}
      onPointerDown={drag}
      onClick={(event) => {
        if (!moved.current && column.sortable) on.onSort(column.id, event.shiftKey);
      }}
      className={cx(
        "group/head relative flex h-9 shrink-0 items-center gap-1 border-e border-line bg-sunken ps-2.5 pe-1 text-dense font-medium text-fg-2 outline-offset-[-2px] select-none",
        column.pinned && "sticky z-1",
        column.sortable && "hover:text-fg",
        dragged?.id === column.id && "opacity-50",
        target && "shadow-[inset_3px_0_0_var(--st-accent)]",
      )}
    >
      <span className={cx("min-w-0 flex-1 truncate", column.align === "end" && "text-end")} title={column.title}>
        {column.title}
      </span>
      {sorted && (
        <span className="flex shrink-0 items-center text-accent" aria-hidden>
          {sorted.direction === "ascending" ? <ArrowUp size={14} /> : <ArrowDown size={14} />}
          {sort.length > 1 && <span className="text-[11px]">{sorted.place}</span>}
        </span>
      )}
      <Opener
        opens="menu"
        isOpen={menu === place}
        onOpenChange={(open) => on.onMenu(open ? place : null)}
        trigger={
          <Button
            excludeFromTabOrder
            aria-label={t("grid.column_menu", { name: column.title })}
            className="flex size-6 shrink-0 items-center justify-center rounded-control opacity-0 group-hover/head:opacity-100 group-focus-within/head:opacity-100 data-[hovered]:bg-hover data-[pressed]:bg-hover aria-expanded:opacity-100"
          >
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        {(opened) => (
          <HeadMenu
            {...opened}
            column={column}
            sortedBy={sort}
            first={first}
            last={last}
            only={placed.columns.length === 1}
            onSummary={(summary) => on.onSummary(column.id, summary)}
            onAction={(action) => {
              const id = column.id;
              if (action === "ascending" || action === "descending") on.onSortTo(id, action);
              if (action === "more") on.onSort(id, true);
              if (action === "before") on.onMove(id, place - 1);
              if (action === "after") on.onMove(id, place + 1);
              if (action === "wider") on.onResize(id, Math.min(MOST_WIDTH, column.width + 40));
              if (action === "narrower") on.onResize(id, Math.max(LEAST_WIDTH, column.width - 40));
              if (action === "pin") on.onPin(id, !column.pinned);
              if (action === "hide") on.onHide(id);
            }}
          />
        )}
      </Opener>
      <div
        aria-hidden
        onPointerDown={resize}
        onClick={(event) => event.stopPropagation()}
        className="absolute inset-y-0 -end-1 z-1 w-2 cursor-col-resize hover:bg-accent/40"
      />
    </div>
  );
}

/** Follow the pointer until it is let go. */
function follow(move: (event: PointerEvent) => void, end: () => void): void {
  const stop = () => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", stop);
    window.removeEventListener("pointercancel", stop);
    end();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", stop);
  window.addEventListener("pointercancel", stop);
}
