/**
 * Words and formats. Each room keeps its messages in `messages/LOCALE.json` (id → ICU text; ids begin with the room's
 * name). `t` is plain: when the language changes, the whole tree is made again.
 */

import catalogs from "virtual:messages";
import { setupI18n } from "@lingui/core";
import { useSyncExternalStore } from "react";
import { LOCALES, type Part } from "./parts";

export type Locale = (typeof LOCALES)[number];
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", de: "Deutsch", ar: "العربية" };
const RTL: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);
const CODES: Record<Locale, string> = { en: "en-US", de: "de-DE", ar: "ar-AE" };

const i18n = setupI18n();
let current: Locale = "en";
const loaded = new Set<Part>(["first"]);
const listeners = new Set<() => void>();

/** The language code that `Intl` and React Aria take. */
export const languageCode = (): string => CODES[current];
export const locale = (): Locale => current;
export const direction = (code: string = current): "ltr" | "rtl" => (RTL.has(code.split("-")[0] ?? "") ? "rtl" : "ltr");

/** The best of our languages for what a person or browser asks for. */
export function matchLocale(...wanted: (string | null | undefined)[]): Locale {
  for (const code of wanted) {
    const language = code?.toLowerCase().split("-")[0];
    const found = LOCALES.find((known) => known === language);
    if (found) return found;
  }
  return "en";
}

/** Load a language's words, of all parts that are there by now and of `more`, and set the page's language and direction. */
export async function activate(wanted: Locale, more: readonly Part[] = []): Promise<void> {
  for (const part of more) loaded.add(part);
  await Promise.all([...loaded].map((part) => load(wanted, part)));
  i18n.activate(wanted);
  current = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = direction(wanted);
  for (const listener of listeners) listener();
}

async function load(wanted: Locale, part: Part): Promise<void> {
  i18n.load(wanted, (await catalogs[wanted][part]()).default);
}

/** The current language, followed: by whoever makes the tree. */
export const useLocale = (): Locale => useSyncExternalStore(follow, locale);

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Load the words of a part too, in this and every later language. */
export async function loadWords(part: Part): Promise<void> {
  if (loaded.has(part)) return;
  await load(current, part);
  loaded.add(part);
  // what is drawn by now hears of it by being drawn again with what asked for the words
  i18n.activate(current);
}

/** Load what everybody who is signed in may need. */
export const activateWhole = (): Promise<void> => loadWords("rest");

export type Values = Record<string, string | number | Date | null | undefined>;

/** The text of a message in the current language. An unknown id stands for itself, so that it is seen. */
export const t = (id: string, values?: Values): string => i18n._(id, values as Record<string, unknown>);
/** Whether a message exists, for texts that a code of the server may or may not have. */
export const hasMessage = (id: string): boolean => id in i18n.messages;
