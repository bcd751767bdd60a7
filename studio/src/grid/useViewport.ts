/** What of a long list is in view: which rows, which columns, and how to bring others there. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { bodyHeight, type Geometry, isScaled, offsetOf, offsetToShow, rowsInView, scrollTopOf } from "./scroll";

const readRowHeight = () =>
  Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--st-row")) || 36;

/** The height of rows, as the tokens have it for the chosen density. */
export function useRowHeight(): number {
  const [height, setHeight] = useState(readRowHeight);
  useEffect(() => {
    const observer = new MutationObserver(() => setHeight(readRowHeight()));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-density"] });
    return () => observer.disconnect();
  }, []);
  return height;
}

export interface Viewport {
  from: number;
  to: number;
  /** Where row `from` stands in the body. */
  top: number;
  /** Whether the scroll bar stands for the list in a smaller scale, so that rows are moved while it is scrolled. */
  scaled: boolean;
  /** How far it is scrolled to the side. */
  left: number;
  width: number;
  height: number;
  bodyHeight: number;
  /** Rows that fit. */
  page: number;
  showRow: (index: number) => void;
}

/** What was measured last: the next grid most likely has the same size, and need not be drawn twice. */
let lastSize = { width: 1200, height: 700 };

export function useViewport(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  headerHeight: number,
): Viewport {
  const [size, setSize] = useState(lastSize);
  const geometry = useMemo<Geometry>(
    () => ({ rowHeight, count, viewport: Math.max(rowHeight, size.height - headerHeight) }),
    [rowHeight, count, size.height, headerHeight],
  );
  const [place, setPlace] = useState({ offset: 0, left: 0 });
  const offset = useRef(0);
  // what was set by hand in scaled mode, so that its scroll event does not round it away
  const set = useRef<number | null>(null);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width !== lastSize.width || height !== lastSize.height) lastSize = { width, height };
      setSize(lastSize);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const follow = () => {
      if (set.current !== null && Math.abs(set.current - element.scrollTop) < 1) set.current = null;
      else offset.current = offsetOf(geometry, element.scrollTop);
      const left = Math.abs(element.scrollLeft);
      setPlace((before) => {
        const same =
          !isScaled(geometry) &&
          rowsInView(geometry, before.offset)[0] === rowsInView(geometry, offset.current)[0] &&
          rowsInView(geometry, before.offset)[1] === rowsInView(geometry, offset.current)[1] &&
          Math.abs(before.left - left) < 40 &&
          (left === 0) === (before.left === 0);
        return same ? before : { offset: offset.current, left };
      });
    };
    const wheel = (event: WheelEvent) => {
      // in scale, a turn of the wheel moves as far as it does elsewhere
      if (event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const most = geometry.count * geometry.rowHeight - geometry.viewport;
      const step = event.deltaMode === 1 ? event.deltaY * geometry.rowHeight : event.deltaY;
      offset.current = Math.max(0, Math.min(most, offset.current + step));
      set.current = scrollTopOf(geometry, offset.current);
      element.scrollTop = set.current;
      set.current = element.scrollTop;
      setPlace((before) => ({ ...before, offset: offset.current }));
    };
    element.addEventListener("scroll", follow, { passive: true });
    // where it is not needed it would only keep the browser from scrolling before it was asked
    if (isScaled(geometry)) element.addEventListener("wheel", wheel, { passive: false });
    follow();
    return () => {
      element.removeEventListener("scroll", follow);
      element.removeEventListener("wheel", wheel);
    };
  }, [scroller, geometry]);

  const showRow = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (!element) return;
      const now = isScaled(geometry) ? offset.current : element.scrollTop;
      const next = offsetToShow(geometry, now, index);
      if (next === now) return;
      offset.current = next;
      element.scrollTop = scrollTopOf(geometry, next);
      set.current = isScaled(geometry) ? element.scrollTop : null;
      setPlace((before) => ({ ...before, offset: next }));
    },
    [scroller, geometry],
  );

  const [from, to] = rowsInView(geometry, place.offset);
  const scrolled = isScaled(geometry) ? scrollTopOf(geometry, place.offset) - place.offset : 0;
  return {
    from,
    to,
    top: from * rowHeight + scrolled,
    scaled: isScaled(geometry),
    left: place.left,
    width: size.width,
    height: size.height,
    bodyHeight: bodyHeight(geometry),
    page: Math.max(1, Math.floor(geometry.viewport / rowHeight) - 1),
    showRow,
  };
}
