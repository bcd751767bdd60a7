/**
 * Keys of the whole page. A shortcut is a key with its modifiers ("mod+k": ⌘ on a Mac, Ctrl elsewhere), or two keys one
 * after the other ("g h"). Keys without a modifier are off inside text fields, menus and dialogs, and where the person
 * switched them off. What a component handled itself (`preventDefault`) is left alone.
 */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { t } from "~/i18n/i18n";
import { preferences } from "./preferences";

export interface Shortcut {
  keys: string;
  /** What it does, for the list of shortcuts. Without it, it isn't listed. */
  text?: string;
  /** The heading it is listed below. */
  group?: string;
  run: () => void;
}

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const known = new Set<Shortcut>();
const listeners = new Set<() => void>();
let listed: Shortcut[] = [];

function changed(): void {
  listed = [...known].filter((one) => one.text);
  for (const listener of listeners) listener();
}

/** Follow a shortcut until the returned function is called. A later one wins over an earlier one of the same keys. */
export function addShortcut(shortcut: Shortcut): () => void {
  known.add(shortcut);
  changed();
  return () => {
    known.delete(shortcut);
    changed();
  };
}

/** A shortcut while the component is there. */
export function useShortcut(
  keys: string,
  run: () => void,
  { text, group, enabled = true }: { text?: string; group?: string; enabled?: boolean } = {},
): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(
    () => (enabled ? addShortcut({ keys, text, group, run: () => latest.current() }) : undefined),
    [keys, text, group, enabled],
  );
}

/** All shortcuts that are listed, as they are now. */
export const useShortcuts = (): Shortcut[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => listed,
  );

const SIGNS: Record<string, [string, string]> = {
  mod: ["⌘", "shell.key.ctrl"],
  shift: ["⇧", "shell.key.shift"],
  alt: ["⌥", "Alt"],
  enter: ["↵", "Enter"],
  up: ["↑", "↑"],
  down: ["↓", "↓"],
};

function signOf(part: string): string {
  const sign = SIGNS[part]?.[mac ? 0 : 1];
  return sign?.startsWith("shell.") ? t(sign) : (sign ?? (part || "+").toUpperCase());
}

/** How the keys are written on this machine: one text per key, one list per stroke. */
export const keyTexts = (keys: string): string[][] =>
  keys.split(" ").map((stroke) => stroke.split("+").map((part) => signOf(part)));

export const keyText = (keys: string): string =>
  keyTexts(keys)
    .map((stroke) => stroke.join(mac ? "" : "+"))
    .join(" ");

/** The name of a stroke as shortcuts are written. Shift stands only beside letters, where it isn't in the sign itself. */
export function strokeOf(event: Pick<KeyboardEvent, "key" | "metaKey" | "ctrlKey" | "altKey" | "shiftKey">): string {
  const key = event.key.toLowerCase().replace("arrow", "");
  const parts: string[] = [];
  if (mac ? event.metaKey : event.ctrlKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && (/^[a-z]$/.test(key) || key.length > 1)) parts.push("shift");
  return [...parts, key].join("+");
}

const TAKES_KEYS =
  "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]:not([contenteditable=false]), " +
  "[role=textbox], [role=menu], [role=listbox], [role=combobox]";
const MODAL = "[role=dialog], [role=alertdialog]";

let first = "";
let firstAt = 0;

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  const stroke = strokeOf(event);
  const single = !/^(mod|alt)\+/.test(stroke);
  if (single) {
    const target = event.target instanceof Element ? event.target : null;
    if (!preferences.get().shortcuts || target?.closest(TAKES_KEYS) || document.querySelector(MODAL)) {
      first = "";
      return;
    }
  }
  const pair = first && Date.now() - firstAt < 1500 ? `${first} ${stroke}` : "";
  const all = [...known].reverse();
  const found = (pair && all.find((one) => one.keys === pair)) || all.find((one) => one.keys === stroke);
  first = "";
  if (found) {
    event.preventDefault();
    found.run();
  } else if (single && all.some((one) => one.keys.startsWith(`${stroke} `))) {
    first = stroke;
    firstAt = Date.now();
  }
}

window.addEventListener("keydown", onKeyDown);
