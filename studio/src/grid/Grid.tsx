/**
 * A grid over any number of rows: only what is in view is drawn. Cells are walked by arrows, edited in place, copied and
 * pasted as in a spreadsheet. It knows rows and columns; what a cell shows and how it is edited comes from outside.
 */
import {
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Item, Key } from "~/api/types";
import { type Column, columnsInView, nextSort, type Placed, place } from "./columns";
import type { CellEdits, RowStates } from "./edits";
import { GroupRow } from "./GroupRow";
import { type HeadActions, Header } from "./Header";
import { gridKeys } from "./keys";
import { HEAD, Row } from "./Row";
import {
  type Bounds,
  boundsOf,
  type Cell,
  type CellRange,
  EVERYTHING,
  isOneCell,
  isSelected,
  NOTHING,
  type RowSelection,
  sizeOf,
  toggled,
  withRows,
} from "./selection";
import type { Tint } from "./tint";
import { useRowHeight, useViewport } from "./useViewport";
import type { GridRows, Group, Head } from "./window";

const HEADER_HEIGHT = 37;
const NO_STATES: RowStates = {};
/** How long a row that others changed is marked. */
const FLASH = 2000;

export interface EditorProps {
  column: Column;
  item: Item;
  /** What was typed to begin with, or null for the value as it is. */
  typed: string | null;
  onDone: (move?: "next" | "previous" | "down") => void;
  onCancel: () => void;
}

export interface GridProps {
  label: string;
  rows: GridRows;
  columns: readonly Column[];
  sort: readonly string[];
  selection: RowSelection;
  /** Whether rows can be selected. */
  selectable: boolean;
  edits?: CellEdits;
  /** The editor of a cell, or null when it has none: then `onPeek` is called. */
  editor: (props: EditorProps) => ReactNode | null;
  canEdit: (column: Column, item: Item) => boolean;
  rowName: (item: Item) => string;
  hrefOf: (item: Item) => string | undefined;
  headerEnd?: ReactNode;
  /** How a row is marked. The same item has to get the same answer. */
  tint?: (item: Item) => Tint | undefined;
  /** A row below all others that stays in sight, for the columns that are drawn. */
  footer?: (drawn: { index: number; placed: Placed; from: number; to: number; lead: number }) => ReactNode;
  /** What the head of a group says, and what a column comes to in it. */
  groupTitle?: (group: Group) => ReactNode;
  groupSummary?: (group: Group, column: Column) => ReactNode;
  /** A group is to be opened or closed. */
  onGroup?: (id: string, open: boolean) => void;
  onSelection: (selection: RowSelection) => void;
  onSort: (sort: string[]) => void;
  onColumns: (change: ColumnsChange) => void;
  onOpen: (item: Item) => void;
  onPeek: (item: Item) => void;
  /** The menu of a row is asked for, at a point of the window. */
  onRowMenu?: (item: Item, at: RowMenuAt) => void;
  onActive?: (index: number, item: Item | undefined) => void;
  onCopy: (bounds: Bounds) => { text: string; data?: string } | undefined;
  onPaste: (bounds: Bounds, text: string, data: string | undefined) => void;
  onFill: (bounds: Bounds) => void;
  onClear: (bounds: Bounds) => void;
  onUndo: () => void;
  onRedo: () => void;
  /** Says what is listed; another text begins at the top again. */
  listed: string;
  /** Given something to put the focus on a row from outside. */
  control?: { current: GridControl | null };
}

export interface RowMenuAt {
  x: number;
  y: number;
}

export interface GridControl {
  focus: (row?: number) => void;
}

export type ColumnsChange =
  | { kind: "width"; id: string; width: number }
  | { kind: "move"; id: string; before: string | null }
  | { kind: "pin"; id: string; pinned: boolean }
  | { kind: "summary"; id: string; summary: string | null }
  | { kind: "hide"; id: string };

