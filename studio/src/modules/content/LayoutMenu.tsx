/** How items are laid out, and what a layout of cards shows. */
import { Settings2 } from "lucide-react";
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import { layouts, textOf, useAll } from "~/extensions/registry";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { Select, TextField } from "~/kit/fields";
import { Icon } from "~/kit/Icon";
import { Menu } from "~/kit/Menu";
import { Popup } from "~/kit/Popup";
import type { CardOptions } from "~/layouts/cards/Component";

export interface LayoutMenuProps {
  layout: string;
  options: Record<string, unknown>;
  fields: readonly Field[];
  onLayout: (layout: string) => void;
  onOptions: (options: Record<string, unknown>) => void;
}

export function LayoutMenu({ layout, options, fields, onLayout, onOptions }: LayoutMenuProps) {
  const all = useAll(layouts);
  const current = all.find((one) => one.id === layout);
  return (
    <div className="flex items-center">
      <Menu
        label={t("content.layout")}
        commands={[
          all.map((one) => ({
            id: one.id,
            text: textOf(one.name),
            icon: <Icon name={one.icon} />,
            onAction: () => onLayout(one.id),
          })),
        ]}
      >
        <Button look="quiet" icon={<Icon name={current?.icon ?? "table"} />}>
          <span className="max-sm:sr-only">{current ? textOf(current.name) : layout}</span>
        </Button>
      </Menu>
      {layout === "cards" && <CardSettings options={options as CardOptions} fields={fields} onOptions={onOptions} />}
    </div>
  );
}

const NONE = "-";

function CardSettings({
  options,
  fields,
  onOptions,
}: {
  options: CardOptions;
  fields: readonly Field[];
  onOptions: (options: Record<string, unknown>) => void;
}) {
  const set = (change: Partial<CardOptions>) => onOptions({ ...options, ...change });
  const pictures = fields.filter((field) => field.meta?.special?.includes("file"));
  return (
    <Popup
      label={t("content.cards")}
      className="w-80 p-4"
      placement="bottom end"
      trigger={
        <IconButton label={t("content.cards")}>
          <Settings2 size={16} />
        </IconButton>
      }
    >
      <div className="flex flex-col gap-3">
        <Select
          label={t("layouts.cards.image")}
          choices={[
            { id: NONE, text: t("content.cards.no_image") },
            ...pictures.map((field) => ({ id: field.field, text: fieldName(field) })),
          ]}
          value={options.imageSource ?? NONE}
          onChange={(id) => set({ imageSource: id === NONE ? null : id })}
        />
        <TextField
          label={t("layouts.cards.title")}
          note={t("content.cards.template")}
          value={options.title ?? ""}
          onChange={(title) => set({ title: title || null })}
        />
        <TextField
          label={t("layouts.cards.subtitle")}
          value={options.subtitle ?? ""}
          onChange={(subtitle) => set({ subtitle: subtitle || null })}
        />
        <Select
          label={t("layouts.cards.size")}
          choices={["1", "2", "3", "4", "5", "6"].map((id) => ({ id, text: t("content.cards.size", { size: id }) }))}
          value={String(options.size ?? 4)}
          onChange={(size) => set({ size: Number(size) })}
        />
      </div>
    </Popup>
  );
}
