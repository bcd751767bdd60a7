/** Themes of extensions: tokens instead of the studio's own, where they can be read. */
import { preferences } from "~/shell/preferences";
import { type ThemeContribution, themes } from "./contributions";

/** What has to be legible on what, and how well (WCAG 2.2 AA). */
const PAIRS: [string, string, number][] = [
  ["--st-fg", "--st-bg", 4.5],
  ["--st-fg", "--st-surface", 4.5],
  ["--st-fg", "--st-raised", 4.5],
  ["--st-fg-2", "--st-bg", 4.5],
  ["--st-fg-2", "--st-surface", 4.5],
  ["--st-fg-2", "--st-sunken", 4.5],
  ["--st-fg-3", "--st-surface", 4.5],
  ["--st-on-accent", "--st-accent", 4.5],
  ["--st-accent-strong", "--st-selected", 4.5],
  ["--st-accent", "--st-surface", 3],
  ["--st-line-strong", "--st-surface", 3],
];

export interface Weak {
  pair: string;
  ratio: number;
  wanted: number;
}

const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** The ratio of two colours, each as red, green and blue from 0 to 255. */
export function contrast(a: readonly number[], b: readonly number[]): number {
  const [light, dark] = [a, b]
    .map(
      ([red = 0, green = 0, blue = 0]) =>
        0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255),
    )
    .sort((one, other) => other - one) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The pairs that can't be read well enough with a theme's tokens. */
export function weakPairs(theme: ThemeContribution): Weak[] {
  const probe = document.createElement("div");
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!canvas) return [];
  // where motion is reduced, everything has a very short transition, and would still have its colour of before
  probe.style.setProperty("transition-property", "none", "important");
  document.body.append(probe);
  const before = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = theme.appearance;
  try {
    for (const [name, value] of Object.entries(theme.tokens))
      document.documentElement.style.setProperty(name, String(value));
    const pixel = (token: string) => {
      probe.style.color = `var(${token})`;
      canvas.fillStyle = getComputedStyle(probe).color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    return PAIRS.flatMap(([text, ground, wanted]) => {
      const ratio = contrast(pixel(text), pixel(ground));
      return ratio < wanted ? [{ pair: `${text} / ${ground}`, ratio, wanted }] : [];
    });
  } finally {
    document.documentElement.dataset.theme = before;
    for (const name of Object.keys(theme.tokens)) document.documentElement.style.removeProperty(name);
    probe.remove();
    applyTheme();
  }
}

let applied: string[] = [];

/** Put the tokens of the chosen theme on the page, or take them away. High contrast goes before themes. */
export function applyTheme(): void {
  const { style, dataset } = document.documentElement;
  for (const theme of themes.all()) for (const name of Object.keys(theme.tokens)) applied.push(name);
  for (const name of applied) style.removeProperty(name);
  applied = [];
  const chosen = themes.get(preferences.get().palettes?.[dataset.theme as "light" | "dark"]);
  if (!chosen || chosen.appearance !== dataset.theme || dataset.contrast === "more") return;
  for (const [name, value] of Object.entries(chosen.tokens)) style.setProperty(name, String(value));
}

/** Follow the person's choice and the page's appearance. */
export function followThemes(): void {
  applyTheme();
  preferences.subscribe(applyTheme);
  new MutationObserver(applyTheme).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "data-contrast"],
  });
}
