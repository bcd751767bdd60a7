/** All changes that a save would write, each to be undone by itself. */

import { useQueries } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useSyncExternalStore } from "react";
import { fieldName, singularName } from "~/api/names";
import { fieldsQuery, useCollections } from "~/api/queries";
import type { Entry, Journal } from "~/form/journal";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { Popup } from "~/kit/Popup";

export function Changes({ journal }: { journal: Journal }) {
  // which they are, not what they hold
  useSyncExternalStore(journal.subscribe, () =>
    journal
      .entries()
      .map(({ id }) => id)
      .join("\n"),
  );
  const entries = journal.entries();
  const linked = new Set(entries.filter((entry) => entry.node !== journal.root).map((entry) => entry.node)).size;
  const names = [...new Set(entries.map((entry) => entry.collection))];
  const fields = useQueries({ queries: names.map((name) => fieldsQuery(name)) });
  const collections = useCollections();
  if (entries.length === 0) return null;
  const labelOf = (entry: Entry): string => {
    const found = fields[names.indexOf(entry.collection)]?.data?.find((field) => field.field === entry.field);
    const label = found ? fieldName(found) : entry.field;
    if (entry.node === journal.root) return label;
    const collection = collections.find((one) => one.collection === entry.collection);
    return `${collection ? singularName(collection) : entry.collection} ${entry.key ?? ""} › ${label}`;
  };
  return (
    <Popup
      label={t("item.changes.title")}
      placement="bottom end"
      trigger={
        <Button look="quiet" className="text-fg-2 max-sm:hidden">
          {linked > 0
            ? t("item.changes.linked", { count: entries.length, linked })
            : t("item.changes", { count: entries.length })}
        </Button>
      }
    >
      <ul className="max-h-96 w-80 overflow-auto p-1.5">
        {entries.map((entry) => (
          <li key={entry.id} className="flex items-center gap-2 rounded-control px-2 py-1">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{labelOf(entry)}</span>
              <span className="block text-caption text-fg-3">
                {t(`item.change.${entry.kind}`, { count: entry.rows?.length ?? 1 })}
              </span>
            </span>
            <IconButton label={t("item.change.undo", { field: labelOf(entry) })} onPress={entry.undo}>
              <Undo2 size={16} />
            </IconButton>
          </li>
        ))}
      </ul>
    </Popup>
  );
}
