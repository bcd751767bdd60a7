/**
 * Rows of a long list, loaded in pages as they come into view. The count is asked for apart: rows never wait for it.
 * What was loaded stays while it is asked for again, so that nothing flickers.
 */
import type { Item, Key } from "~/api/types";
import type { RowSource } from "~/extensions/contract";

/** Rows that have the same value, in the order of the list. */
export interface Group {
  id: string;
  /** Its values by the names that the server gave them. */
  values: Item;
  count: number;
}

export interface Loader {
  /** The groups that the rows fall into: known when they are counted. null when they are too many. Absent where rows are not grouped. */
  groups?: () => readonly Group[] | null | undefined;
  page: (offset: number, limit: number, signal: AbortSignal) => Promise<Item[]>;
  count: (signal: AbortSignal) => Promise<number>;
  keyOf: (item: Item) => Key;
}

/** What is drawn one below the other: rows, and the heads of groups if there are any. */
export interface GridRows extends RowSource {
  readonly loader: Loader;
  readonly version: number;
  readonly changed: ReadonlyMap<Key, number>;
  readonly isCounted: boolean;
  readonly isBusy: boolean;
  row: (index: number) => Item | undefined;
  /** The head of a group, where one stands. */
  headAt: (index: number) => Head | undefined;
  /** The place of the head that a row belongs to. */
  headOf: (index: number) => number | undefined;
  errorAt: (index: number) => unknown;
  indexOf: (key: Key) => number | undefined;
  show: (from: number, to: number) => void;
  retry: () => void;
  /** The rows between two places, without the last one: loaded if they are not there. */
  ensure: (from: number, to: number) => Promise<Item[]>;
  /** So many rows from a place on, as far as there are. */
  take: (from: number, count: number) => Promise<Item[]>;
}

export interface Head {
  group: Group;
  isOpen: boolean;
  /** How many rows are drawn below it. */
  size: number;
}

interface Page {
  items: Item[] | null;
  error?: unknown;
  /** It was loaded before the last refresh. */
  stale: boolean;
  used: number;
}

export const ROWS_AT_ONCE = 100;
const KEPT_PAGES = 60;
const AHEAD = 40;

export class WindowSource implements GridRows {
  private pages = new Map<number, Page>();
  private flights = new Map<number, AbortController>();
  private listeners = new Set<() => void>();
  private total: number | undefined;
  private counting: AbortController | undefined;
  private shown: readonly (readonly [number, number])[] = [[0, 0]];
  private clock = 0;
  /** Changes with every change, for `useSyncExternalStore`. */
  version = 0;
  /** Changes when values may have: with a refresh, and with rows that are changed in place. */
  revision = 0;
  /** What the count failed with; rows don't need it. */
  countError: unknown;
  /** Keys of rows that others changed, since when. */
  readonly changed = new Map<Key, number>();

  constructor(
    readonly loader: Loader,
    readonly pageSize = ROWS_AT_ONCE,
  ) {}

  /** How many rows there are: undefined until the first answer; a lower bound until the count is known. */
  count = (): number | undefined => {
    if (this.total !== undefined) return this.total;
    let known: number | undefined;
    for (const [page, { items }] of this.pages) {
      if (items) known = Math.max(known ?? 0, page * this.pageSize + items.length);
    }
    return known;
  };

  /** Whether `count` is final. */
  get isCounted(): boolean {
    return this.total !== undefined;
  }

  /** Whether something is being loaded over rows that are shown. */
  get isBusy(): boolean {
    return this.flights.size > 0;
  }

  row = (index: number): Item | undefined =>
    this.pages.get(Math.floor(index / this.pageSize))?.items?.[index % this.pageSize];

  /** Rows as far as they are loaded; the others are asked for. */
  rows = (from: number, to: number): (Item | undefined)[] => {
    if (to > from) this.show(from, to - 1);
    return this.loaded(from, to);
  };

