/** A value with its earlier states: each change can be undone and done again until it is saved. */
import { useState } from "react";

interface States<T> {
  past: T[];
  now: T;
  future: T[];
}

export function useHistory<T>(first: T) {
  const [states, setStates] = useState<States<T>>({ past: [], now: first, future: [] });
  return {
    now: states.now,
    canUndo: states.past.length > 0,
    canRedo: states.future.length > 0,
    set: (make: (now: T) => T) => setStates(({ past, now }) => ({ past: [...past, now], now: make(now), future: [] })),
    undo: () =>
      setStates(({ past, now, future }) => {
        const before = past.at(-1);
        return before === undefined
          ? { past, now, future }
          : { past: past.slice(0, -1), now: before, future: [now, ...future] };
      }),
    redo: () =>
      setStates(({ past, now, future }) => {
        const [next, ...rest] = future;
        return next === undefined ? { past, now, future } : { past: [...past, now], now: next, future: rest };
      }),
  };
}
