import { useEffect, useState } from "react";
import type { Journal } from "~/form/journal";
import { type Draft, drop, keep, leftBehind } from "./drafts";

/** Keeps changes on this device, and offers those of an earlier visit. */
export function useDrafts(journal: Journal, place: string) {
  const [offered, setOffered] = useState<Draft[]>([]);
  useEffect(() => {
    let over = false;
    void leftBehind(place).then((drafts) => !over && setOffered(drafts));
    const end = keep(journal, place);
    return () => {
      over = true;
      end();
    };
  }, [journal, place]);
  const [newest] = offered;
  const done = () => {
    void drop(offered.map((draft) => draft.id));
    setOffered([]);
  };
  return {
    offered: newest ?? null,
    restore: () => {
      if (newest) journal.resume(newest.data);
      done();
    },
    discard: done,
  };
}
