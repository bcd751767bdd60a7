// A part of the build: writes LICENSES.txt, every package that is in the build with the text of its licence. Fails where
// a licence is not among those that may be handed on like this.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const MODULES = join(import.meta.dirname, "../node_modules");
// MPL-2.0: files are used as they are
const ALLOWED = [
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "OFL-1.1",
  "MPL-2.0",
  "Unlicense",
  "BlueOak-1.0.0",
];
const TEXT = /^(licen[cs]e|copying|notice)(\.|-|$)/i;
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Whether an SPDX expression can be met by what is allowed. */
function allowed(expression: string): boolean {
  return expression
    .replace(/[()]/g, "")
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((name) => ALLOWED.includes(name.trim())));
}

/** The packages, by folder, of these files. */
function packagesOf(files: Iterable<string>): [folder: string, name: string][] {
  const found = new Map<string, string>();
  for (const file of files) {
    const match = PACKAGE.exec(file.replaceAll("\\", "/"));
    if (match?.[1]) found.set(match[0], match[1]);
  }
  return [...found].sort(([, a], [, b]) => (a < b ? -1 : 1));
}

/** `known`: licences of packages that say it elsewhere than in their package.json. */
export function licences(known: Record<string, string> = {}): Plugin {
  return {
    name: "satchel-licences",
    apply: "build",
    generateBundle() {
      const parts: string[] = [];
      // fonts come by way of style sheets, and sprites are cut out of a file: neither names modules
      for (const [folder, name] of packagesOf([
        ...this.getModuleIds(),
        join(MODULES, "@fontsource-variable/inter/index.css"),
        join(MODULES, "lucide-static/sprite.svg"),
      ])) {
        const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const licence = about.license?.type ?? about.license ?? known[name] ?? "none";
        if (!allowed(licence)) this.error(`${name} ${about.version} may not be part of the studio: ${licence}`);
        const texts = readdirSync(folder)
          .filter((file) => TEXT.test(file))
          .sort()
          .map((file) => readFileSync(join(folder, file), "utf8").trim());
        parts.push([`${name} ${about.version} (${licence})`, ...texts].join("\n\n"));
      }
      const source = `${["The studio is made with these packages.", ...parts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source });
    },
  };
}
