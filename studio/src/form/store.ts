/**
 * Values of one item in a form. Whoever draws a field follows that field alone, so that typing in one of 200 fields
 * draws one field.
 */
import { useCallback, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Item } from "~/api/types";
import type { Journal, NodeId } from "./journal";

export interface FieldStore {
  get: (field: string) => unknown;
  /** The value before all changes. */
  initial: (field: string) => unknown;
  set: (field: string, value: unknown) => void;
  /** Whether the value differs from the one before all changes. */
  dirty: (field: string) => boolean;
  undo: (field: string) => void;
  /** Hear of changes of some fields, or (null) of any. Gives what ends that. */
  subscribe: (fields: readonly string[] | null, listener: () => void) => () => void;
  /** All values; the same object until something changes. */
  snapshot: () => Readonly<Item>;
}

/** Whether two values say the same; JSON values by their content. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => name in right && same(left[name], right[name]))
  );
}

/** Nothing and a missing value are the same to a form. */
export const unchanged = (a: unknown, b: unknown): boolean => same(a ?? null, b ?? null);

/** Listeners by field, in one place for all stores. */
export class Listeners {
  private readonly byField = new Map<string, Set<() => void>>();
  private readonly all = new Set<() => void>();

  subscribe(fields: readonly string[] | null, listener: () => void): () => void {
    const sets = fields === null ? [this.all] : fields.map((field) => this.of(field));
    for (const set of sets) set.add(listener);
    return () => {
      for (const set of sets) set.delete(listener);
    };
  }

  tell(...fields: string[]): void {
    for (const field of fields) for (const listener of this.byField.get(field) ?? []) listener();
    for (const listener of this.all) listener();
  }

  private of(field: string): Set<() => void> {
    const found = this.byField.get(field) ?? new Set();
    this.byField.set(field, found);
    return found;
  }
}

/** A store over values that belong to somebody else, who is told of each change. */
export class PlainStore implements FieldStore {
  private values: Item;
  private before: Item;
  private readonly listeners = new Listeners();
  onChange: (field: string, value: unknown) => void = () => {};

  constructor(values: Item, before: Item = values) {
    this.values = values;
    this.before = before;
  }

  get = (field: string): unknown => this.values[field];
  initial = (field: string): unknown => this.before[field];
  dirty = (field: string): boolean => !unchanged(this.values[field], this.before[field]);
  undo = (field: string): void => this.set(field, this.before[field]);
  snapshot = (): Readonly<Item> => this.values;
  subscribe: FieldStore["subscribe"] = (fields, listener) => this.listeners.subscribe(fields, listener);

  set = (field: string, value: unknown): void => {
    if (Object.is(this.values[field], value)) return;
    this.values = { ...this.values, [field]: value };
    this.listeners.tell(field);
    this.onChange(field, value);
  };

  /** Take over what the owner has now. */
  replace(values: Item, before: Item): void {
    const names = new Set([...Object.keys(values), ...Object.keys(this.values)]);
    const changed = [...names].filter((name) => !Object.is(values[name], this.values[name]));
    this.before = before;
    if (changed.length === 0) return;
    this.values = values;
    this.listeners.tell(...changed);
  }
}

/** A store that follows the values of the props. */
export function usePlainStore(
  values: Item,
  initial: Item | undefined,
  onChange: (field: string, value: unknown) => void,
): PlainStore {
  const first = useRef(initial ?? values);
  const [store] = useState(() => new PlainStore(values, initial ?? values));
  useLayoutEffect(() => {
    store.onChange = onChange;
    store.replace(values, initial ?? first.current);
  });
  return store;
}

/** The value of one field, drawn anew only when it changes. */
export function useValue(store: FieldStore, field: string): unknown {
  const subscribe = useCallback((listener: () => void) => store.subscribe([field], listener), [store, field]);
  return useSyncExternalStore(subscribe, () => store.get(field));
}

/** What a function makes of a store, drawn anew when one of the fields changes. The result must be plain or kept. */
export function useDerived<T>(store: FieldStore, fields: readonly string[], derive: () => T): T {
  const key = fields.join("\n");
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(key ? key.split("\n") : [], listener),
    [store, key],
  );
  return useSyncExternalStore(subscribe, derive);
}

/** Drawn anew when one item of a journal changes (or one field of it, or what lies below that), and by no other. */
export function useChanges(journal: Journal | null, node: NodeId | null, field?: string): void {
  const subscribe = useCallback(
    (listener: () => void) =>
      journal && node !== null
        ? journal.store(node).subscribe(field === undefined ? null : [field], listener)
        : () => {},
    [journal, node, field],
  );
  useSyncExternalStore(subscribe, () => journal?.version() ?? 0);
}
