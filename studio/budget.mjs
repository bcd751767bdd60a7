// Weights of what the browser must load first, against their budgets: an entry with all that it imports statically, as
// gzip level 9 makes it. Run after a build; fails where a budget is exceeded.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

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

const SHELL = ["index.html", "virtual:messages/en/first"];
/** What every page for somebody who is signed in has besides. */
const FRAME = [...SHELL, "shell/Shell.tsx", "virtual:messages/en/rest"];
// the aim is 260 for the list and the form of an item; until then they may not grow
const BUDGETS = [
  ["shell: log-in", 200, () => javascript(...SHELL, "auth/LoginPage.tsx")],
  ["schema: collections", 295, () => javascript(...FRAME, "virtual:messages/en/admin", "schema/SchemaPage.tsx")],
  ["shell: home", 230, () => javascript(...FRAME, "home/HomePage.tsx")],
  ["content list", 270, () => javascript(...FRAME, "content/ListPage.tsx", "layouts/tabular/Component.tsx")],
  [
    "item form",
    270,
    () => javascript(...FRAME, "virtual:messages/en/item", "item/ItemPage.tsx", "interfaces/input/Component.tsx"),
  ],
  ["CSS, first load", 30, () => css(...SHELL)],
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
