/** What can be done with the selected items. */
import { Archive, ArchiveRestore, Copy, Pencil, Trash2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useMay, useRelations } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import type { History, Operation } from "~/grid/history";
import { type RowSelection, sizeOf } from "~/grid/selection";
import type { WindowSource } from "~/grid/window";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { confirm } from "~/kit/Dialog";
import { toast, toastError } from "~/kit/Toast";
import { deleteItems, duplicateItems, MOST_ITEMS, MOST_KEPT, selectedKeys, setValues } from "./bulk";
import type { ListQuery } from "./query";

const BulkEdit = lazy(() => import("./BulkEdit"));
const MOST_COPIES = 200;

export interface BulkBarProps {
  collection: Collection;
  fields: readonly Field[];
  keyName: string;
  query: ListQuery;
  source: WindowSource;
  selection: RowSelection;
  history: History;
  onDone: () => void;
  onClear: () => void;
}

export function BulkBar(props: BulkBarProps) {
  const { collection, fields, keyName, query, source, selection, history, onDone, onClear } = props;
  const name = collection.collection;
  const relations = useRelations();
  const mayUpdate = useMay(name, "update").access !== "none";
  const mayDelete = useMay(name, "delete").access !== "none";
  const mayCreate = useMay(name, "create").access !== "none";
  const [pending, setPending] = useState(false);
  const [editing, setEditing] = useState<Key[] | null>(null);
  const count = sizeOf(selection, source.count() ?? 0);
  if (count === 0) return null;
  const { archive_field: field, archive_value: value, unarchive_value: other } = collection.meta ?? {};

  async function run(work: (keys: Key[]) => Promise<void>): Promise<void> {
    if (count > MOST_ITEMS) {
      toast({ kind: "error", text: t("content.bulk.too_many", { most: formatNumber(MOST_ITEMS) }) });
      return;
    }
    setPending(true);
    try {
      await work(await selectedKeys(name, keyName, query, selection));
    } catch (error) {
      toastError(error);
    } finally {
      setPending(false);
    }
  }

  function done(operation: Operation | null, text: string, failed = 0): void {
    if (operation) history.push(operation);
    toast({
      kind: failed ? "error" : "success",
      text,
      detail: failed ? t("content.bulk.failed", { count: failed }) : undefined,
      action: operation
        ? {
            text: t("content.undo"),
            run: () =>
              void history
                .undoThis(operation)
                .then(() => source.refresh())
                .catch((error) => toastError(error, t("content.undo.failed"))),
          }
        : undefined,
    });
    onDone();
  }

  const archive = (to: string | null | undefined, id: string) =>
    run(async (keys) => {
      if (!field) return;
      const typed = to === "true" ? true : to === "false" ? false : (to ?? null);
      const text = t(id, { count: keys.length });
      const { result, operation } = await setValues(name, keyName, keys, { [field]: typed }, text);
      done(operation, t(id, { count: result.done.length }), result.failures.length);
    });

  const remove = () =>
    run(async (keys) => {
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
    });

  const duplicate = () =>
    run(async (keys) => {
      const operation = await duplicateItems(collection, fields, relations, keyName, keys);
      done(operation, operation.text);
    });

  return (
    <>
      <div
        role="toolbar"
        aria-label={t("content.bulk")}
        className="absolute start-6 bottom-4 z-5 flex w-fit max-w-[calc(100%-3rem)] max-sm:start-2 max-sm:max-w-[calc(100%-1rem)] flex-wrap items-center gap-1 rounded-card border border-line bg-raised py-1.5 ps-4 pe-1.5 shadow-overlay"
      >
        <span role="status" className="me-3 font-medium tabular-nums">
          {t("content.bulk.selected", { count, text: formatNumber(count) })}
        </span>
        {mayUpdate && (
          <Button
            look="quiet"
            icon={<Pencil size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => void run(async (keys) => setEditing(keys))}
          >
            {t("content.bulk.edit")}
          </Button>
        )}
        {mayUpdate && field && (
          <>
            <Button
              look="quiet"
              icon={<Archive size={16} aria-hidden />}
              isDisabled={pending}
              onPress={() => void archive(value, "content.undo.archived")}
            >
              {t("content.bulk.archive")}
            </Button>
            <IconButton
              label={t("content.bulk.unarchive")}
              isDisabled={pending}
              onPress={() => void archive(other, "content.undo.unarchived")}
            >
              <ArchiveRestore size={16} />
            </IconButton>
          </>
        )}
        {mayCreate && count <= MOST_COPIES && (
          <Button
            look="quiet"
            icon={<Copy size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => void duplicate()}
          >
            {t("content.bulk.duplicate")}
          </Button>
        )}
        {mayDelete && (
          <Button
            look="quiet"
            className="text-danger-fg"
            icon={<Trash2 size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => void remove()}
          >
            {t("content.delete")}
          </Button>
        )}
        <IconButton label={t("content.bulk.clear")} onPress={onClear}>
          <X size={16} />
        </IconButton>
      </div>
      {editing && (
        <Suspense fallback={null}>
          <BulkEdit
            collection={name}
            fields={fields}
            keyName={keyName}
            keys={editing}
            onClose={() => setEditing(null)}
            onDone={(operation, changed, failed) => {
              setEditing(null);
              done(operation, t("content.undo.edited", { count: changed }), failed);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
