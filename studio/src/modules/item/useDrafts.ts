import { useEffect, useState } from "react";
import type { Journal } from "~/form/journal";
import { type Draft, drop, type Kept, keep, leftBehind, setSent } from "./drafts";

/** Keeps changes on this device, and offers those of an earlier visit. `kept`: what the server keeps of them. */
export function useDrafts(journal: Journal, place: string, kept?: Kept & { adopt: (version: string) => void }) {
  const [offered, setOffered] = useState<Draft[]>([]);
  useEffect(() => {
    let over = false;
    void leftBehind(place).then((drafts) => !over && setOffered(drafts));
    const end = keep(journal, place, kept);
    return () => {
      over = true;
      end();
    };
  }, [journal, place, kept]);
  const [newest] = offered;
  const done = () => {
    void drop(offered.map((draft) => draft.id));
    setOffered([]);
  };
  return {
    offered: newest ?? null,
    restore: () => {
      if (newest?.version) kept?.adopt(newest.version);
      if (newest) {
        setSent(journal, newest.sent);
        journal.resume(newest.data);
      }
      done();
    },
    discard: done,
  };
}
