/**
 * Changes of cells on their way to the server. A changed row shows its new values at once; what fails keeps the text that
 * was typed, with the reason. Every change can be undone.
 */
import { ApiError, errorText } from "~/api/errors";
import { newOperation } from "~/api/operation";
import type { Item, Key } from "~/api/types";
import { History } from "./history";
import type { WindowSource } from "./window";

export interface CellChange {
  key: Key;
  field: string;
  value: unknown;
  before: unknown;
}

export type CellState = { kind: "pending" } | { kind: "failed"; text: string; message: string };
/** The states of a row's cells by field. A new object with each change. */
export type RowStates = Readonly<Record<string, CellState>>;

export interface RowChange {
  key: Key;
  values: Item;
}

export interface Saver {
  /**
   * Save one or many rows in one transaction, and give them as they are then. `operation`: what they are a part of.
   * `seen`: one cell's value as it was seen.
   */
  save: (rows: RowChange[], operation: string, seen?: { field: string; value: unknown }) => Promise<Item[]>;
  keyOf: (item: Item) => Key;
  /** The text of a value, for a cell whose change failed. */
  text: (field: string, value: unknown) => string;
  /** What an operation is called in the history. */
  name: (cells: number) => string;
}

const NONE: RowStates = {};

function byRow(changes: readonly CellChange[], which: "value" | "before"): RowChange[] {
  const rows = new Map<Key, Item>();
  for (const change of changes) rows.set(change.key, { ...rows.get(change.key), [change.field]: change[which] });
  return [...rows].map(([key, values]) => ({ key, values }));
}

/** Failures of which a second try, row by row, can save the rest. */
const isPartial = (error: unknown) =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 401 &&
  error.status !== 429;

export class CellEdits {
  private states = new Map<Key, RowStates>();
  private listeners = new Set<() => void>();
  version = 0;

  constructor(
    private readonly source: WindowSource,
    private readonly saver: Saver,
    readonly history = new History(),
  ) {}

  of = (key: Key): RowStates => this.states.get(key) ?? NONE;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get pending(): number {
    let count = 0;
    for (const row of this.states.values())
      for (const state of Object.values(row)) if (state.kind === "pending") count++;
    return count;
  }

  private mark(key: Key, field: string, state: CellState | undefined): void {
    const row = { ...this.of(key) };
    if (state) row[field] = state;
    else delete row[field];
    if (Object.keys(row).length) this.states.set(key, row);
    else this.states.delete(key);
    this.version++;
    for (const listener of this.listeners) listener();
  }

  /** A text that can't be a value of its field: it stays in the cell with the reason. */
  refuse(key: Key, field: string, text: string, message: string): void {
    this.mark(key, field, { kind: "failed", text, message });
  }

  dismiss(key: Key, field: string): void {
    if (this.of(key)[field]?.kind === "failed") this.mark(key, field, undefined);
  }

  /** Save changes of cells; a single one only if its value is still the one that was seen. Gives those that were saved. */
  async write(changes: readonly CellChange[]): Promise<CellChange[]> {
    const saved = await this.send(changes, newOperation(), changes.length === 1);
    if (saved.length) {
      this.history.push({
        text: this.saver.name(saved.length),
        undo: () => this.restore(saved, "before"),
        redo: () => this.restore(saved, "value"),
      });
    }
    return saved;
  }

  private async restore(changes: readonly CellChange[], which: "value" | "before"): Promise<void> {
    const rows = byRow(changes, which);
    for (const { key, values } of rows) this.source.patch(key, values);
    this.take(await this.saver.save(rows, newOperation()));
    for (const { key, field } of changes) this.mark(key, field, undefined);
  }

  private async send(changes: readonly CellChange[], operation: string, checked: boolean): Promise<CellChange[]> {
    for (const { key, field, value } of changes) {
      this.source.patch(key, { [field]: value });
      this.mark(key, field, { kind: "pending" });
    }
    const [only] = changes;
    try {
      this.take(
        await this.saver.save(
          byRow(changes, "value"),
          operation,
          checked && only ? { field: only.field, value: only.before } : undefined,
        ),
      );
      for (const { key, field } of changes) this.mark(key, field, undefined);
      return [...changes];
    } catch (error) {
      if (changes.length > 1 && isPartial(error)) return this.oneByOne(changes, operation);
      for (const change of changes) this.giveUp(change, error);
      return [];
    }
  }

  /** After a refused batch: rows alone, then cells alone, so that only what is wrong stays behind. */
  private async oneByOne(changes: readonly CellChange[], operation: string): Promise<CellChange[]> {
    const rows = new Map<Key, CellChange[]>();
    for (const change of changes) rows.set(change.key, [...(rows.get(change.key) ?? []), change]);
    const parts = rows.size > 1 ? [...rows.values()] : changes.map((change) => [change]);
    const saved: CellChange[] = [];
    for (const part of parts) saved.push(...(await this.send(part, operation, false)));
    return saved;
  }

  private giveUp({ key, field, value, before }: CellChange, error: unknown): void {
    const current = error instanceof ChangedMeanwhile ? error.current : before;
    this.source.patch(key, { [field]: current });
    this.refuse(key, field, this.saver.text(field, value), errorText(error));
  }

  private take(items: readonly Item[]): void {
    for (const item of items) this.source.patch(this.saver.keyOf(item), item);
  }
}

/** Somebody else changed a value after it was read. */
export class ChangedMeanwhile extends Error {
  readonly current: unknown;

  constructor(message: string, current: unknown) {
    super(message);
    this.name = "ChangedMeanwhile";
    this.current = current;
  }
}
