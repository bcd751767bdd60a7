/** Saving an item: what is wrong with it, what somebody else did to it meanwhile, and what is stored after all. */
import { useCallback, useRef, useState } from "react";
import { ApiError } from "~/api/errors";
import { queryClient } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { type SaveErrors, saveErrors } from "~/form/errors";
import type { Journal } from "~/form/journal";
import { type Choice, type Conflict, conflictsOf } from "~/form/merge";
import type { RuleVariables } from "~/form/rules";
import { validate } from "~/form/validation";
import { itemQuery } from "./load";
import { type Saved, saveJournal } from "./save";

export const NO_ERRORS: SaveErrors = { fields: {}, general: [] };

export interface SaveContext {
  collection: Collection;
  fields: readonly Field[];
  journal: Journal;
  /** The stored item's tag that the form was made from. */
  tag: string | null;
  locked: ReadonlySet<string> | null;
  variables: RuleVariables;
}

export type Outcome = { saved: Saved } | { wrong: true } | { conflict: true } | { gone: true } | null;

export function useSave({ collection, fields, journal, tag, locked, variables }: SaveContext) {
  const [errors, setErrors] = useState<SaveErrors>(NO_ERRORS);
  const [pending, setPending] = useState(false);
  const [conflicts, setConflicts] = useState<Conflict[] | null>(null);
  const [gone, setGone] = useState(false);
  const stored = useRef(tag);
  const running = useRef(false);
  const key = journal.node(journal.root).key;
  const singleton = Boolean(collection.meta?.singleton);
  const isNew = key === null && !singleton;

  /** What is stored now becomes what the changes are compared with. Gives the fields that both changed. */
  const meet = useCallback(async (): Promise<Conflict[]> => {
    const now = await queryClient.fetchQuery({ ...itemQuery(collection, key, fields), staleTime: 0 });
    const node = journal.node(journal.root);
    const found = conflictsOf(node.base, node.sets, now.item);
    journal.learn(journal.root, now.item);
    stored.current = now.tag;
    return found;
  }, [collection, key, fields, journal]);

  const save = useCallback(
    async (asNew = false): Promise<Outcome> => {
      if (running.current) return null;
      const values = journal.store(journal.root).snapshot();
      const judged = isNew || asNew ? fields : fields.filter((field) => journal.dirty(journal.root, field.field));
      const wrong = validate(
        judged.filter((field) => !locked?.has(field.field)),
        values,
        variables,
      );
      if (Object.keys(wrong).length > 0) {
        setErrors({ fields: wrong, general: [] });
        return { wrong: true };
      }
      running.current = true;
      setPending(true);
      const written = journal.collections();
      try {
        for (let attempt = 0; ; attempt++) {
          try {
            const saved = await saveJournal(journal, {
              fields,
              variables,
              singleton,
              asNew,
              ifMatch: stored.current,
            });
            stored.current = saved.tag;
            setErrors(NO_ERRORS);
            setGone(false);
            await forget(collection.collection, saved.key, written);
            return { saved };
          } catch (error) {
            if (error instanceof ApiError && error.status === 412 && attempt < 3) {
              const found = await meet();
              if (found.length === 0) continue; // different fields: both changes stand
              setConflicts(found);
              return { conflict: true };
            }
            throw error;
          }
        }
      } catch (error) {
        if (
          !isNew &&
          !asNew &&
          error instanceof ApiError &&
          (error.status === 403 || error.status === 404) &&
          (await isGone())
        ) {
          setGone(true);
          return { gone: true };
        }
        setErrors(saveErrors(error, collection.collection, new Set(fields.map((field) => field.field))));
        return { wrong: true };
      } finally {
        running.current = false;
        setPending(false);
      }

      async function isGone(): Promise<boolean> {
        try {
          await queryClient.fetchQuery({
            ...itemQuery(collection, key, fields),
            staleTime: 0,
            retry: false,
          });
          return false;
        } catch (problem) {
          return problem instanceof ApiError && (problem.status === 403 || problem.status === 404);
        }
      }
    },
    [journal, isNew, fields, locked, variables, singleton, collection, key, meet],
  );

  /** What was chosen for the fields that both changed. */
  const resolve = useCallback(
    (chosen: ReadonlyMap<string, { choice: Choice; value: unknown }>) => {
      for (const [field, { choice, value }] of chosen) {
        if (choice === "theirs") journal.undo(journal.root, field);
        else journal.set(journal.root, field, value);
      }
      setConflicts(null);
    },
    [journal],
  );

  return {
    errors,
    setErrors,
    pending,
    conflicts,
    gone,
    setGone,
    save,
    resolve,
    dismiss: () => setConflicts(null),
    meet,
    isNew,
  };
}

/** What was fetched of a collection is old after a save; so are the linked items, of `others`, that it wrote. */
export async function forget(collection: string, key: Key | null, others: readonly string[] = []): Promise<void> {
  await Promise.all([
    ...[...new Set([collection, ...others])].map((name) =>
      queryClient.invalidateQueries({ queryKey: ["items", name] }),
    ),
    queryClient.invalidateQueries({ queryKey: ["items", "counts"] }),
    queryClient.invalidateQueries({ queryKey: ["item", collection, key === null ? null : String(key)] }),
    queryClient.invalidateQueries({ queryKey: ["links"] }),
    queryClient.invalidateQueries({ queryKey: ["revisions", collection] }),
  ]);
}
