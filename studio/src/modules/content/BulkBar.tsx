/** What can be done with the selected items. */
import { Archive, ArchiveRestore, Copy, Pencil, Trash2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Key } from "~/api/types";
import { useActions } from "~/extensions/useActions";
import { type RowSelection, sizeOf } from "~/grid/selection";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { selectedKeys } from "./bulk";
import type { Archived, ListQuery } from "./query";
import { type BulkTarget, type PartlyDone, useBulk } from "./useBulk";

const BulkEdit = lazy(() => import("./BulkEdit"));
const BulkResult = lazy(() => import("./tools/BulkResult"));
const MOST_COPIES = 200;

export interface BulkBarProps extends BulkTarget {
  query: ListQuery;
  selection: RowSelection;
  archived: Archived;
  onClear: () => void;
}

export function BulkBar({ query, selection, archived, onClear, ...target }: BulkBarProps) {
  const { collection, fields, keyName, source } = target;
  const name = collection.collection;
  const [partly, setPartly] = useState<PartlyDone | null>(null);
  const bulk = useBulk(target, setPartly);
  const { pending, mayUpdate, mayDelete, mayDuplicate, mayArchive } = bulk;
  const [editing, setEditing] = useState<Key[] | null>(null);
  const count = sizeOf(selection, source.count() ?? 0);
  const added = useActions("items", name, async () => ({ keys: await selectedKeys(name, keyName, query, selection) }));
  if (count === 0) return null;
  const run = (work: (keys: Key[]) => Promise<void>) =>
    void bulk.run(count, () => selectedKeys(name, keyName, query, selection), work);

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
            onPress={() => run(async (keys) => setEditing(keys))}
          >
            {t("content.bulk.edit")}
          </Button>
        )}
        {mayArchive && archived !== "only" && (
          <Button
            look="quiet"
            icon={<Archive size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => run(bulk.archive)}
          >
            {t("content.bulk.archive")}
          </Button>
        )}
        {mayArchive && archived !== "active" && (
          <Button
            look="quiet"
            icon={<ArchiveRestore size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => run(bulk.unarchive)}
          >
            {t("content.bulk.unarchive")}
          </Button>
        )}
        {mayDuplicate && count <= MOST_COPIES && (
          <Button
            look="quiet"
            icon={<Copy size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => run(bulk.duplicate)}
          >
            {t("content.bulk.duplicate")}
          </Button>
        )}
        {added.map(({ id, text, icon, onAction }) => (
          <Button key={id} look="quiet" icon={icon} isDisabled={pending} onPress={onAction}>
            {text}
          </Button>
        ))}
        {mayDelete && (
          <Button
            look="quiet"
            className="text-danger-fg!"
            icon={<Trash2 size={16} aria-hidden />}
            isDisabled={pending}
            onPress={() => run(bulk.remove)}
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
            onDone={(operation, changed, failures) => {
              setEditing(null);
              bulk.done(operation, t("content.undo.edited", { count: changed }), failures);
            }}
          />
        </Suspense>
      )}
      {partly && (
        <Suspense fallback={null}>
          <BulkResult
            {...partly}
            collection={name}
            history={target.history}
            source={source}
            onClose={() => setPartly(null)}
          />
        </Suspense>
      )}
    </>
  );
}
