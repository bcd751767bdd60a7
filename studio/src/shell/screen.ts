/** What the screen is like, followed. */
import { useSyncExternalStore } from "react";

const phone = window.matchMedia?.("(max-width: 639.98px)");

/** Narrower than 640 px: the layout of phones. */
export const usePhone = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      phone?.addEventListener("change", listener);
      return () => phone?.removeEventListener("change", listener);
    },
    () => phone?.matches ?? false,
  );

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
