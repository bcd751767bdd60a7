/** What the screen is like, followed. */
import { useSyncExternalStore } from "react";

/** A hook that follows a question about the screen. */
function media(query: string): () => boolean {
  const list = window.matchMedia?.(query);
  const follow = (listener: () => void) => {
    list?.addEventListener("change", listener);
    return () => list?.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(follow, () => list?.matches ?? false);
}

/** Narrower than 640 px: the layout of phones. */
export const usePhone = media("(max-width: 639.98px)");

/** Narrower than 900 px, as tablets and zoomed pages are: no room for a page with two navigations beside it. */
export const useNarrow = media("(max-width: 899.98px)");

function followOnline(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether the device says that it has a network. */
export const useOnline = (): boolean => useSyncExternalStore(followOnline, () => navigator.onLine);
