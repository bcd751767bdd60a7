/** What cards show. */
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";
import { Select, TextField } from "~/kit/fields";
import type { CardOptions } from "~/layouts/cards/Component";

const NONE = "-";

export default function CardSettings({
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
  );
}
