/** What can be done with items by their keys, each with its way back: archive, bring back, duplicate, delete. */
import { useState } from "react";
import { useMay, useRelations } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import type { History, Operation } from "~/grid/history";
import type { WindowSource } from "~/grid/window";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { confirm } from "~/kit/Dialog";
import { toast, toastError } from "~/kit/Toast";
import { canBeCopied, deleteItems, duplicateItems, type Failure, MOST_ITEMS, MOST_KEPT, setValues } from "./bulk";
import { archiveOf } from "./query";
import { undoing } from "./undoing";

export interface BulkTarget {
  collection: Collection;
  fields: readonly Field[];
  keyName: string;
  source: WindowSource;
  history: History;
  /** Something was done: selection and rows are no longer what they were. Those that stayed as they were are named. */
  onDone: (failed: readonly Key[]) => void;
}

/** What was done to some of the items, and why not to the others. */
export interface PartlyDone {
  text: string;
  operation: Operation | null;
  failures: readonly Failure[];
}

export interface Bulk {
  mayUpdate: boolean;
  mayDelete: boolean;
  mayDuplicate: boolean;
  /** Whether this person can archive items here. */
  mayArchive: boolean;
  pending: boolean;
  /** Run something on keys that have to be found first. Errors are told. */
  run: (count: number, keys: () => Promise<Key[]>, work: (keys: Key[]) => Promise<void>) => Promise<void>;
  archive: (keys: readonly Key[]) => Promise<void>;
  unarchive: (keys: readonly Key[]) => Promise<void>;
  duplicate: (keys: readonly Key[]) => Promise<void>;
  remove: (keys: readonly Key[]) => Promise<void>;
  done: (operation: Operation | null, text: string, failures?: readonly Failure[]) => void;
}

/** `onPartly` is told what a message in the corner has no room for. */
export function useBulk(
  { collection, fields, keyName, source, history, onDone }: BulkTarget,
  onPartly?: (done: PartlyDone) => void,
): Bulk {
  const name = collection.collection;
  const relations = useRelations();
  const update = useMay(name, "update");
  const [pending, setPending] = useState(false);
  const archiving = archiveOf(collection, fields);
  const mayUpdate = update.access !== "none";

  function done(operation: Operation | null, text: string, failures: readonly Failure[] = []): void {
    if (operation) history.push(operation);
    if (failures.length && onPartly) onPartly({ text, operation, failures });
    else
      toast({
        kind: failures.length ? "error" : "success",
        text,
        detail: failures.length ? t("content.bulk.failed", { count: failures.length }) : undefined,
        action: operation ? undoing(history, operation, source) : undefined,
      });
    onDone(failures.map((one) => one.key));
  }

  async function set(keys: readonly Key[], value: unknown, text: string): Promise<void> {
    if (!archiving) return;
    const said = t(text, { count: keys.length });
    const { result, operation } = await setValues(name, keyName, keys, { [archiving.field]: value }, said);
    const changed = result.done.length;
    done(changed ? operation : null, t(text, { count: changed }), result.failures);
  }

  return {
    mayUpdate,
    mayDelete: useMay(name, "delete").access !== "none",
    mayDuplicate: useMay(name, "create").access !== "none" && canBeCopied(fields),
    mayArchive:
      mayUpdate && !!archiving && (update.fields?.some((one) => one === "*" || one === archiving.field) ?? false),
    pending,
    done,
    async run(count, keys, work) {
      if (count > MOST_ITEMS) {
        toast({ kind: "error", text: t("content.bulk.too_many", { most: formatNumber(MOST_ITEMS) }) });
        return;
      }
      setPending(true);
      try {
        await work(await keys());
      } catch (error) {
        toastError(error);
      } finally {
        setPending(false);
      }
    },
    archive: (keys) => set(keys, archiving?.archived, "content.undo.archived"),
    unarchive: (keys) => set(keys, archiving?.active, "content.undo.unarchived"),
    async duplicate(keys) {
      const operation = await duplicateItems(collection, fields, relations, keyName, keys);
      done(operation, operation.text);
    },
    async remove(keys) {
      const kept = keys.length <= MOST_KEPT;
      const sure = await confirm({
        title: t("content.delete.title", { count: keys.length }),
        text: t(kept ? "content.delete.undo" : "content.delete.no_undo"),
        action: t("content.delete"),
        danger: true,
      });
      if (!sure) return;
      const operation = await deleteItems(collection, fields, relations, keyName, keys);
      done(operation, t("content.undo.deleted", { count: keys.length }));
    },
  };
}
