/** The changes of a collection that are not applied yet: kept in this browser, so that nothing typed is lost. */
import { useCallback, useSyncExternalStore } from "react";
import { NOTHING, type SchemaDraft } from "./changes";

const drafts = new Map<string, SchemaDraft>();
const listeners = new Set<() => void>();
const keyFor = (collection: string) => `satchel.schema.${collection}`;

function read(collection: string): SchemaDraft {
  const found = drafts.get(collection);
  if (found) return found;
  let kept = NOTHING;
  try {
    const text = localStorage.getItem(keyFor(collection));
    if (text) kept = { ...NOTHING, ...(JSON.parse(text) as SchemaDraft) };
  } catch {
    // what can't be read is no draft
  }
  drafts.set(collection, kept);
  return kept;
}

const isNothing = (draft: SchemaDraft) =>
  draft.added.length + draft.removed.length + Object.keys(draft.edits).length + Object.keys(draft.meta).length === 0 &&
  draft.order === null;

function write(collection: string, draft: SchemaDraft): void {
  drafts.set(collection, draft);
  if (isNothing(draft)) localStorage.removeItem(keyFor(collection));
  else localStorage.setItem(keyFor(collection), JSON.stringify(draft));
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export type ChangeDraft = (change: (draft: SchemaDraft) => SchemaDraft) => void;

export function useDraft(collection: string): [SchemaDraft, ChangeDraft] {
  const draft = useSyncExternalStore(subscribe, () => read(collection));
  const change = useCallback<ChangeDraft>((how) => write(collection, how(read(collection))), [collection]);
  return [draft, change];
}
