/** What a panel shows and how: its options, in the same form as those of fields, above them how it looks with them. */
import { useMemo, useState } from "react";
import type { Item } from "~/api/types";
import { Form } from "~/form/Form";
import { optionFields } from "~/form/options";
import { t } from "~/i18n/words/insights";
import { words } from "~/interfaces/words";
import { DialogActions, Drawer } from "~/kit/Dialog";
import { panels } from "~/panels/all";
import { panelName } from "./Board";
import type { Panel } from "./data";
import { PanelContent } from "./PanelContent";

const LOOKS = [
  { field: "name", name: words("Name", "Name", "الاسم"), type: "string", interface: "input" },
  {
    field: "show_header",
    name: words("Show the name", "Name anzeigen", "إظهار الاسم"),
    type: "boolean",
    width: "half" as const,
  },
  {
    field: "icon",
    name: words("Icon", "Symbol", "الأيقونة"),
    type: "string",
    interface: "select-icon",
    width: "half" as const,
  },
  { field: "note", name: words("Note", "Notiz", "ملاحظة"), type: "string", interface: "input" },
];

export function PanelDrawer({
  panel,
  variables,
  onClose,
  onDone,
}: {
  panel: Panel;
  variables: Readonly<Record<string, unknown>>;
  onClose: () => void;
  onDone: (changed: Partial<Panel>) => void;
}) {
  const kind = panels.get(panel.type);
  const [options, setOptions] = useState<Record<string, unknown>>(panel.options ?? {});
  const [looks, setLooks] = useState<Item>(() => ({
    name: panel.name,
    show_header: panel.show_header,
    icon: panel.icon,
    note: panel.note,
  }));
  const own = useMemo(() => optionFields(kind?.options), [kind]);
  const common = useMemo(() => optionFields(LOOKS), []);
  const height = Math.min(10, Math.max(4, panel.height)) * 24;
  return (
    <Drawer
      isOpen
      title={t("insights.options", { name: panelName(panel) })}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} onPress={() => onDone({ ...(looks as Partial<Panel>), options })}>
          {t("insights.done")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-6">
        <section
          aria-label={t("insights.preview")}
          className="rounded-card border border-line bg-surface"
          style={{ height }}
        >
          <PanelContent panel={{ ...panel, options }} variables={variables} editing />
        </section>
        {own.length > 0 && (
          <Form
            fields={own}
            mode="batch"
            values={options}
            onChange={(field, value) =>
              setOptions((before) => {
                const next = { ...before, [field]: value };
                // fields and filters of another collection mean nothing here
                if (field !== "collection" || before.collection === value) return next;
                const bound = (kind?.options ?? []).filter((one) => one.options?.collectionField === "collection");
                for (const one of bound) delete next[one.field];
                return next;
              })
            }
          />
        )}
        <hr className="border-line" />
        <Form
          fields={common}
          mode="batch"
          values={looks}
          onChange={(field, value) => setLooks((before) => ({ ...before, [field]: value }))}
        />
      </div>
    </Drawer>
  );
}
