/** What was done last and can be undone: each operation knows its inverse. */

export interface Operation {
  /** What it was, as "Edit 3 cells". */
  text: string;
  undo: () => Promise<void>;
  redo: () => Promise<void>;
}

export const DEPTH = 50;

const kept = new Map<string, History>();

/** The history of a place, as a collection is one: it stays as long as the page does, wherever the person goes meanwhile. */
export function historyOf(place: string): History {
  const history = kept.get(place) ?? new History();
  kept.set(place, history);
  return history;
}

export class History {
  private done: Operation[] = [];
  private undone: Operation[] = [];
  private running = false;
  private listeners = new Set<() => void>();

  /** Note what was just done. What was undone before can't be redone after it. */
  push(operation: Operation): void {
    this.done = [...this.done, operation].slice(-DEPTH);
    this.undone = [];
    this.tell();
  }

  get next(): Operation | undefined {
    return this.done.at(-1);
  }

  get again(): Operation | undefined {
    return this.undone.at(-1);
  }

  /** Undo the last operation, or give undefined when there is none or one is under way. What fails stays to be tried again. */
  undo = (): Promise<Operation | undefined> => this.move("undo");
  redo = (): Promise<Operation | undefined> => this.move("redo");

  /** Undo one operation wherever it stands: from a message that offers it. */
  async undoThis(operation: Operation): Promise<boolean> {
    if (!this.done.includes(operation) || this.running) return false;
    this.done = [...this.done.filter((one) => one !== operation), operation];
    return (await this.undo()) !== undefined;
  }

  private async move(way: "undo" | "redo"): Promise<Operation | undefined> {
    const operation = way === "undo" ? this.next : this.again;
    if (!operation || this.running) return undefined;
    this.running = true;
    try {
      await operation[way]();
      if (way === "undo") {
        this.done = this.done.filter((one) => one !== operation);
        this.undone = [...this.undone, operation];
      } else {
        this.undone = this.undone.filter((one) => one !== operation);
        this.done = [...this.done, operation];
      }
    } finally {
      this.running = false;
      this.tell();
    }
    return operation;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
