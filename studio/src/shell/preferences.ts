/** What a person prefers on this device: theme, contrast, density, language. Kept in the browser, followed by the page. */
import { useSyncExternalStore } from "react";
import { boot } from "~/boot";

export interface Preferences {
  theme: "auto" | "light" | "dark";
  contrast: "auto" | "more";
  density: "compact" | "cozy" | "comfortable";
  locale: string | null;
  /** Single keys as shortcuts; off for those who type by voice. */
  shortcuts: boolean;
  /** Whether the rail shows names beside its icons. */
  railNames: boolean;
  /** The navigation of modules: its width in pixels, and whether it is out of sight. */
  navWidth: number;
  navHidden: boolean;
  /** Themes of extensions, by the appearance that they are for. */
  palettes?: { light?: string; dark?: string };
}

const KEY = "satchel.preferences";
const DEFAULTS: Preferences = {
  theme: boot.theme,
  contrast: "auto",
  density: "cozy",
  locale: null,
  shortcuts: true,
  railNames: false,
  navWidth: 232,
  navHidden: false,
};

function load(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}

let chosen = load();
/** What the person's profile says, for what was not chosen on this device. */
let profile: Partial<Preferences> = {};
let current: Preferences = { ...DEFAULTS, ...chosen };
const listeners = new Set<() => void>();
const dark = window.matchMedia?.("(prefers-color-scheme: dark)");
const contrast = window.matchMedia?.("(prefers-contrast: more)");

function apply(): void {
  const { dataset } = document.documentElement;
  dataset.theme = current.theme === "auto" ? (dark?.matches ? "dark" : "light") : current.theme;
  dataset.contrast = current.contrast === "more" || contrast?.matches ? "more" : "normal";
  dataset.density = current.density;
}

function follow(): void {
  current = { ...DEFAULTS, ...profile, ...chosen };
  apply();
  for (const listener of listeners) listener();
}

dark?.addEventListener("change", apply);
contrast?.addEventListener("change", apply);

export const preferences = {
  get: () => current,
  apply,
  set(changes: Partial<Preferences>): void {
    chosen = { ...chosen, ...changes };
    localStorage.setItem(KEY, JSON.stringify(chosen));
    follow();
  },
  /** Take what a profile says. */
  ofProfile(values: Partial<Preferences>): void {
    profile = values;
    follow();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** The preferences, followed. */
export const usePreferences = (): Preferences => useSyncExternalStore(preferences.subscribe, preferences.get);
