import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const sprite = readFileSync(join(root, "../node_modules/lucide-static/sprite.svg"), "utf8");
const known = new Set([...sprite.matchAll(/<symbol id="([^"]+)"/g)].map((match) => match[1]));

test("every icon that is named in the source is there", () => {
  const material = /const MATERIAL[^=]*= \{([^}]*)\}/.exec(readFileSync(join(root, "kit/Icon.tsx"), "utf8"))?.[1] ?? "";
  const pairs = new Map([...material.matchAll(/(\w+): "([^"]+)"/g)].map((match) => [match[1], match[2]]));
  const named = (readdirSync(root, { recursive: true }) as string[])
    .filter((file) => /(?:interfaces|displays|layouts)\/[^/]+\/index\.ts$/.test(file))
    .map((file) => /icon: "([^"]+)"/.exec(readFileSync(join(root, file), "utf8"))?.[1] ?? "");
  expect(named.length).toBeGreaterThan(30);
  const wanted = [...pairs.values(), ...named.map((name) => pairs.get(name) ?? name.replaceAll("_", "-"))];
  expect(wanted.filter((name) => name && !known.has(name))).toEqual([]);
});
