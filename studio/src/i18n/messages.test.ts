import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { expect, test } from "vitest";
import { LOCALES, partOf } from "./parts";

const root = join(import.meta.dirname, "..");
const files = (readdirSync(root, { recursive: true }) as string[]).sort();
const read = (name: string) => readFileSync(join(root, name), "utf8");

function idsOf(locale: string): Map<string, string> {
  const ids = new Map<string, string>();
  for (const name of files.filter((file) => file.endsWith(`messages/${locale}.json`))) {
    for (const [id, text] of Object.entries(JSON.parse(read(name)) as Record<string, string>)) {
      expect(ids.has(id), `${id} stands twice in ${locale}`).toBe(false);
      ids.set(id, text);
    }
  }
  return ids;
}

test.each(LOCALES)("%s has every message, with the same values in it", (locale) => {
  const english = idsOf("en");
  const other = idsOf(locale);
  expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
  const valuesOf = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();
  for (const [id, text] of other) {
    expect(text.trim(), id).not.toBe("");
    compileMessage(text);
    if (!/plural|select/.test(text)) expect(valuesOf(text), `${locale} ${id}`).toEqual(valuesOf(english.get(id) ?? ""));
  }
});

test("every message that the source names exists, and every message is named", () => {
  const english = idsOf("en");
  const source = files.filter((file) => /\.tsx?$/.test(file) && !file.includes(".test.")).map(read);
  const all = source.join("\n");
  const missing = [...all.matchAll(/\bt\(\s*"([a-z_]+\.[\w.]+)"/g)]
    .map((match) => match[1] ?? "")
    .filter((id) => !english.has(id));
  expect(missing).toEqual([]);
  // ids that are put together (`app.error.${code}`) begin with a literal that ends in a dot
  const prefixes = [...all.matchAll(/`([a-z_]+\.[\w.]*)\$\{/g)].map((match) => match[1] ?? "");
  const unused = [...english.keys()].filter(
    (id) => !all.includes(`"${id}"`) && !prefixes.some((prefix) => id.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});

/** Where a file may get its words from: a room's own part, and what is there before. */
test("words are named only where they are loaded", () => {
  const parts = new Map<string, string>();
  for (const name of files.filter((file) => file.endsWith("messages/en.json"))) {
    for (const id of Object.keys(JSON.parse(read(name)) as object)) parts.set(id, partOf(name));
  }
  const wrong: string[] = [];
  for (const name of files.filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))) {
    const source = read(name);
    const own = partOf(`${/^modules\/[^/]+|^[^/]+(?=\/)|^/.exec(name)?.[0]}/messages/en.json`);
    const loaded = /from "~\/i18n\/words\/(\w+)"/.exec(source)?.[1] ?? (own === "first" ? "first" : "rest");
    for (const [, id = ""] of source.matchAll(/\bt\(\s*"([a-z_]+\.[\w.]+)"/g)) {
      const part = parts.get(id);
      if (part && part !== "first" && part !== "rest" && part !== loaded) wrong.push(`${name}: ${id} (${part})`);
      if (part === "rest" && loaded === "first") wrong.push(`${name}: ${id} (${part})`);
    }
  }
  expect(wrong).toEqual([]);
});

test("German has one word for policies", () => {
  expect([...idsOf("de")].filter(([, text]) => /Richtlinie/.test(text))).toEqual([]);
});
