/**
 * Which modules come together in a file, and which files a page needs. What the pages in `pages.json` need for their
 * first paint comes in few files, each needed by the page as a whole: a browser that waits for dozens of crumbs waits
 * longer, and crumbs are packed worse.
 *
 * `pages.json`: each page's name, its budget in KB (`budget.mjs`), its path below the studio as a pattern (`at`), its
 * name in those of chunks (`own`: whether what no other page needs is a chunk too), the modules that it is drawn with
 * first, and the parts of the messages.
 */
import { join } from "node:path";
import { build, type InlineConfig, type Plugin, type Rolldown } from "vite";
import PAGES from "../pages.json" with { type: "json" };
import { LOCALES } from "../src/i18n/parts.ts";

type Output = Pick<Rolldown.OutputChunk, "fileName" | "imports" | "moduleIds" | "facadeModuleId" | "code">;
/** Characters, before they are minified, that are not worth a file of their own. */
const CRUMB = 6000;

export interface Chunk {
  name: string;
  /** Ids of its modules. */
  ids: ReadonlySet<string>;
}

/** The chunks that hold some modules, with all that they import statically. */
function closure(output: readonly Output[], modules: readonly string[]): Output[] {
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const rest = output.filter((chunk) =>
    [chunk.facadeModuleId, ...(chunk.moduleIds ?? [])].some((id) => id && modules.includes(id)),
  );
  const seen = new Set(rest);
  for (let chunk = rest.pop(); chunk; chunk = rest.pop()) {
    for (const name of chunk.imports) {
      const next = chunks.get(name);
      if (!next || seen.has(next)) continue;
      seen.add(next);
      rest.push(next);
    }
  }
  return [...seen];
}

/**
 * The chunks, the first needed ones first; what is in none is split as its importers ask. A build with `config` that
 * nobody sees says what is left of each page when unused code is gone. `source`: the folder `src`.
 */
export async function chunksOf(config: InlineConfig, source: string): Promise<Chunk[]> {
  const options = { ...config.build, write: false, minify: false, manifest: false };
  const made = await build({ ...config, configFile: false, logLevel: "silent", build: options });
  const { output } = made as { output: Rolldown.OutputChunk[] };
  const needed = (...modules: string[]): string[] =>
    closure(
      output,
      modules.map((module) => join(source, module)),
    ).flatMap((chunk) => chunk.moduleIds);
  const sizes = new Map(
    output.flatMap(({ modules }) =>
      Object.entries(modules ?? {}).map(([id, { renderedLength }]) => [id, renderedLength]),
    ),
  );
  const chunks = new Map<string, Set<string>>();
  const taken = new Set<string>([join(source, "main.tsx"), join(source, "../index.html")]);
  const put = (name: string, id: string) => {
    if (taken.has(id) || id.startsWith("\0virtual:messages/")) return;
    taken.add(id);
    chunks.set(name, (chunks.get(name) ?? new Set()).add(id));
  };
  for (const id of needed("main.tsx")) put("start", id);
  for (const id of needed("shell/Shell.tsx")) put("frame", id);
  // what the same pages need comes together; what most need first, as a chunk takes along what its modules need
  const pages = PAGES.map((page) => ({ ...page, ids: new Set(needed(...page.modules)) }));
  const shared = [...new Set(pages.flatMap((page) => [...page.ids]))].map((id) => ({
    id,
    by: pages.filter((page) => page.ids.has(id)),
  }));
  const sets = new Map<string, string[]>();
  for (const { id, by } of shared.sort((a, b) => b.by.length - a.by.length)) {
    if (taken.has(id) || (by.length === 1 && !by[0]?.own)) continue;
    const name = by.map((page) => page.chunk).join("-");
    sets.set(name, [...(sets.get(name) ?? []), id]);
  }
  const every = PAGES.map((page) => page.chunk).join("-");
  for (const [name, ids] of sets) {
    const size = ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
    // a crumb that several pages need comes with what they all need; what it needs itself comes along
    const whole =
      size >= CRUMB || !name.includes("-")
        ? name
        : name === every
          ? "start"
          : name.startsWith("login")
            ? name
            : "frame";
    for (const id of ids) put(whole, id);
  }
  for (const id of needed("kit/floating.tsx")) put("floating", id);
  for (const id of needed("kit/fields.tsx")) put("fields", id);
  return [...chunks].map(([name, ids]) => ({ name, ids }));
}

/**
 * `.vite/preload.json`: for each page, beside what every page has, the files that the server names in the page, so that
 * they are all asked for at once. A list of `{at, files, words}`;
 * `words`: files by language.
 */
export function preloads(source: string): Plugin {
  return {
    name: "satchel-preloads",
    generateBundle(_options, bundle) {
      const output = Object.values(bundle).filter((one): one is Rolldown.OutputChunk => one.type === "chunk");
      const first = new Set(closure(output, [join(source, "main.tsx")]).map((chunk) => chunk.fileName));
      const words = (locale: string, parts: readonly string[]) =>
        output
          .filter((chunk) => parts.some((part) => chunk.moduleIds.includes(`\0virtual:messages/${locale}/${part}`)))
          .map((chunk) => chunk.fileName);
      const pages = PAGES.map(({ at, modules, words: parts }) => ({
        at,
        files: closure(
          output,
          modules.map((module) => join(source, module)),
        )
          .filter((chunk) => !first.has(chunk.fileName))
          // what takes longest begins first
          .sort((a, b) => b.code.length - a.code.length)
          .map((chunk) => chunk.fileName),
        words: Object.fromEntries(LOCALES.map((locale) => [locale, words(locale, ["first", ...parts])])),
      }));
      this.emitFile({ type: "asset", fileName: ".vite/preload.json", source: JSON.stringify(pages) });
    },
  };
}
