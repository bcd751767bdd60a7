import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import localesPlugin from "@react-aria/optimize-locales-plugin";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { build, defineConfig, mergeConfig, type Plugin, type Rolldown } from "vite";
import type { ViteUserConfig } from "vitest/config";
import { chunksOf, preloads } from "./scripts/chunks.ts";
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

/** What extensions import, at addresses that stay; each by its version. See `sdk/` and, in Python, `studio/page.py`. */
const SDK: Record<string, string> = {
  "sdk/lit-3": "lit",
  "sdk/overlay-1": "src/sdk/overlay.ts",
  "sdk/ui-1": "src/sdk/ui.ts",
};

/**
 * `virtual:icons`: the sprites that stored icons are drawn from, one for each letter that names begin with, as a screen
 * needs few icons. Where nothing is built it is the whole one for every letter.
 */
function icons(): Plugin {
  const name = "virtual:icons";
  let building = false;
  return {
    name: "satchel-icons",
    configResolved: ({ command }) => {
      building = command === "build";
    },
    resolveId: (id) => (id === name ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      const whole = readFileSync(join(here, "node_modules/lucide-static/sprite.svg"), "utf8");
      const byLetter = new Map<string, string[]>();
      for (const [symbol, letter = ""] of whole.matchAll(/<symbol id="(.)[\s\S]*?<\/symbol>/g)) {
        byLetter.set(letter, [...(byLetter.get(letter) ?? []), symbol.replace(/>\s+</g, "><")]);
      }
      const places = [...byLetter].map(([letter, symbols]) => {
        if (!building) return `${letter}: whole`;
        const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>`;
        const file = this.emitFile({ type: "asset", name: `icons-${letter}.svg`, source });
        return `${letter}: import.meta.ROLLUP_FILE_URL_${file}`;
      });
      const first = building ? "" : 'import whole from "lucide-static/sprite.svg?url";\n';
      return `${first}export default { ${places.join(", ")} };`;
    },
  };
}

/** `sdk/axe.js`: what `satchel ext test` judges by; no page loads it. Its licence stands in it. */
function axe(): Plugin {
  const fileName = "sdk/axe.js";
  return {
    name: "satchel-axe",
    apply: "build",
    generateBundle() {
      const source = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
      this.emitFile({ type: "asset", fileName, source });
    },
  };
}

/** Where the server writes what it knows. */
const MARKER = "<!--satchel:boot-->";

/** Puts `early.ts` into the page, ready to run, with the nonce that the server gives each answer. */
function earlyScript(): Plugin {
  return {
    name: "satchel-early-script",
    transformIndexHtml: {
      order: "post",
      handler: async (html) => {
        const lib = { entry: join(here, "src/early.ts"), formats: ["iife" as const], name: "early" };
        const made = await build({
          configFile: false,
          logLevel: "silent",
          resolve: config.resolve,
          build: { target: config.build?.target, write: false, lib },
        });
        const [{ output }] = made as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
        const code = output[0].code.trim().replaceAll("</script", "<\\/script");
        return html.replace(MARKER, () => `${MARKER}<script nonce="__NONCE__">${code}</script>`);
      },
    },
  };
}

/**
 * Names the font in the page, for `early.ts` to have it fetched: it is used only where it is there before the first text
 * is painted. Nothing that the page can't do without waits for it.
 */
function nameFont(): Plugin {
  return {
    name: "satchel-font",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle }) => {
        const font = Object.keys(bundle ?? {}).find((file) => file.endsWith(".woff2"));
        if (!font) return html;
        const link = `<link data-font as="font" type="font/woff2" fetchpriority="low" crossorigin href="./${font}" />`;
        return html.replace(MARKER, () => `${link}\n    ${MARKER}`);
      },
    },
  };
}

const api = process.env.SATCHEL_URL ?? "http://127.0.0.1:8090";

const config: ViteUserConfig = {
  base: "./",
  resolve: { alias: { "~": join(here, "src") } },
  plugins: [
    react(),
    tailwind(),
    messages(),
    icons(),
    nameFont(),
    axe(),
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
    rolldownOptions: {
      input: { index: join(here, "index.html"), ...SDK },
      // the page's own entry has nothing that anybody imports
      preserveEntrySignatures: "exports-only",
      output: { entryFileNames: ({ name }) => (name in SDK ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  server: {
    // everything that is not the studio's goes to a running server
    proxy: { "^/(?!studio/|src/|node_modules/|@|virtual:|$|index\\.html)": { target: api, ws: true } },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
};

export default defineConfig(async ({ command, mode }) => {
  if (command !== "build" || mode === "test") return config;
  const source = join(here, "src");
  const groups: Rolldown.CodeSplittingGroup[] = (await chunksOf(config, source)).map(({ name, ids }, place) => ({
    name,
    test: (id: string) => ids.has(id),
    priority: 100 - place,
  }));
  // else there are dozens of crumbs of a few hundred bytes
  groups.push({ name: "icons", test: (id) => id.includes("/lucide-react/"), minShareCount: 4 });
  return mergeConfig(config, {
    plugins: [preloads(source), earlyScript()],
    build: { rolldownOptions: { output: { codeSplitting: { groups } } } },
  });
});
