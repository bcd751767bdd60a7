/** What keys and the clipboard do in a grid. */
import type { ClipboardEvent, KeyboardEvent } from "react";
import { type Column, nextSort } from "./columns";
import type { GridProps } from "./Grid";
import type { HeadActions } from "./Header";
import { type Bounds, type Cell, type CellRange, EVERYTHING, isOneCell, NOTHING, sizeOf } from "./selection";

/** Data of a copy, beside its text, that a paste in the studio takes. */
export const CELLS = "application/x-satchel-cells";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

interface GridState {
  columns: readonly Column[];
  count: number;
  /** How many rows a page has. */
  page: number;
  active: Cell;
  range: CellRange;
  bounds: Bounds;
  editing: { cell: Cell } | null;
  /** Whether the menu of a column is open. */
  menu: boolean;
  actions: HeadActions;
  go: (to: Cell, extend?: boolean) => void;
  edit: (cell: Cell, typed?: string | null) => void;
  select: (row: number, extend: boolean) => Promise<void>;
}

/** Whether a key on the head of a group opens or closes it. */
function onGroupKey(key: string, rtl: number, isOpen: boolean): boolean {
  if (key === "Enter" || key === " ") return true;
  return key === (rtl > 0 === isOpen ? "ArrowLeft" : "ArrowRight");
}

/** The handlers of the grid's element. */
export function gridKeys(props: GridProps, state: GridState) {
  const { rows: source, sort, selection, selectable, edits } = props;
  const { columns, count, active, range, bounds, editing, actions, go, edit, select } = state;
  const last = Math.max(0, count - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || state.menu) return;
    if (editing) {
      if (event.key === "Escape") {
        event.preventDefault();
        go(editing.cell);
      } else if ((event.target as HTMLElement).matches("[role=gridcell]")) {
        // the editor is on its way: what is typed meanwhile is no shortcut of the page
        event.preventDefault();
        event.stopPropagation();
      }
      return;
    }
    const target = event.target as HTMLElement;
    if (target.closest("input:not([type=checkbox]), textarea, [role=menu]")) return;
    const command = isMac ? event.metaKey : event.ctrlKey;
    const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
    const { row, column } = active;
    const item = source.row(row);
    const handled = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    const move = (rows: number, across: number) => {
      handled();
      go({ row: row + rows, column: column + across * rtl }, event.shiftKey);
    };
    const head = row < 0 ? columns[column - 1] : undefined;
    if (head && event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      handled();
      const step = (event.key === "ArrowRight" ? 1 : -1) * rtl;
      if (event.shiftKey) props.onColumns({ kind: "width", id: head.id, width: head.width + step * 20 });
      else {
        const goal = column - 1 + step;
        if (columns[goal]?.pinned !== head.pinned) return;
        actions.onMove(head.id, goal);
        go({ row, column: column + step });
      }
      return;
    }
    if (
      head &&
      ((event.altKey && event.key === "ArrowDown") ||
        event.key === "ContextMenu" ||
        (event.shiftKey && event.key === "F10"))
    ) {
      handled();
      actions.onMenu(column - 1);
      return;
    }
    if (item && row >= 0 && (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10"))) {
      handled();
      const box = target.closest("[data-row]")?.getBoundingClientRect();
      if (box) props.onRowMenu?.(item, { x: rtl > 0 ? box.left + 8 : box.right - 8, y: box.bottom });
      return;
    }
    const group = row >= 0 ? source.headAt(row) : undefined;
    if (group && onGroupKey(event.key, rtl, group.isOpen)) {
      handled();
      props.onGroup?.(group.group.id, !group.isOpen);
      return;
    }
    switch (event.key) {
      case "ArrowDown":
        if (command) return go2(last, column);
        return move(1, 0);
      case "ArrowUp":
        if (command) return go2(0, column);
        return move(-1, 0);
      case "ArrowRight":
        if (command) return go2(row, rtl > 0 ? columns.length : 0);
        return move(0, 1);
      case "ArrowLeft":
        if (command) return go2(row, rtl > 0 ? 0 : columns.length);
        return move(0, -1);
      case "Home":
        return go2(command ? 0 : row, 0);
      case "End":
        return go2(command ? last : row, columns.length);
      case "PageDown":
        return move(state.page, 0);
      case "PageUp":
        return move(row < 0 ? 0 : -Math.min(state.page, row), 0);
      case "Enter":
      case "F2":
        handled();
        if (head) {
          if (head.sortable) props.onSort(nextSort(sort, head.id, event.shiftKey));
        } else if (row < 0) props.onSelection(sizeOf(selection, count) ? NOTHING : EVERYTHING);
        else if (command || column === 0) {
          if (item) props.onOpen(item);
        } else edit(active);
        return;
      case " ":
        handled();
        if (row < 0) {
          if (column === 0) props.onSelection(sizeOf(selection, count) ? NOTHING : EVERYTHING);
        } else if (event.shiftKey || column === 0) {
          if (selectable) void select(row, false);
        } else if (item) props.onPeek(item);
        return;
      case "Escape":
        if (!isOneCell(range)) {
          handled();
          go(active);
        } else if (edits && item && column > 0) {
          const name = columns[column - 1]?.id ?? "";
          const key = source.loader.keyOf(item);
          if (edits.of(key)[name]?.kind === "failed") {
            handled();
            edits.dismiss(key, name);
          } else if (sizeOf(selection, count)) {
            handled();
            props.onSelection(NOTHING);
          }
        }
        return;
      case "Delete":
      case "Backspace":
        if (row < 0 || column === 0) return;
        handled();
        props.onClear(bounds);
        return;
    }
    if (command && !event.altKey) {
      const key = event.key.toLowerCase();
      if (key === "a" && selectable) {
        handled();
        props.onSelection(EVERYTHING);
      } else if (key === "d" && row >= 0) {
        handled();
        props.onFill(bounds);
      } else if (key === "z") {
        handled();
        if (event.shiftKey) props.onRedo();
        else props.onUndo();
      } else if (key === "y") {
        handled();
        props.onRedo();
      }
      return;
    }
    if (event.key.length === 1 && !event.altKey && !command && row >= 0 && item) {
      const into = columns[column - 1];
      if (event.key === "x" && (column === 0 || !into || !props.canEdit(into, item))) {
        handled();
        if (selectable) void select(row, event.shiftKey);
      } else if (into && props.canEdit(into, item)) {
        handled();
        edit(active, event.key);
      }
    }

    function go2(toRow: number, toColumn: number) {
      handled();
      go({ row: toRow, column: toColumn }, event.shiftKey);
    }
  };

  const onCopy = (event: ClipboardEvent) => {
    if (editing || active.row < 0 || active.column === 0) return;
    const copied = props.onCopy({ ...bounds, start: Math.max(1, bounds.start) });
    if (!copied) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", copied.text);
    if (copied.data) event.clipboardData.setData(CELLS, copied.data);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (editing || active.row < 0 || active.column === 0) return;
    event.preventDefault();
    props.onPaste(bounds, event.clipboardData.getData("text/plain"), event.clipboardData.getData(CELLS) || undefined);
  };

  return { onKeyDown, onCopy, onPaste };
}
