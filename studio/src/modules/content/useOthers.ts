/** What others change in a list: changed rows are read again and marked, new ones wait until they are asked for. */
import { useEffect, useRef } from "react";
import { type News, useLive } from "~/api/realtime";
import type { Item, Key } from "~/api/types";
import type { WindowSource } from "~/grid/window";

const PAUSE = 400;

/** Rows must not move below a cell that is being edited. */
const isEditing = () =>
  !!document.activeElement?.closest("[data-grid] [role=gridcell] :is(input:not([type=checkbox]), textarea, button)");

export function useOthers(collection: string, key: string, source: WindowSource): News {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(source);
  latest.current = source;
  const refresh = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (isEditing() ? refresh() : latest.current.refresh()), PAUSE);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return useLive(
    collection,
    (change) => {
      const here = (keys: Key[]) => keys.some((one) => latest.current.indexOf(one) !== undefined);
      if (change.event === "update" && here(change.rows.map((row: Item) => row[key] as Key))) refresh();
      else if (change.event === "delete" && here(change.keys)) refresh();
      else if (change.event === "missed") refresh();
    },
    { query: { fields: [key] } },
  );
}
