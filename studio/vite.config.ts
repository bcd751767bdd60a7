import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import localesPlugin from "@react-aria/optimize-locales-plugin";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { licences } from "./scripts/licences.ts";

const here = dirname(fileURLToPath(import.meta.url));
/** Where a package's own metadata says none. */
const KNOWN_LICENCES = { "combine-errors": "MIT", "@react-aria/optimize-locales-plugin": "Apache-2.0" };
const LOCALES = ["en", "de", "ar"];

/** The rooms whose words log-in needs. */
const FIRST = /^(shell|modules\/auth)\/messages\/|^messages\//;

/**
 * `virtual:messages/LOCALE`: what log-in needs of the `messages/LOCALE.json` files below `src`, compiled, in one chunk
 * per language; `virtual:messages/LOCALE/rest`: all others.
 */
function messages(): Plugin {
  const prefix = "virtual:messages/";
  const files = (locale: string, rest: boolean) =>
    (readdirSync(join(here, "src"), { recursive: true }) as string[])
      .filter((name) => name.endsWith(`messages/${locale}.json`) && FIRST.test(name) !== rest)
      .sort()
      .map((name) => join(here, "src", name));
  return {
    name: "satchel-messages",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [locale = "", rest] = id.slice(prefix.length + 1).split("/");
      const compiled: Record<string, unknown> = {};
      for (const file of files(locale, rest === "rest")) {
        this.addWatchFile(file);
        for (const [key, text] of Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)) {
          compiled[key] = compileMessage(text);
        }
      }
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled))});`;
    },
  };
}

const api = process.env.SATCHEL_URL ?? "http://127.0.0.1:8090";

export default defineConfig({
  base: "./",
  resolve: { alias: { "~": join(here, "src") } },
  plugins: [
    react(),
    tailwind(),
    messages(),
    licences(KNOWN_LICENCES),
    { ...localesPlugin.vite({ locales: ["en-US", "de-DE", "ar-AE"] }), enforce: "pre" },
  ],
  build: {
    outDir: "../src/satchel/studio_dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
  },
  server: {
    // everything that is not the studio's goes to a running server
    proxy: { "^/(?!studio/|src/|node_modules/|@|virtual:|$|index\\.html)": { target: api, ws: true } },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
  define: { __LOCALES__: JSON.stringify(LOCALES) },
} as Parameters<typeof defineConfig>[0]);
