/**
 * Changes that are not saved yet, kept on this device: a crash, a closed tab or an expired session takes nothing away.
 * Each tab keeps its own; those of tabs that are gone are offered when the item is opened again.
 */
import type { Item } from "~/api/types";
import type { Journal, JournalData } from "~/form/journal";

const STORE = "drafts";
/** Begins the names under which a page that was closed left what the database had no time for. */
const LAST = "satchel.draft:";
/** A draft that nobody came back for is dropped. */
const KEEP_MS = 30 * 86_400_000;
const PAUSE_MS = 500;
/** A device that is slower to keep what is sent holds up no save. */
const PATIENCE_MS = 300;

/** What was sent to the server, and of which no answer said whether it is stored. */
export interface Sent {
  operation: string;
  body: Item;
}

export interface Draft {
  id: string;
  /** Person, collection, item and version. */
  place: string;
  at: number;
  changes: number;
  data: JournalData;
  sent?: Sent;
  /** The version on the server that kept the changes before these. */
  version?: string;
}

/** What the server keeps of the changes, where it does. */
export interface Kept {
  unsaved: () => boolean;
  target: () => string | null;
  subscribe: (listener: () => void) => () => void;
}

const unanswered = new WeakMap<Journal, Sent>();
const keepers = new WeakMap<Journal, () => Promise<unknown>>();

export const sentOf = (journal: Journal): Sent | undefined => unanswered.get(journal);

export function setSent(journal: Journal, sent: Sent | undefined): void {
  if (sent) unanswered.set(journal, sent);
  else unanswered.delete(journal);
}

/** Know of what is about to be sent even when this page is gone before the answer comes. */
export async function sending(journal: Journal, sent: Sent): Promise<void> {
  setSent(journal, sent);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([keepers.get(journal)?.(), patience]);
}

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("satchel", 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("place", "place");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const store = (await database()).transaction(STORE, mode).objectStore(STORE);
  return new Promise((resolve, reject) => {
    const request = work(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const tab = crypto.randomUUID?.() ?? String(Math.random());

export const placeOf = (user: string, collection: string, key: string | number | null, version?: string): string =>
  JSON.stringify([user, collection, key === null ? null : String(key), version ?? null]);

/** Put what pages left when they were closed to all else that is kept. */
async function collect(): Promise<void> {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(LAST))) {
    const draft = JSON.parse(localStorage.getItem(name) ?? "null") as Draft | null;
    if (draft) await run("readwrite", (store) => store.put(draft));
    localStorage.removeItem(name);
  }
}

/** Drafts of tabs that are gone, the newest first. */
export async function leftBehind(place: string): Promise<Draft[]> {
  try {
    await collect();
    const all = await run<Draft[]>("readonly", (store) => store.index("place").getAll(place));
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
    const [fresh, old] = [
      all.filter((draft) => Date.now() - draft.at < KEEP_MS),
      all.filter((draft) => Date.now() - draft.at >= KEEP_MS),
    ];
    await drop(old.map((draft) => draft.id));
    return fresh.filter((draft) => draft.changes > 0 && !held.has(`draft:${draft.id}`)).sort((a, b) => b.at - a.at);
  } catch {
    return []; // a browser that keeps nothing
  }
}

export async function drop(ids: readonly string[]): Promise<void> {
  for (const id of ids) await run("readwrite", (store) => store.delete(id)).catch(() => {});
}

/**
 * Keep a journal's changes as they come, until the returned function is called. Saved changes are not kept, nor what
 * the server keeps.
 */
export function keep(journal: Journal, place: string, kept?: Kept): () => void {
  const id = `${tab}:${place}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let release: (() => void) | undefined;
  let written = false;
  let left = false;
  let last = 0;
  const count = () => (kept && !kept.unsaved() ? 0 : journal.entries().length);
  const draftOf = (changes: number): Draft => {
    const version = kept?.target() ?? undefined;
    return { id, place, at: Date.now(), changes, data: journal.data(), sent: sentOf(journal), version };
  };
  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    last = Date.now();
    if (left) localStorage.removeItem(LAST + id); // the page was hidden and came back
    left = false;
    const changes = count();
    if (changes === 0 && !written) return;
    written = changes > 0;
    if (changes === 0) return drop([id]);
    const draft = draftOf(changes);
    await run("readwrite", (store) => store.put(draft)).catch(() => {});
  };
  keepers.set(journal, write);
  void navigator.locks?.request(`draft:${id}`, () => new Promise<void>((resolve) => (release = resolve)));
  const changed = () => {
    // what was saved is not offered again, not even to whoever reloads at once
    if (written && count() === 0) void write();
    // the first change after a rest is kept at once, then all of them twice a second
    else timer ??= setTimeout(write, Math.max(0, last + PAUSE_MS - Date.now()));
  };
  const ends = [journal.subscribe(changed), kept?.subscribe(changed)];
  const flush = () => {
    if (timer !== undefined) void write();
  };
  // the last moment at which a page that is closed can write; the database may not get to it any more
  const leave = () => {
    const changes = timer === undefined ? 0 : count();
    flush();
    if (changes === 0) return;
    try {
      localStorage.setItem(LAST + id, JSON.stringify(draftOf(changes)));
      left = true;
    } catch {
      // what is too large for this store has what the database has
    }
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", flush);
  return () => {
    flush();
    keepers.delete(journal);
    for (const end of ends) end?.();
    release?.();
    window.removeEventListener("pagehide", leave);
    document.removeEventListener("visibilitychange", flush);
  };
}