export function Grid(props: GridProps) {
  const { rows: source, sort, selection, selectable, edits, control } = props;
  const grouped = !!source.loader.groups?.();
  const scroller = useRef<HTMLDivElement>(null);
  useSyncExternalStore(source.subscribe, () => source.version);
  useSyncExternalStore(edits?.subscribe ?? noSubscribe, () => edits?.version ?? 0);
  const rowHeight = useRowHeight();
  const placed = useMemo(() => place(props.columns), [props.columns]);
  const count = source.count() ?? 0;
  const view = useViewport(scroller, count, rowHeight, HEADER_HEIGHT * (props.footer ? 2 : 1));
  const [range, setRange] = useState<CellRange>({ anchor: { row: 0, column: 1 }, focus: { row: 0, column: 1 } });
  const [editing, setEditing] = useState<{ cell: Cell; typed: string | null } | null>(null);
  const [menu, setMenu] = useState<number | null>(null);
  const wantsFocus = useRef(false);
  const anchorRow = useRef<number | null>(null);
  const { columns, pinned, edges } = placed;
  const [from, to] = columnsInView(placed, view.left, view.width - HEAD);
  const lead = (edges[from] ?? 0) - (edges[pinned] ?? 0);
  const width = HEAD + (edges.at(-1) ?? 0);
  const last = Math.max(0, count - 1);
  const active: Cell = {
    row: Math.min(range.focus.row, last),
    column: Math.min(range.focus.column, columns.length),
  };
  const bounds = boundsOf({ anchor: { ...range.anchor, row: Math.min(range.anchor.row, last) }, focus: active });

  useEffect(() => source.show(view.from, Math.max(view.from, view.to - 1)), [source, view.from, view.to]);

  // --- focus

  const latest = useRef({ ...props, active, range, placed, count, view, editing });
  latest.current = { ...props, active, range, placed, count, view, editing };

  useLayoutEffect(() => {
    if (!wantsFocus.current || editing) return;
    const cell = scroller.current?.querySelector<HTMLElement>(
      `[data-row="${active.row}"][data-column="${active.column}"]`,
    );
    if (!cell) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
  });

  const reveal = useCallback((cell: Cell) => {
    const { view: now, placed: at } = latest.current;
    const element = scroller.current;
    // the head of a group stays above its rows
    const { rows } = latest.current;
    if (cell.row > 0 && rows.headOf(cell.row) !== undefined && !rows.headAt(cell.row)) now.showRow(cell.row - 1);
    if (cell.row >= 0) now.showRow(cell.row);
    const index = cell.column - 1;
    if (!element || index < at.pinned) return;
    const room = element.clientWidth - HEAD - (at.edges[at.pinned] ?? 0);
    const start = (at.edges[index] ?? 0) - (at.edges[at.pinned] ?? 0);
    const end = start + (at.columns[index]?.width ?? 0);
    const scrolled = Math.abs(element.scrollLeft);
    const sign = document.documentElement.dir === "rtl" ? -1 : 1;
    if (start < scrolled) element.scrollLeft = sign * start;
    else if (end > scrolled + room) element.scrollLeft = sign * Math.min(start, end - room);
  }, []);

  const go = useCallback(
    (to: Cell, extend = false) => {
      const { placed: at, count: many, range: now, onActive, rows: from } = latest.current;
      const cell = {
        row: Math.max(-1, Math.min(many - 1, to.row)),
        column: Math.max(0, Math.min(at.columns.length, to.column)),
      };
      setRange({ anchor: extend && cell.row >= 0 ? now.anchor : cell, focus: cell });
      setEditing(null);
      wantsFocus.current = true;
      reveal(cell);
      if (cell.row >= 0) onActive?.(cell.row, from.row(cell.row));
    },
    [reveal],
  );

  useEffect(() => {
    if (!control) return;
    control.current = {
      focus: (row) => go({ row: row ?? latest.current.active.row, column: latest.current.active.column }),
    };
    return () => {
      control.current = null;
    };
  }, [control, go]);

  const { listed } = props;
  const listedBefore = useRef(listed);
  useLayoutEffect(() => {
    if (listedBefore.current === listed) return;
    listedBefore.current = listed;
    if (scroller.current) scroller.current.scrollTop = 0;
    setEditing(null);
    anchorRow.current = null;
    setRange((now) => {
      const top = { row: Math.min(0, now.focus.row), column: now.focus.column };
      return { anchor: top, focus: top };
    });
  }, [listed]);

  // --- edit

  const edit = useCallback((cell: Cell, typed: string | null = null) => {
    const { rows: from, placed: at, canEdit, onPeek, editor } = latest.current;
    const item = from.row(cell.row);
    const column = at.columns[cell.column - 1];
    if (!item || !column) return;
    const none = () => undefined;
    if (canEdit(column, item) && editor({ column, item, typed, onDone: none, onCancel: none }) !== null) {
      setEditing({ cell, typed });
    } else if (typed === null) onPeek(item);
  }, []);

  const editorOf = (cell: Cell): ReactNode => {
    const item = source.row(cell.row);
    const column = columns[cell.column - 1];
    if (!item || !column) return null;
    return props.editor({
      column,
      item,
      typed: editing?.typed ?? null,
      onCancel: () => go(cell),
      onDone: (move) => {
        if (latest.current.editing?.cell !== cell) return;
        const inside = !!scroller.current?.contains(document.activeElement);
        const [rows, across] = { next: [0, 1], previous: [0, -1], down: [1, 0], stay: [0, 0] }[move ?? "stay"] as [
          number,
          number,
        ];
        if (move || inside || document.activeElement === document.body) {
          go({ row: cell.row + rows, column: Math.max(1, cell.column + across) });
        } else setEditing(null);
      },
    });
  };

  // --- rows

  const select = useCallback(async (row: number, extend: boolean) => {
    const { rows: from, selection: now, onSelection } = latest.current;
    const item = from.row(row);
    if (!item) return;
    const key = from.loader.keyOf(item);
    const start = anchorRow.current;
    anchorRow.current = row;
    if (!extend || start === null) {
      onSelection(toggled(now, key));
      return;
    }
    const items = await from.ensure(Math.min(start, row), Math.max(start, row) + 1);
    onSelection(withRows(latest.current.selection, items.map(from.loader.keyOf), true));
  }, []);

  const actions = useMemo<HeadActions>(
    () => ({
      onSelectAll: (all) => latest.current.onSelection(all ? EVERYTHING : NOTHING),
      onSort: (id, more) => latest.current.onSort(nextSort(latest.current.sort, id, more)),
      onSortTo: (id, direction) => latest.current.onSort([direction === "ascending" ? id : `-${id}`]),
      onResize: (id, wanted) => latest.current.onColumns({ kind: "width", id, width: wanted }),
      onMove: (id, to) => {
        const others = latest.current.placed.columns.filter((one) => one.id !== id);
        latest.current.onColumns({ kind: "move", id, before: others[to]?.id ?? null });
      },
      onPin: (id, pin) => latest.current.onColumns({ kind: "pin", id, pinned: pin }),
      onHide: (id) => latest.current.onColumns({ kind: "hide", id }),
      onSummary: (id, summary) => latest.current.onColumns({ kind: "summary", id, summary }),
      onMenu: setMenu,
    }),
    [],
  );

  // --- pointer

  const cellAt = (target: EventTarget | null): Cell | undefined => {
    const cell = (target as HTMLElement | null)?.closest<HTMLElement>("[data-row]");
    if (!cell || !scroller.current?.contains(cell)) return undefined;
    return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
  };
  const dragging = useRef(false);

  const onMouseDown = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    if (event.button !== 0 || target.closest("[data-retry], [data-open], input:not([type=checkbox]), textarea, button"))
      return;
    const cell = cellAt(target);
    if (!cell || cell.row < 0) return;
    if (editing && editing.cell.row === cell.row && editing.cell.column === cell.column) return;
    if (target.closest("[data-select]")) return;
    event.preventDefault();
    // what is edited elsewhere hears that it lost the focus
    if (editing) (document.activeElement as HTMLElement | null)?.blur();
    go(cell, event.shiftKey && cell.column > 0);
    dragging.current = cell.column > 0;
    const end = () => {
      dragging.current = false;
      window.removeEventListener("mouseup", end);
    };
    window.addEventListener("mouseup", end);
  };
  const onMouseOver = (event: MouseEvent) => {
    if (!dragging.current || event.buttons !== 1) return;
    const cell = cellAt(event.target);
    if (cell && cell.row >= 0 && cell.column > 0 && (cell.row !== active.row || cell.column !== active.column))
      go(cell, true);
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const cell = cellAt(target);
    if (target.closest("[data-retry]")) return source.retry();
    if (!cell || cell.row < 0) return;
    const head = source.headAt(cell.row);
    if (head) return props.onGroup?.(head.group.id, !head.isOpen);
    if (target.closest("[data-select]")) {
      go(cell);
      void select(cell.row, event.shiftKey);
      return;
    }
    const link = target.closest<HTMLAnchorElement>("[data-open]");
    const item = source.row(cell.row);
    if (link && item && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      props.onOpen(item);
    }
  };
  const onDoubleClick = (event: MouseEvent) => {
    const cell = cellAt(event.target);
    if (cell && cell.row >= 0 && cell.column > 0 && !editing) edit(cell);
  };

  const onContextMenu = (event: MouseEvent) => {
    const cell = cellAt(event.target);
    const item = cell && cell.row >= 0 && !editing ? source.row(cell.row) : undefined;
    if (!cell || !item || !props.onRowMenu || event.shiftKey) return;
    event.preventDefault();
    go(cell);
    props.onRowMenu(item, { x: event.clientX, y: event.clientY });
  };

  const { onKeyDown, onCopy, onPaste } = gridKeys(props, {
    columns,
    count,
    page: view.page,
    active,
    range,
    bounds,
    editing,
    menu: menu !== null,
    actions,
    go,
    edit,
    select,
  });

  const { rowName, hrefOf } = props;
  const told = useMemo(() => {
    const known = new WeakMap<Item, { name: string; href: string | undefined }>();
    return (item: Item) => {
      const one = known.get(item) ?? { name: rowName(item), href: hrefOf(item) };
      known.set(item, one);
      return one;
    };
  }, [rowName, hrefOf]);
  const selectedCount = sizeOf(selection, count);
  const now = Date.now();
  // a row stands where it stands, so that scrolling moves none; in scale, where the numbers would be too large, beside
  // the first one
  const topOf = (index: number) =>
    (view.scaled ? Math.max(-5000, Math.min(5000, index - view.from)) : index) * rowHeight;
  const drawRow = (index: number) => {
    const item = source.row(index);
    const key: Key | undefined = item && source.loader.keyOf(item);
    const inRange =
      index >= bounds.top && index <= bounds.bottom && !isOneCell({ anchor: range.anchor, focus: active });
    const isEditing = editing?.cell.row === index;
    const changed = key === undefined ? undefined : source.changed.get(key);
    return (
      <Row
        key={index}
        index={index}
        item={item}
        error={source.errorAt(index)}
        name={item ? told(item).name : String(index + 1)}
        href={item ? told(item).href : undefined}
        columns={columns}
        pinned={pinned}
        from={from}
        to={to}
        lead={lead}
        isWide={width > view.width}
        height={rowHeight}
        top={topOf(index)}
        level={grouped ? 2 : undefined}
        selectable={selectable}
        selected={key !== undefined && isSelected(selection, key)}
        activeColumn={active.row === index ? active.column : -1}
        rangeFrom={inRange ? bounds.start : -1}
        rangeTo={inRange ? bounds.end : -2}
        states={key === undefined || !edits ? NO_STATES : edits.of(key)}
        flash={changed !== undefined && now - changed < FLASH ? changed : undefined}
        tint={item && props.tint?.(item)}
        editor={isEditing && editing ? editorOf(editing.cell) : null}
        editing={isEditing && editing ? editing.cell.column - 1 : -1}
      />
    );
  };
  const drawHead = (index: number, { group, isOpen, size }: Head) => (
    <GroupRow
      key={`group ${index}`}
      index={index}
      title={props.groupTitle?.(group)}
      count={group.count}
      isOpen={isOpen}
      top={topOf(index)}
      // where places are moved while it is scrolled, heads don't stay in sight
      height={(view.scaled ? 1 : size + 1) * rowHeight}
      rowHeight={rowHeight}
      under={HEADER_HEIGHT}
      width={view.width}
      placed={placed}
      activeColumn={active.row === index ? active.column : -1}
      summary={(column) => props.groupSummary?.(group, column)}
    />
  );
  const draw = (index: number) => {
    const head = source.headAt(index);
    return head ? drawHead(index, head) : drawRow(index);
  };
  const rows: ReactNode[] = [];
  // the group that began above is told at the top
  const above = view.scaled ? undefined : source.headOf(view.from);
  const aboveHead = above !== undefined && above < view.from ? source.headAt(above) : undefined;
  if (above !== undefined && aboveHead) rows.push(drawHead(above, aboveHead));
  for (let index = view.from; index < view.to; index++) rows.push(draw(index));
  // what has the focus stays in the page
  if (active.row >= 0 && count > 0 && (active.row < view.from || active.row >= view.to) && active.row !== above)
    rows.push(draw(active.row));

  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: the focus of a drawn range follows the keys by itself
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: grids and grids in levels have all of these
    // biome-ignore lint/a11y/noStaticElementInteractions: it is one of the two
    <div
      ref={scroller}
      role={grouped ? "treegrid" : "grid"}
      aria-label={props.label}
      aria-rowcount={source.isCounted ? count + (props.footer ? 2 : 1) : -1}
      aria-colcount={columns.length + 1}
      aria-multiselectable={selectable || undefined}
      aria-busy={source.isBusy || undefined}
      data-grid
      onKeyDown={onKeyDown}
      onMouseDown={onMouseDown}
      onMouseOver={onMouseOver}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      onContextMenu={onContextMenu}
      onCopy={onCopy}
      onPaste={onPaste}
      className="relative min-h-0 flex-1 overflow-auto overscroll-contain bg-bg text-dense"
    >
      <div role="rowgroup" className="sticky top-0 z-3" style={{ minWidth: width }}>
        <Header
          placed={placed}
          from={from}
          to={to}
          lead={lead}
          sort={sort}
          activeColumn={active.row === -1 ? active.column : -1}
          selectable={selectable}
          selected={selectedCount === 0 ? "none" : selectedCount >= count ? "all" : "some"}
          end={props.headerEnd}
          menu={menu}
          on={actions}
        />
      </div>
      <div
        role="rowgroup"
        className="relative overflow-y-clip"
        style={{ height: view.bodyHeight, minWidth: width, width }}
      >
        <div
          className="absolute inset-x-0 top-0"
          style={view.scaled ? { transform: `translateY(${view.top}px)` } : undefined}
          role="presentation"
        >
          {rows}
        </div>
      </div>
      {props.footer && (
        <div role="rowgroup" className="sticky bottom-0 z-2" style={{ minWidth: width }}>
          {props.footer({ index: count + 2, placed, from, to, lead })}
        </div>
      )}
    </div>
  );
}

const noSubscribe = () => () => {};
