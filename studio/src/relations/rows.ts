/** The rows of a to-many field as the form shows them: those that are stored, with what the journal says of them. */
import type { Item, Key } from "~/api/types";
import { isRef, type Journal, type NodeId } from "~/form/journal";
import type { Many } from "./schema";

export interface Row {
  /** Names the row in lists: a key, or the node of a new row. */
  id: string;
  key: Key | null;
  /** The row's node, if it was opened or is new. */
  node: NodeId | null;
  /** The item that people see: the row itself, or what it leads to through a junction. */
  collection: string;
  target: Key | NodeId | null;
  isNew: boolean;
  removed: boolean;
  sort: number | null;
}

/** A row that the server has: its key, its place, and through a junction where it leads. */
export type StoredRow = Item;

const number = (value: unknown): number | null =>
  value === null || value === undefined || Number.isNaN(Number(value)) ? null : Number(value);

/** All rows in their order: stored and linked ones by the sort field, then new ones without a place. */
export function rowsOf(
  journal: Journal,
  node: NodeId,
  field: string,
  link: Many,
  stored: readonly StoredRow[],
  primaryKey: string,
): Row[] {
  const links = journal.links(node, field);
  const opened = new Map(links.opened.map((id) => [String(journal.node(id).key), id]));
  const removed = new Set(links.removed.map(String));
  const make = (id: string, key: Key | null, rowNode: NodeId | null, base: Item, isNew: boolean): Row => {
    const values = rowNode === null ? base : { ...base, ...journal.store(rowNode).snapshot() };
    const target = link.forward === null ? (rowNode !== null && isNew ? rowNode : key) : targetOf(values[link.forward]);
    return {
      id,
      key,
      node: rowNode,
      collection: link.kind === "m2a" ? String(values[link.collectionField] ?? "") : link.related,
      target,
      isNew,
      removed: key !== null && removed.has(String(key)),
      sort: link.sortField === null ? null : number(values[link.sortField]),
    };
  };
  const keys = new Set(stored.map((row) => String(row[primaryKey])));
  const rows = [
    ...stored.map((row) => {
      const key = row[primaryKey] as Key;
      return make(String(key), key, opened.get(String(key)) ?? null, row, false);
    }),
    ...links.linked
      .filter((key) => !keys.has(String(key)))
      .map((key) => make(String(key), key, opened.get(String(key)) ?? null, {}, true)),
    ...links.created.map((id) => make(id, null, id, {}, true)),
  ];
  if (link.sortField === null) return rows;
  // a stable sort: rows without a place stay behind, in the order they came
  return rows.sort((a, b) => (a.sort ?? Number.POSITIVE_INFINITY) - (b.sort ?? Number.POSITIVE_INFINITY) || 0);
}

const targetOf = (value: unknown): Key | NodeId | null => {
  if (isRef(value)) return value.$node;
  if (typeof value === "object" && value !== null) return ((value as Item).id as Key | undefined) ?? null;
  return (value as Key | undefined) ?? null;
};

/**
 * The places that change when rows get a new order. The places that the rows have are handed out anew where they are
 * good enough, so that moving one row writes only the rows in between; else all are counted from 1.
 */
export function places(
  before: readonly { id: string; sort: number | null }[],
  order: readonly string[],
): Map<string, number> {
  const known = before.map((row) => row.sort);
  const distinct = known.every((sort) => sort !== null) && new Set(known).size === known.length;
  const handed = distinct ? ([...known] as number[]).sort((a, b) => a - b) : before.map((_, index) => index + 1);
  const old = new Map(before.map((row) => [row.id, row.sort]));
  const changed = new Map<string, number>();
  order.forEach((id, index) => {
    const place = handed[index] as number;
    if (old.get(id) !== place) changed.set(id, place);
  });
  return changed;
}

/** An order after some rows went before or after another one. */
export function reordered(
  order: readonly string[],
  moved: ReadonlySet<string>,
  target: string,
  position: "before" | "after",
): string[] {
  if (moved.has(target)) return [...order];
  const rest = order.filter((id) => !moved.has(id));
  const at = rest.indexOf(target) + (position === "after" ? 1 : 0);
  return [...rest.slice(0, at), ...order.filter((id) => moved.has(id)), ...rest.slice(at)];
}
