// Weights of what the browser must load first, against their budgets: an entry with all that it imports statically, as
// gzip level 9 makes it. Run after a build; fails where a budget is exceeded.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const PAGES = JSON.parse(readFileSync(join(import.meta.dirname, "pages.json"), "utf8"));
const dist = join(import.meta.dirname, "../src/satchel/studio_dist");
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const weight = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1000;

/** Chunks, by manifest key, that come with an entry; `with` are the lazy ones that its first screen needs too. */
function closure(...entries) {
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const next of manifest[key]?.imports ?? []) visit(next);
  };
  for (const entry of entries) {
    const key = Object.keys(manifest).find((name) => name === entry || name.endsWith(entry));
    if (!key) throw new Error(`${entry} is not in the manifest`);
    visit(key);
  }
  return [...seen];
}

const javascript = (...entries) => closure(...entries).reduce((sum, key) => sum + weight(manifest[key].file), 0);
const css = (...entries) =>
  [...new Set(closure(...entries).flatMap((key) => manifest[key].css ?? []))].reduce(
    (sum, file) => sum + weight(file),
    0,
  );

const fonts = (...entries) =>
  [...new Set(closure(...entries).flatMap((key) => manifest[key].assets ?? []))]
    .filter((file) => file.endsWith(".woff2"))
    .reduce((sum, file) => sum + readFileSync(join(dist, file)).length / 1000, 0);

const FIRST = ["index.html", "virtual:messages/en/first"];
const words = (parts) => parts.map((part) => `virtual:messages/en/${part}`);
const BUDGETS = [
  ...PAGES.map((page) => [page.name, page.budget, () => javascript(...FIRST, ...words(page.words), ...page.modules)]),
  ["CSS, first load", 30, () => css(...FIRST)],
  ["fonts, first load", 50, () => fonts(...FIRST)],
];

let failed = false;
for (const [name, budget, measure] of BUDGETS) {
  const kilobytes = measure();
  const over = kilobytes > budget;
  failed ||= over;
  process.stdout.write(
    `${over ? "OVER " : "     "}${name.padEnd(28)}${kilobytes.toFixed(1).padStart(8)} of ${budget} KB\n`,
  );
}
process.exit(failed ? 1 : 0);
