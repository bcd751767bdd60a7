/**
 * Rows with the heads of their groups between them. The list below is sorted by the group first, so that a group is a
 * stretch of it: where each one begins follows from their counts, and only what is in view is loaded, as without groups.
 */
import type { Item, Key } from "~/api/types";
import type { GridRows, Group, Head, WindowSource } from "./window";

/** Which groups are closed: those that are named, or all but those. */
export interface Closed {
  all: boolean;
  ids: ReadonlySet<string>;
}

export const NONE_CLOSED: Closed = { all: false, ids: new Set() };
export const ALL_CLOSED: Closed = { all: true, ids: new Set() };

export const isClosed = (closed: Closed, id: string): boolean => closed.ids.has(id) !== closed.all;

/** Close a group, or open it. */
export function withClosed(closed: Closed, id: string, shut: boolean): Closed {
  const ids = new Set(closed.ids);
  if (shut === closed.all) ids.delete(id);
  else ids.add(id);
  return { all: closed.all, ids };
}

interface Stretch extends Head {
  /** Where its head stands among what is drawn. */
  at: number;
  /** Where its first row stands in the list. */
  start: number;
}

export class GroupedRows implements GridRows {
  private readonly stretches: Stretch[] = [];
  private readonly total: number;

  constructor(
    readonly below: WindowSource,
    groups: readonly Group[],
    closed: Closed,
  ) {
    let at = 0;
    let start = 0;
    for (const group of groups) {
      const isOpen = !isClosed(closed, group.id);
      const size = isOpen ? group.count : 0;
      this.stretches.push({ group, isOpen, size, at, start });
      at += size + 1;
      start += group.count;
    }
    this.total = at;
  }

  get loader() {
    return this.below.loader;
  }
  get version() {
    return this.below.version;
  }
  get changed() {
    return this.below.changed;
  }
  get isCounted() {
    return this.below.isCounted;
  }
  get isBusy() {
    return this.below.isBusy;
  }

  count = (): number => this.total;
  subscribe = (listener: () => void): (() => void) => this.below.subscribe(listener);
  retry = (): void => this.below.retry();

  /** The stretch that a place is in. */
  private stretch(index: number): Stretch | undefined {
    let low = 0;
    let high = this.stretches.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.stretches[middle]?.at ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return index < this.total ? this.stretches[low] : undefined;
  }

  /** The place of a row in the list below; undefined for a head. */
  private placeOf(index: number): number | undefined {
    const found = this.stretch(index);
    return found && index > found.at ? found.start + index - found.at - 1 : undefined;
  }

  headAt = (index: number): Head | undefined => {
    const found = this.stretch(index);
    return found?.at === index ? found : undefined;
  };

  headOf = (index: number): number | undefined => this.stretch(index)?.at;

  row = (index: number): Item | undefined => {
    const place = this.placeOf(index);
    return place === undefined ? undefined : this.below.row(place);
  };

  errorAt = (index: number): unknown => {
    const place = this.placeOf(index);
    return place === undefined ? undefined : this.below.errorAt(place);
  };

  rows = (from: number, to: number): (Item | undefined)[] => {
    this.show(from, to - 1);
    return Array.from({ length: Math.max(0, to - from) }, (_, place) => this.row(from + place));
  };

  indexOf = (key: Key): number | undefined => {
    const place = this.below.indexOf(key);
    if (place === undefined) return undefined;
    const found = this.stretches.find((one) => place >= one.start && place < one.start + one.group.count);
    return found?.isOpen ? found.at + 1 + place - found.start : undefined;
  };

  /** The stretches of the list below that lie between two places, each with the place after its last row. */
  private parts(from: number, to: number): [number, number][] {
    const parts: [number, number][] = [];
    for (const { at, start, size } of this.stretches) {
      if (at >= to) break;
      const first = Math.max(0, from - at - 1);
      const last = Math.min(size, to - at - 1);
      if (first < last) parts.push([start + first, start + last]);
    }
    return parts;
  }

  show = (from: number, to: number): void =>
    this.below.showParts(this.parts(from, to + 1).map(([first, end]) => [first, end - 1] as const));

  ensure = async (from: number, to: number): Promise<Item[]> =>
    (await Promise.all(this.parts(from, to).map(([first, end]) => this.below.ensure(first, end)))).flat();

  take = (from: number, count: number): Promise<Item[]> => {
    let left = count;
    let to = from;
    while (left > 0 && to < this.total) if (!this.headAt(to++)) left--;
    return this.ensure(from, to);
  };
}
