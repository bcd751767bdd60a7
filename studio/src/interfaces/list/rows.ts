import type { Field, FieldMeta, FieldSchema, Item } from "~/api/types";

interface SubField {
  field?: string;
  name?: string;
  type?: string;
  meta?: Partial<FieldMeta> | null;
  schema?: Partial<FieldSchema> | null;
}

/** The fields of a row, from the options of a repeater: `{field, type, name, meta, schema}`. */
export function subFields(stored: unknown): Field[] {
  if (!Array.isArray(stored)) return [];
  return (stored as SubField[]).flatMap((one, index) => {
    const name = one.field ?? one.meta?.field;
    if (!name) return [];
    const { name: label } = one;
    return {
      collection: "",
      field: name,
      type: one.type ?? "string",
      schema: one.schema ? ({ is_nullable: true, ...one.schema } as FieldSchema) : null,
      meta: {
        sort: index,
        width: "full",
        hidden: false,
        readonly: false,
        ...one.meta,
        translations:
          one.meta?.translations ??
          (label && label !== name ? ["en", "de", "ar"].map((language) => ({ language, translation: label })) : null),
      } as FieldMeta,
    };
  });
}

/** What a row is called: by the template, else by its first text. */
export function rowTitle(template: string | null | undefined, row: Item, fields: readonly Field[]): string {
  if (template) {
    return template
      .replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
        const value = path.split(".").reduce<unknown>((inner, name) => (inner as Item | null)?.[name], row);
        return value === null || value === undefined
          ? ""
          : typeof value === "object"
            ? JSON.stringify(value)
            : String(value);
      })
      .trim();
  }
  for (const { field } of fields) {
    const value = row[field];
    if (typeof value === "string" || typeof value === "number") return String(value).slice(0, 100);
  }
  return "";
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const result = [...list];
  const [one] = result.splice(from, 1);
  if (one !== undefined) result.splice(to, 0, one);
  return result;
}
