/** What a person prefers on this device: theme, contrast, density, language. Kept in the browser, followed by the page. */
import { boot } from "~/boot";

export interface Preferences {
  theme: "auto" | "light" | "dark";
  contrast: "auto" | "more";
  density: "compact" | "cozy" | "comfortable";
  locale: string | null;
  /** Single keys as shortcuts; off for those who type by voice. */
  shortcuts: boolean;
}

const KEY = "satchel.preferences";
const DEFAULTS: Preferences = { theme: boot.theme, contrast: "auto", density: "cozy", locale: null, shortcuts: true };

function load(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

let current = load();
const listeners = new Set<() => void>();
const dark = window.matchMedia?.("(prefers-color-scheme: dark)");
const contrast = window.matchMedia?.("(prefers-contrast: more)");

function apply(): void {
  const { dataset } = document.documentElement;
  dataset.theme = current.theme === "auto" ? (dark?.matches ? "dark" : "light") : current.theme;
  dataset.contrast = current.contrast === "more" || contrast?.matches ? "more" : "normal";
  dataset.density = current.density;
}

dark?.addEventListener("change", apply);
contrast?.addEventListener("change", apply);

export const preferences = {
  get: () => current,
  apply,
  set(changes: Partial<Preferences>): void {
    current = { ...current, ...changes };
    localStorage.setItem(KEY, JSON.stringify(current));
    apply();
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