  private loaded(from: number, to: number): (Item | undefined)[] {
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => this.row(from + index));
  }

  errorAt = (index: number): unknown => {
    const page = this.pages.get(Math.floor(index / this.pageSize));
    return page && !page.items ? page.error : undefined;
  };

  headAt = (): Head | undefined => undefined;
  headOf = (): number | undefined => undefined;

  /** Whether there is enough to show the first rows. */
  get isReady(): boolean {
    if (this.loader.groups?.() === undefined && this.loader.groups && !this.countError) return false;
    return this.count() !== undefined;
  }

  /** Whether there is something to show in them: rows, or that there are none. */
  get hasRows(): boolean {
    if (this.total === 0) return true;
    for (const { items } of this.pages.values()) if (items) return true;
    return false;
  }

  /** The error of the first page, when nothing at all could be loaded. */
  get failure(): unknown {
    return this.count() === undefined ? this.pages.get(0)?.error : undefined;
  }

  indexOf(key: Key): number | undefined {
    for (const [page, { items }] of this.pages) {
      const index = items?.findIndex((item) => this.loader.keyOf(item) === key) ?? -1;
      if (index >= 0) return page * this.pageSize + index;
    }
    return undefined;
  }

  byKey(key: Key): Item | undefined {
    const index = this.indexOf(key);
    return index === undefined ? undefined : this.row(index);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private changedNow(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }

  /** Which rows are looked at. Loads what is missing there, and gives up what no one looks at any more. */
  show(from: number, to: number): void {
    this.showParts([[from, to]]);
  }

  /** The same for several parts of the list, each with its last row. */
  showParts(parts: readonly (readonly [number, number])[]): void {
    this.shown = parts;
    this.load();
  }

  private wanted(): number[] {
    return [...new Set(this.shown.flatMap(([from, to]) => this.pagesOf(from, to)))];
  }

  private pagesOf(from: number, to: number): number[] {
    const last = this.total === undefined ? Number.POSITIVE_INFINITY : Math.max(0, this.total - 1);
    const size = this.pageSize;
    const first = Math.floor(Math.max(0, from) / size);
    const pages: number[] = [];
    for (let page = first; page * size <= Math.min(to, last); page++) pages.push(page);
    for (const near of [Math.floor(Math.max(0, from - AHEAD) / size), Math.floor(Math.min(to + AHEAD, last) / size)]) {
      if (!pages.includes(near) && (this.total !== undefined || near === 0)) pages.push(near);
    }
    return pages;
  }

  private load(): void {
    const wanted = this.wanted();
    for (const [page, flight] of this.flights) {
      if (wanted.includes(page)) continue;
      flight.abort();
      this.flights.delete(page);
    }
    for (const page of wanted) {
      const known = this.pages.get(page);
      if (known) known.used = ++this.clock;
      if (this.flights.has(page) || (known && !known.stale && (known.items || known.error))) continue;
      void this.fetch(page);
    }
    if (this.total === undefined && !this.counting && !this.countError) void this.recount();
  }

  private async fetch(page: number): Promise<void> {
    const flight = new AbortController();
    this.flights.set(page, flight);
    const before = this.pages.get(page);
    try {
      const items = await this.loader.page(page * this.pageSize, this.pageSize, flight.signal);
      if (flight.signal.aborted) return;
      this.pages.set(page, { items: this.merged(before, items), stale: false, used: ++this.clock });
      if (items.length < this.pageSize && (items.length > 0 || page === 0)) {
        this.total = page * this.pageSize + items.length;
      }
      this.forget();
    } catch (error) {
      if (flight.signal.aborted) return;
      this.pages.set(page, { items: before?.items ?? null, error, stale: false, used: ++this.clock });
    } finally {
      if (this.flights.get(page) === flight) this.flights.delete(page);
    }
    this.changedNow();
  }

  /** Rows that are as they were keep their identity, so that they are not drawn again. */
  private merged(before: Page | undefined, items: Item[]): Item[] {
    if (!before?.items) return items;
    const known = new Map(before.items.map((item) => [this.loader.keyOf(item), item]));
    return items.map((item) => {
      const old = known.get(this.loader.keyOf(item));
      if (old && JSON.stringify(old) === JSON.stringify(item)) return old;
      if (old) this.changed.set(this.loader.keyOf(item), Date.now());
      return item;
    });
  }

  private forget(): void {
    if (this.pages.size <= KEPT_PAGES) return;
    const oldest = [...this.pages].sort(([, one], [, other]) => one.used - other.used);
    for (const [page] of oldest.slice(0, this.pages.size - KEPT_PAGES)) this.pages.delete(page);
  }

  private async recount(): Promise<void> {
    this.counting?.abort();
    const flight = new AbortController();
    this.counting = flight;
    try {
      const total = await this.loader.count(flight.signal);
      if (flight.signal.aborted) return;
      this.total = total;
      this.countError = undefined;
    } catch (error) {
      if (flight.signal.aborted) return;
      this.countError = error;
    } finally {
      if (this.counting === flight) this.counting = undefined;
    }
    this.changedNow();
    this.load();
  }

  /** Load again what is shown; rows stay until the answer is there. */
  refresh(): void {
    this.revision++;
    for (const page of this.pages.values()) page.stale = true;
    this.countError = undefined;
    this.load();
    void this.recount();
    this.changedNow();
  }

  /** Try again what failed. */
  retry(): void {
    for (const [page, one] of this.pages) if (one.error) this.pages.delete(page);
    this.countError = undefined;
    this.load();
    this.changedNow();
  }

  /** Change a loaded row in place, before or after the server has it. */
  patch(key: Key, values: Item): void {
    this.revision++;
    for (const page of this.pages.values()) {
      const index = page.items?.findIndex((item) => this.loader.keyOf(item) === key) ?? -1;
      if (!page.items || index < 0) continue;
      const items = [...page.items];
      items[index] = { ...items[index], ...values };
      page.items = items;
    }
    this.changedNow();
  }

  /** Rows from up to but without to, loaded if they are not there. */
  async ensure(from: number, to: number): Promise<Item[]> {
    const here = this.loaded(from, to);
    if (here.every((row) => row !== undefined)) return here as Item[];
    return this.loader.page(from, to - from, new AbortController().signal);
  }

  take = (from: number, count: number): Promise<Item[]> => this.ensure(from, Math.min(this.count() ?? 0, from + count));

  /** Stop everything that is under way. */
  close(): void {
    for (const flight of this.flights.values()) flight.abort();
    this.flights.clear();
    this.counting?.abort();
    this.counting = undefined;
  }
}
