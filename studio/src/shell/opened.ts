/** What lies above the page, and is opened from several places. */
import { useSyncExternalStore } from "react";

export const PALETTE_KEYS = "mod+k";

export type Opened = "palette" | "recent" | "keys" | "notifications" | null;

let opened: Opened = null;
const listeners = new Set<() => void>();

export function openOverlay(what: Opened): void {
  opened = what;
  for (const listener of listeners) listener();
}

export const useOpened = (): Opened =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
