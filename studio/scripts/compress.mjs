// Puts a `.br` and a `.gz` beside every built file that gets smaller by it. The server sends the form a client takes.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const output = join(import.meta.dirname, "../../src/satchel/studio_dist");
const PACKABLE = /\.(js|mjs|css|html|json|svg|txt|wasm|webmanifest)$/;
const LEAST_BYTES = 1024;

for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  // the page is a template, compressed by nobody
  if (!entry.isFile() || !PACKABLE.test(entry.name) || entry.name === "index.html") continue;
  const data = readFileSync(path);
  const forms = {
    br: () =>
      brotliCompressSync(data, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
      }),
    gz: () => gzipSync(data, { level: 9 }),
  };
  for (const [ending, pack] of Object.entries(forms)) {
    const packed = data.length < LEAST_BYTES ? data : pack();
    if (packed.length < data.length) writeFileSync(`${path}.${ending}`, packed);
    else rmSync(`${path}.${ending}`, { force: true });
  }
}
