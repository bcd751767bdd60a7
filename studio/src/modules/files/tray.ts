/**
 * Uploads under way: they go on while the person walks through the studio, two at a time, and what failed stays until it
 * is tried again or taken away. A large file that was broken off goes on where it was when it is chosen again.
 */
import { queryClient } from "~/api/queries";
import { uploadFile } from "~/interfaces/upload";

export interface Upload {
  id: number;
  file: File;
  folder: string | null;
  state: "waiting" | "running" | "done" | "failed";
  part: number;
  error?: unknown;
  /** The stored file's id. */
  stored?: string;
}

const AT_ONCE = 2;

let uploads: Upload[] = [];
let last = 0;
const listeners = new Set<() => void>();
const stops = new Map<number, AbortController>();

function set(changed: Upload[]): void {
  uploads = changed;
  for (const listener of listeners) listener();
}

const change = (id: number, changes: Partial<Upload>) =>
  set(uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));

export const tray = {
  get: () => uploads,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  add(files: readonly File[], folder: string | null): void {
    set([...uploads, ...files.map((file): Upload => ({ id: ++last, file, folder, state: "waiting", part: 0 }))]);
    next();
  },
  again(id: number): void {
    change(id, { state: "waiting", part: 0, error: undefined });
    next();
  },
  /** Stop an upload, or take an ended one away. */
  drop(id: number): void {
    stops.get(id)?.abort();
    set(uploads.filter((upload) => upload.id !== id));
    next();
  },
  clear(): void {
    set(uploads.filter((upload) => upload.state !== "done"));
  },
  get busy(): boolean {
    return uploads.some((upload) => upload.state === "running" || upload.state === "waiting");
  },
};

function next(): void {
  let running = uploads.filter((upload) => upload.state === "running").length;
  for (const upload of uploads) {
    if (running >= AT_ONCE) return;
    if (upload.state !== "waiting") continue;
    running++;
    void run(upload);
  }
}

async function run({ id, file, folder }: Upload): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  change(id, { state: "running" });
  try {
    const stored = await uploadFile(file, { folder, signal: stop.signal, onProgress: (part) => change(id, { part }) });
    change(id, { state: "done", part: 1, stored: stored.id });
    await queryClient.invalidateQueries({ queryKey: ["files"] });
  } catch (error) {
    if (!stop.signal.aborted) change(id, { state: "failed", error });
  } finally {
    stops.delete(id);
    next();
  }
}

// a page that is left takes its uploads with it
window.addEventListener("beforeunload", (event) => {
  if (tray.busy) event.preventDefault();
});
