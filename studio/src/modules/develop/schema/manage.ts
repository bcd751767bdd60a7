/** Taking tables of an existing database into the studio: labels, interfaces and displays guessed from their columns. */
import { get, patch } from "~/api/client";
import { schemaChanged } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Collection, Field, FieldMeta, Item, Relation } from "~/api/types";

const LONG = 255;
const SAMPLE = 50;
/** What is longer is no name. */
const LINE = 120;
const PROSE = /(text|body|content|description|summary|notes?|comments?|message|biography|address)$/i;

/** Whether texts are written in lines: by what the column is called, and some of its values. */
const isProse = (name: string, values: readonly unknown[]): boolean =>
  PROSE.test(name) ||
  values.some((value) => typeof value === "string" && (value.length > LINE || value.includes("\n")));

/** How a column is best edited and shown, by its type, its name, some of its values and where it leads. */
export function guess(
  field: Field,
  relations: readonly Relation[],
  values: readonly unknown[] = [],
): Partial<FieldMeta> {
  const { type, schema } = field;
  const key = schema?.is_primary_key === true;
  const meta: Partial<FieldMeta> = {
    interface: "input",
    hidden: key && (schema?.has_auto_increment === true || type === "uuid"),
    readonly: schema?.is_generated === true,
    required: !key && schema?.is_nullable === false && schema.default_value === null && !schema.is_generated,
    special: null,
    display: null,
  };
  const link = relations.find((one) => one.collection === field.collection && one.field === field.field);
  if (link?.related_collection && !key) {
    if (link.related_collection === "directus_files")
      return { ...meta, interface: "file", special: ["file"], display: "file" };
    return { ...meta, interface: "select-dropdown-m2o", special: ["m2o"], display: "related-values" };
  }
  switch (type) {
    case "boolean":
      return { ...meta, interface: "boolean", special: ["cast-boolean"], display: "boolean", width: "half" };
    case "date":
    case "time":
    case "dateTime":
      return { ...meta, interface: "datetime", display: "datetime", width: "half" };
    case "timestamp":
      return { ...meta, interface: "datetime", special: ["cast-timestamp"], display: "datetime", width: "half" };
    case "json":
      return { ...meta, interface: "input-code", special: ["cast-json"], options: { language: "json" } };
    case "csv":
      return { ...meta, interface: "tags", special: ["cast-csv"], display: "labels" };
    case "uuid":
      return { ...meta, special: key ? ["uuid"] : null };
    case "hash":
      return { ...meta, interface: "input-hash", special: ["hash", "conceal"] };
    case "text":
      // some databases have no other texts: most of them are names
      return isProse(field.field, values) ? { ...meta, interface: "input-multiline" } : meta;
    case "integer":
    case "bigInteger":
    case "float":
    case "decimal":
      return { ...meta, width: "half" };
    case "string":
      if ((schema?.max_length ?? 0) > LONG) return { ...meta, interface: "input-multiline" };
      return /colou?r$/i.test(field.field) ? { ...meta, interface: "select-color", display: "color" } : meta;
    default:
      return type.startsWith("geometry") ? { ...meta, interface: "map" } : meta;
  }
}

/** Tell the studio about tables: a row for each, and one for every column that has none. */
export async function manage(collections: readonly Collection[], relations: readonly Relation[]): Promise<void> {
  await patch(
    "/collections",
    collections.map((one) => ({ collection: one.collection, meta: {} })),
  );
  try {
    for (const { collection } of collections) {
      const path = `/fields/${encodeURIComponent(collection)}`;
      const fields = await get<Field[]>(path);
      const texts = fields.filter((field) => field.type === "text").map((field) => field.field);
      const items = texts.length
        ? await get<Item[]>(itemsPath(collection), { fields: texts.join(","), limit: SAMPLE })
        : [];
      const wanted = fields
        .filter((field) => field.meta === null)
        .map((field, index) => {
          const values = items.map((item) => item[field.field]);
          return { field: field.field, meta: { ...guess(field, relations, values), sort: index + 1 } };
        });
      if (wanted.length) await patch(path, wanted);
    }
  } finally {
    await schemaChanged();
  }
}
