/** The rows of a list; while others are asked for, those that were there stay. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { WindowSource } from "~/grid/window";
import { type ListQuery, rowsOf } from "./query";

export interface Rows {
  source: WindowSource;
  /** Whether the rows are still those of the list before. */
  waiting: boolean;
}

export function useRows(collection: string, key: string, query: ListQuery): Rows {
  const asked = JSON.stringify([collection, key, query]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` says all that is in the query
  const next = useMemo(() => {
    const made = rowsOf(collection, key, query);
    // asked for before the page is drawn, which takes a while
    made.show(0, 40);
    return made;
  }, [asked]);
  const [shown, setShown] = useState({ source: next, collection });
  const last = useRef(next);
  useEffect(() => {
    if (shown.source === next) return;
    // what has the same rows loads the place that is looked at, another list its beginning
    const ready = () => {
      if (!next.isReady && !next.failure) return;
      setShown({ source: next, collection });
    };
    const stop = next.subscribe(ready);
    ready();
    return stop;
  }, [next, shown.source, collection]);
  useEffect(() => {
    const before = last.current;
    last.current = shown.source;
    if (before !== shown.source) before.close();
  }, [shown.source]);
  useEffect(() => () => last.current.close(), []);
  const current = shown.collection === collection ? shown.source : next;
  return { source: current, waiting: current !== next };
}
