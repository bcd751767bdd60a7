import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import localesPlugin from "@react-aria/optimize-locales-plugin";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { licences } from "./scripts/licences.ts";
import { LOCALES, PARTS, partOf } from "./src/i18n/parts.ts";

const here = dirname(fileURLToPath(import.meta.url));
/** Where a package's own metadata says none. */
const KNOWN_LICENCES = { "combine-errors": "MIT", "@react-aria/optimize-locales-plugin": "Apache-2.0" };
/**
 * `virtual:messages/LOCALE/PART`: the `messages/LOCALE.json` files below `src` whose rooms belong to that part (see
 * `i18n/parts.ts`), compiled, in a chunk of its own. `virtual:messages`: how to load each.
 */
function messages(): Plugin {
  const name = "virtual:messages";
  const files = (locale: string, part: string) =>
    (readdirSync(join(here, "src"), { recursive: true }) as string[])
      .filter((file) => file.endsWith(`messages/${locale}.json`) && partOf(file) === part)
      .sort()
      .map((file) => join(here, "src", file));
  return {
    name: "satchel-messages",
    resolveId: (id) => (id === name || id.startsWith(`${name}/`) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${name}`)) return undefined;
      const [locale, part] = id.slice(name.length + 2).split("/");
      if (!locale || !part) {
        const loaders = LOCALES.map((one) => {
          const parts = PARTS.map((each) => `${each}: () => import("${name}/${one}/${each}")`);
          return `${one}: { ${parts.join(", ")} }`;
        });
        return `export default { ${loaders.join(", ")} };`;
      }
      const compiled: Record<string, unknown> = {};
      for (const file of files(locale, part)) {
        this.addWatchFile(file);
        for (const [key, text] of Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)) {
          compiled[key] = compileMessage(text);
        }
      }
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled))});`;
    },
  };
}

/** Begins to fetch the font with the page: it is used only where it is there before the first text is painted. */
function preloadFont(): Plugin {
  return {
    name: "satchel-preload-font",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle }) => {
        const font = Object.keys(bundle ?? {}).find((file) => file.endsWith(".woff2"));
        if (!font) return [];
        const attrs = { rel: "preload", as: "font", type: "font/woff2", href: `./${font}`, crossorigin: "" };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
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
    preloadFont(),
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
    // what nearly every chunk needs comes as one, and so do icons: else there are hundreds of crumbs, each packed worse
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "frame", minShareCount: 92 },
            { name: "icons", test: /lucide-react/, minShareCount: 4 },
          ],
        },
      },
    },
  },
  server: {
    // everything that is not the studio's goes to a running server
    proxy: { "^/(?!studio/|src/|node_modules/|@|virtual:|$|index\\.html)": { target: api, ws: true } },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
} as Parameters<typeof defineConfig>[0]);
