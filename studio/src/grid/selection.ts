/** Which rows are selected: some by their keys, or all that match but some. And which cells. */
import type { Key } from "~/api/types";

export interface RowSelection {
  /** All matching rows, `keys` are those left out. */
  all: boolean;
  keys: ReadonlySet<Key>;
}

export const NOTHING: RowSelection = { all: false, keys: new Set() };
export const EVERYTHING: RowSelection = { all: true, keys: new Set() };

export const isSelected = (selection: RowSelection, key: Key): boolean => selection.keys.has(key) !== selection.all;

/** How many rows; `count` is how many there are. */
export const sizeOf = (selection: RowSelection, count: number): number =>
  selection.all ? Math.max(0, count - selection.keys.size) : selection.keys.size;

/** Select or deselect rows. */
export function withRows(selection: RowSelection, keys: Iterable<Key>, selected: boolean): RowSelection {
  const next = new Set(selection.keys);
  for (const key of keys) {
    if (selected === selection.all) next.delete(key);
    else next.add(key);
  }
  return { all: selection.all, keys: next };
}

export const toggled = (selection: RowSelection, key: Key): RowSelection =>
  withRows(selection, [key], !isSelected(selection, key));

export interface Cell {
  row: number;
  column: number;
}

/** A rectangle of cells: where it began, and where it was drawn to. */
export interface CellRange {
  anchor: Cell;
  focus: Cell;
}

export interface Bounds {
  top: number;
  bottom: number;
  start: number;
  end: number;
}

export const boundsOf = ({ anchor, focus }: CellRange): Bounds => ({
  top: Math.min(anchor.row, focus.row),
  bottom: Math.max(anchor.row, focus.row),
  start: Math.min(anchor.column, focus.column),
  end: Math.max(anchor.column, focus.column),
});

export const isOneCell = ({ anchor, focus }: CellRange): boolean =>
  anchor.row === focus.row && anchor.column === focus.column;
