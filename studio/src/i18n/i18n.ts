/**
 * Words and formats. Each room keeps its messages in `messages/LOCALE.json` (id → ICU text; ids begin with the room's
 * name). `t` is plain: when the language changes, the whole tree is made again.
 */
import { setupI18n } from "@lingui/core";
import { useSyncExternalStore } from "react";

export const LOCALES = ["en", "de", "ar"] as const;
export type Locale = (typeof LOCALES)[number];
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", de: "Deutsch", ar: "العربية" };
const RTL: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);
const CODES: Record<Locale, string> = { en: "en-US", de: "de-DE", ar: "ar-AE" };

type Catalog = () => Promise<{ default: Record<string, string> }>;

const catalogs: Record<Locale, { first: Catalog; rest: Catalog }> = {
  en: { first: () => import("virtual:messages/en"), rest: () => import("virtual:messages/en/rest") },
  de: { first: () => import("virtual:messages/de"), rest: () => import("virtual:messages/de/rest") },
  ar: { first: () => import("virtual:messages/ar"), rest: () => import("virtual:messages/ar/rest") },
};

const i18n = setupI18n();
let current: Locale = "en";
let whole = false;
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

/** Load a language's words and set the page's language and direction. */
export async function activate(wanted: Locale): Promise<void> {
  i18n.load(wanted, (await catalogs[wanted].first()).default);
  if (whole) i18n.load(wanted, (await catalogs[wanted].rest()).default);
  i18n.activate(wanted);
  current = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = direction(wanted);
  for (const listener of listeners) listener();
}

/** The current language, followed: by whoever makes the tree. */
export const useLocale = (): Locale => useSyncExternalStore(follow, locale);

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Load the words of all rooms too, beyond those of log-in, in this and every later language. */
export async function activateWhole(): Promise<void> {
  if (whole) return;
  i18n.load(current, (await catalogs[current].rest()).default);
  i18n.activate(current);
  whole = true;
}

export type Values = Record<string, string | number | Date | null | undefined>;

/** The text of a message in the current language. An unknown id stands for itself, so that it is seen. */
export const t = (id: string, values?: Values): string => i18n._(id, values as Record<string, unknown>);
/** Whether a message exists, for texts that a code of the server may or may not have. */
export const hasMessage = (id: string): boolean => id in i18n.messages;
