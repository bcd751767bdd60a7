/** A section of an extension beside the form of an item. */
import { useSyncExternalStore } from "react";
import { useMe } from "~/api/queries";
import type { Journal } from "~/form/journal";
import { direction, locale } from "~/i18n/i18n";
import { toast } from "~/kit/Toast";
import type { SidebarContribution } from "./contributions";
import { Hosted } from "./host";
import { mayKnow } from "./rights";

export default function SidebarSection({
  section,
  collection,
  journal,
}: {
  section: SidebarContribution;
  collection: string;
  journal: Journal;
}) {
  const { id, first_name, last_name } = useMe();
  const store = journal.store(journal.root);
  const values = useSyncExternalStore(journal.subscribe, store.snapshot);
  return (
    <Hosted
      extension={section.extension}
      element={section.element}
      properties={{
        context: {
          collection,
          itemId: journal.node(journal.root).key,
          values: mayKnow(section.extension, collection) ? values : {},
          user: { id, first_name, last_name },
          locale: locale(),
          dir: direction(),
        },
        dirty: Object.keys(values).filter((field) => store.dirty(field)),
      }}
      events={{
        "studio:set-field": (detail) =>
          mayKnow(section.extension, collection, "update") &&
          journal.set(journal.root, String(detail.field), detail.value),
        "studio:toast": (detail) => toast({ kind: "info", text: String(detail.text ?? "") }),
      }}
    />
  );
}
