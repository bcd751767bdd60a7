/** Three-way merge of an item by field: what was loaded, what a person changed, what somebody else stored meanwhile. */
import type { Item } from "~/api/types";
import { isRef } from "./journal";
import { same, unchanged } from "./store";

export interface Conflict {
  field: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

export type Choice = "mine" | "theirs" | "both";

/** The fields that both changed, to different values. All others merge by themselves. */
export function conflictsOf(base: Readonly<Item>, mine: Readonly<Item>, theirs: Readonly<Item>): Conflict[] {
  return Object.entries(mine).flatMap(([field, value]) => {
    if (!(field in theirs)) return [];
    const stored = theirs[field];
    if (unchanged(base[field], stored) || (!isRef(value) && unchanged(value, stored))) return [];
    return [{ field, base: base[field], mine: value, theirs: stored }];
  });
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** Whether both changes can be kept: for lists. */
export const canBoth = ({ mine, theirs }: Conflict): boolean => isList(mine) && isList(theirs);

/** Their list with what I added, without what I took away. */
export function both({ base, mine, theirs }: Conflict): unknown[] {
  const before = isList(base) ? base : [];
  const has = (list: readonly unknown[], one: unknown) => list.some((other) => same(other, one));
  const gone = before.filter((one) => !has(mine as unknown[], one));
  const kept = (theirs as unknown[]).filter((one) => !has(gone, one));
  return [...kept, ...(mine as unknown[]).filter((one) => !has(before, one) && !has(kept, one))];
}

/** What is chosen at first: both where that works, else mine, which is on the screen. */
export const firstChoice = (conflict: Conflict): Choice => (canBoth(conflict) ? "both" : "mine");
