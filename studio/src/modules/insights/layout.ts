/** Where panels stand in the grid of a dashboard. Cells are counted from 1; nothing overlaps. */

export const COLUMNS = 24;

export interface Box {
  position_x: number;
  position_y: number;
  width: number;
  height: number;
}

export interface Placed extends Box {
  id: string;
}

export interface Smallest {
  minWidth: number;
  minHeight: number;
}

const overlap = (a: Box, b: Box): boolean =>
  a.position_x < b.position_x + b.width &&
  b.position_x < a.position_x + a.width &&
  a.position_y < b.position_y + b.height &&
  b.position_y < a.position_y + a.height;

/** From the top down, and from the start side on. */
export const inOrder = <T extends Box>(boxes: readonly T[]): T[] =>
  [...boxes].sort((a, b) => a.position_y - b.position_y || a.position_x - b.position_x);

/** How many columns are needed; dashboards made elsewhere may be wider. */
export const columnsOf = (boxes: readonly Box[]): number =>
  Math.max(COLUMNS, ...boxes.map((one) => one.position_x + one.width - 1));

/** Put one box somewhere. Those that are in its way move down, and those in theirs. */
export function place<T extends Placed>(boxes: readonly T[], id: string, box: Box): T[] {
  const others = inOrder(boxes.filter((one) => one.id !== id));
  const moved = boxes.find((one) => one.id === id);
  if (!moved) return [...boxes];
  const settled: T[] = [{ ...moved, ...box }];
  for (const other of others) {
    let standing = other;
    let blocked = settled.find((one) => overlap(one, standing));
    while (blocked) {
      standing = { ...standing, position_y: blocked.position_y + blocked.height };
      blocked = settled.find((one) => overlap(one, standing));
    }
    settled.push(standing);
  }
  const found = new Map(settled.map((one) => [one.id, one]));
  return boxes.map((one) => found.get(one.id) ?? one);
}

/** A box moved by some cells, within the grid. */
export function shifted(box: Box, by: { x?: number; y?: number }, columns = COLUMNS): Box {
  const x = Math.max(1, Math.min(columns - box.width + 1, box.position_x + (by.x ?? 0)));
  return { ...box, position_x: x, position_y: Math.max(1, box.position_y + (by.y ?? 0)) };
}

/** A box made wider and higher by some cells, within the grid and no smaller than its panel can be. */
export function resized(box: Box, by: { x?: number; y?: number }, smallest: Smallest, columns = COLUMNS): Box {
  const most = columns - box.position_x + 1;
  const width = Math.max(Math.min(smallest.minWidth, most), Math.min(most, box.width + (by.x ?? 0)));
  return { ...box, width, height: Math.max(smallest.minHeight, box.height + (by.y ?? 0)) };
}

/** The first place, from the top, that has room. */
export function freePlace(boxes: readonly Box[], width: number, height: number): Box {
  const bottom = Math.max(0, ...boxes.map((one) => one.position_y + one.height - 1));
  for (let y = 1; y <= bottom; y++) {
    for (let x = 1; x + width - 1 <= COLUMNS; x++) {
      const box = { position_x: x, position_y: y, width, height };
      if (!boxes.some((one) => overlap(one, box))) return box;
    }
  }
  return { position_x: 1, position_y: bottom + 1, width, height };
}
