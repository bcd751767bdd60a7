/**
 * Where rows stand. Browsers clamp the height of what scrolls (Firefox near 17 million pixels), so that beyond a limit
 * the scroll bar stands for the whole list in a smaller scale.
 */
export const MOST_PIXELS = 14_000_000;

export interface Geometry {
  rowHeight: number;
  count: number;
  viewport: number;
}

/** The height of the scrolled body. */
export const bodyHeight = ({ rowHeight, count }: Geometry): number => Math.min(MOST_PIXELS, rowHeight * count);

export const isScaled = ({ rowHeight, count }: Geometry): boolean => rowHeight * count > MOST_PIXELS;

/** How far the list itself is scrolled when the body is scrolled by `scrollTop`. */
export function offsetOf(geometry: Geometry, scrollTop: number): number {
  if (!isScaled(geometry)) return scrollTop;
  const { rowHeight, count, viewport } = geometry;
  return (scrollTop / (MOST_PIXELS - viewport)) * (rowHeight * count - viewport);
}

/** The other way round: where the body has to be scrolled to. */
export function scrollTopOf(geometry: Geometry, offset: number): number {
  const { rowHeight, count, viewport } = geometry;
  const most = Math.max(0, rowHeight * count - viewport);
  const bounded = Math.max(0, Math.min(most, offset));
  return isScaled(geometry) ? (bounded / most) * (MOST_PIXELS - viewport) : bounded;
}

/** The rows to draw: those in view and some before and after. */
export function rowsInView(geometry: Geometry, offset: number, around = 6): [from: number, to: number] {
  const { rowHeight, count, viewport } = geometry;
  const from = Math.max(0, Math.floor(offset / rowHeight) - around);
  return [Math.min(from, count), Math.min(count, Math.ceil((offset + viewport) / rowHeight) + around)];
}

/** The list's offset that brings a row into view, or the one it has when it is there already. */
export function offsetToShow(geometry: Geometry, offset: number, index: number): number {
  const { rowHeight, viewport } = geometry;
  const top = index * rowHeight;
  if (top < offset) return top;
  if (top + rowHeight > offset + viewport) return top + rowHeight - viewport;
  return offset;
}
