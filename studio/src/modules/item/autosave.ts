/** Keeps on the server what a journal holds: after a pause, one request at a time. It never touches the journal. */
import { ApiError } from "~/api/errors";
import type { Item } from "~/api/types";
import { Listeners, same } from "~/form/store";

const PAUSE_MS = 3_000;
/** What failed because nobody answered is tried again after this long. */
const AGAIN_MS = 10_000;

export interface AutosaveState {
  phase: "idle" | "waiting" | "saving" | "saved" | "failed";
  /** When the last save succeeded. */
  at: number | null;
  error: unknown;
}

export interface AutosaveOptions {
  /** All that is to be kept, by field. */
  payload: () => Item;
  subscribe: (listener: () => void) => () => void;
  /** Keep some fields, and let go of others. Throws when that fails. */
  write: (changed: Item, dropped: string[], all: Item) => Promise<void>;
  /** What the server has at first. */
  kept?: Item;
  pause?: number;
}

export class Autosave {
  private readonly options: AutosaveOptions;
  private readonly listeners = new Listeners();
  private readonly end: () => void;
  private kept: Item;
  private current: AutosaveState = { phase: "idle", at: null, error: null };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<boolean> | null = null;
  private closed = false;

  constructor(options: AutosaveOptions) {
    this.options = options;
    this.kept = structuredClone(options.kept ?? {});
    this.end = options.subscribe(() => this.changed());
  }

  state = (): AutosaveState => this.current;
  subscribe = (listener: () => void): (() => void) => this.listeners.subscribe(null, listener);

  private set(state: Partial<AutosaveState>): void {
    this.current = { ...this.current, ...state };
    this.listeners.tell();
  }

  private difference(): { changed: Item; dropped: string[]; all: Item } {
    const all = this.options.payload();
    const changed = Object.fromEntries(Object.entries(all).filter(([name, value]) => !same(value, this.kept[name])));
    return { changed, dropped: Object.keys(this.kept).filter((name) => !(name in all)), all };
  }

  /** Whether there is something that the server does not have. */
  pending = (): boolean => {
    const { changed, dropped } = this.difference();
    return dropped.length > 0 || Object.keys(changed).length > 0;
  };

  private changed(): void {
    if (this.closed) return;
    if (!this.pending()) {
      this.cancel();
      if (this.current.phase === "waiting" || this.current.phase === "failed")
        this.set({ phase: this.current.at === null ? "idle" : "saved", error: null });
      return;
    }
    this.wait(this.options.pause ?? PAUSE_MS);
    if (this.running === null && this.current.phase !== "waiting") this.set({ phase: "waiting" });
  }

  private wait(milliseconds: number): void {
    this.cancel();
    this.timer = setTimeout(() => void this.flush(), milliseconds);
  }

  private cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Save now what is pending, after what is on its way. Says whether the server has everything. */
  async flush(): Promise<boolean> {
    this.cancel();
    while (this.running) await this.running;
    if (this.closed) return false;
    if (!this.pending()) return true;
    this.running = this.save();
    const done = await this.running;
    return done && !this.pending();
  }

  private async save(): Promise<boolean> {
    const { changed, dropped, all } = this.difference();
    const sent = structuredClone(all);
    this.set({ phase: "saving" });
    try {
      await this.options.write(changed, dropped, all);
      this.kept = sent;
      this.running = null;
      this.set({ phase: "saved", at: Date.now(), error: null });
      if (!this.closed && this.pending()) this.changed();
      return true;
    } catch (error) {
      this.running = null;
      this.set({ phase: "failed", error });
      const unanswered = error instanceof ApiError && (error.status === 0 || error.status >= 500);
      if (!this.closed && unanswered) this.wait(AGAIN_MS);
      return false;
    }
  }

  /** Keep nothing from now on, once what is on its way has arrived; `kept`: what counts as kept after that. */
  async settle(work: () => Promise<Item | null>): Promise<void> {
    this.cancel();
    while (this.running) await this.running;
    const kept = await work();
    if (kept) this.kept = kept;
    this.cancel();
    this.set({ phase: "idle", at: null, error: null });
    this.changed();
  }

  close(): void {
    this.closed = true;
    this.cancel();
    this.end();
  }
}
