/** How items are named where there is room for one line: a text with fields in it, and what it gives for a real item. */
import { useQuery } from "@tanstack/react-query";
import { Braces } from "lucide-react";
import { get } from "~/api/client";
import { fieldName } from "~/api/names";
import { useRelations } from "~/api/queries";
import { itemsPath, linkOf } from "~/api/relations";
import type { Field, Item } from "~/api/types";
import { displayText, fieldsOfTemplate } from "~/displays/template";
import { t } from "~/i18n/words/admin";
import { IconButton } from "~/kit/Button";
import { TextField } from "~/kit/fields";
import { type Command, Menu } from "~/kit/Menu";

export function TemplateField({
  collection,
  fields,
  value,
  onChange,
}: {
  collection: string;
  fields: readonly Field[];
  value: string | null;
  onChange: (template: string | null) => void;
}) {
  const relations = useRelations();
  const needed = value ? fieldsOfTemplate(value) : [];
  const known = new Set(fields.map((field) => field.field));
  const unknown = needed.filter((path) => !known.has(path.split(".")[0] ?? ""));
  const example = useQuery({
    queryKey: ["template-example", collection, needed],
    queryFn: async () => {
      const [item] = await get<Item[]>(itemsPath(collection), { limit: 1, fields: needed });
      return item ?? null;
    },
    enabled: needed.length > 0 && unknown.length === 0,
    retry: false,
  });
  const insert = (path: string): Command => {
    const field = fields.find((one) => one.field === path);
    return {
      id: path,
      text: field ? fieldName(field) : path,
      onAction: () => onChange(`${value ?? ""}${value && !value.endsWith(" ") ? " " : ""}{{${path}}}`),
    };
  };
  const plain = fields.filter((field) => field.schema && !linkOf(field, relations));
  const shown = value && example.data ? displayText(value, example.data) : null;
  return (
    <div className="flex items-end gap-1.5">
      <TextField
        label={t("develop.options.template")}
        placeholder="{{title}}"
        mono
        className="flex-1"
        value={value ?? ""}
        onChange={(text) => onChange(text || null)}
        error={unknown.length ? t("develop.template.unknown", { field: unknown.join(", ") }) : null}
        note={shown ? t("develop.template.example", { text: shown }) : t("develop.template.note")}
      />
      <div className="mb-5">
        <Menu label={t("develop.template.insert")} commands={[plain.map((field) => insert(field.field))]}>
          <IconButton label={t("develop.template.insert")} look="secondary">
            <Braces size={16} />
          </IconButton>
        </Menu>
      </div>
    </div>
  );
}
