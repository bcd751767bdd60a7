/** Saying something in the corner. The corner itself (`Toasts`) is loaded after the page, or when something is said. */
import { errorText } from "~/api/errors";
import { shownNow } from "./later";

export interface Message {
  kind: "success" | "error" | "info";
  text: string;
  detail?: string;
  /** What can be done about it, as "Undo". */
  action?: { text: string; run: () => void };
}

/** Shows a message, and gives what takes it away. */
export type Show = (message: Message) => () => void;

let show: Show | undefined;
let waiting: { message: Message; close?: () => void; closed?: boolean }[] = [];

/** Who shows messages from now on. */
export function showToasts(by: Show): void {
  show = by;
  for (const one of waiting) if (!one.closed) one.close = by(one.message);
  waiting = [];
}

/** Say something. Errors stay until they are closed; the rest goes after some seconds. Gives what takes it away. */
export function toast(message: Message): () => void {
  if (show) return show(message);
  const one: (typeof waiting)[number] = { message };
  waiting.push(one);
  shownNow();
  return () => {
    one.closed = true;
    one.close?.();
  };
}

export const toastError = (error: unknown, text?: string) =>
  toast({ kind: "error", text: text ?? errorText(error), detail: text ? errorText(error) : undefined });
