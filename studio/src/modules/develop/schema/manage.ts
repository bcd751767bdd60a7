/** Taking tables of an existing database into the studio: interfaces, displays and titles guessed from their columns. */
import { get, patch } from "~/api/client";
import { schemaChanged } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Collection, CollectionMeta, Field, FieldMeta, Item, Relation } from "~/api/types";

const LONG = 255;

/** What the last words of a text column's name say of it. */
const BY_NAME: [RegExp, Partial<FieldMeta>][] = [
  [/colou?r$/, { interface: "select-color", display: "color", width: "half" }],
  [/(^|_)icon$/, { interface: "select-icon", display: "icon", width: "half" }],
  [/(^|_)e?_?mail$/, { interface: "input", options: { iconLeft: "mail" } }],
  [/(^|_)(url|uri|link|website|homepage)$/, { interface: "input", options: { iconLeft: "link" } }],
  [/(^|_)(phone|mobile|tel|fax)$/, { interface: "input", options: { iconLeft: "phone" }, width: "half" }],
  [/(^|_)slug$/, { interface: "input", options: { slug: true } }],
  [/(^|_)(password|passwd|secret)(_?hash)?$/, { interface: "input", options: { masked: true }, hidden: true }],
  [/(^|_)html(_|$)|_html$/, { interface: "input-rich-text-html" }],
  [/(^|_)(markdown|md)(_|$)/, { interface: "input-rich-text-md" }],
];

const PROSE = /(^|_)(text|body|content|description|summary|notes?|comments?|message|biography|bio|address)$/;
/** How many items are looked at, and how long a name is at most. */
const SAMPLE = 50;
const LINE = 120;

/** Whether texts are written in lines: by what the column is called, and some of its values. */
const isProse = (name: string, values: readonly unknown[]): boolean =>
  PROSE.test(name) ||
  values.some((value) => typeof value === "string" && (value.length > LINE || value.includes("\n")));

const TITLES = ["name", "title", "label", "full_name", "display_name", "headline", "subject"];
const SORTS = /^(sort|position|sort_order|sequence|ordering)$/;
const MADE = /^(created|inserted|registered)(_?(at|on|date|time))?$/;

/** `PostTitle` → `post_title`. */
const plain = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

/** How a column is best edited and shown, by its type, its name, where it leads, which values it may take, and some that
 * it has (`values`). */
export function guess(
  field: Field,
  relations: readonly Relation[],
  values: readonly unknown[] = [],
): Partial<FieldMeta> {
  const { type, schema } = field;
  const name = plain(field.field);
  const link = relations.find((one) => one.collection === field.collection && one.field === field.field);
  const key = schema?.is_primary_key === true;
  const made = key && !link && (schema?.has_auto_increment === true || type === "uuid");
  const meta: Partial<FieldMeta> = {
    interface: "input",
    hidden: made,
    readonly: schema?.is_generated === true,
    required: (!key || !made) && schema?.is_nullable === false && schema.default_value === null && !schema.is_generated,
    special: null,
    display: null,
  };
  if (link?.related_collection && schema?.has_auto_increment !== true) {
    if (link.related_collection === "directus_files")
      return { ...meta, interface: "file", special: ["file"], display: "file" };
    return { ...meta, interface: "select-dropdown-m2o", special: ["m2o"], display: "related-values" };
  }
  if (schema?.choices?.length && type !== "json") {
    const list = schema.choices.map((value) => ({ text: wordsOf(value), value }));
    return {
      ...meta,
      interface: "select-dropdown",
      options: { choices: list },
      display: "labels",
      display_options: { choices: list },
      width: "half",
    };
  }
  switch (type) {
    case "boolean":
      return { ...meta, interface: "boolean", special: ["cast-boolean"], display: "boolean", width: "half" };
    case "date":
    case "time":
    case "dateTime":
    case "timestamp":
      return {
        ...meta,
        interface: "datetime",
        special: type === "timestamp" ? ["cast-timestamp"] : null,
        display: "datetime",
        width: "half",
        readonly: meta.readonly || (MADE.test(name) && schema?.default_value != null),
      };
    case "json":
      return /(^|_)(tags|keywords)$/.test(name)
        ? { ...meta, interface: "tags", special: ["cast-json"], display: "labels" }
        : { ...meta, interface: "input-code", special: ["cast-json"], options: { language: "json" } };
    case "csv":
      return { ...meta, interface: "tags", special: ["cast-csv"], display: "labels" };
    case "uuid":
      return { ...meta, special: made ? ["uuid"] : null };
    case "hash":
      return { ...meta, interface: "input-hash", special: ["hash", "conceal"] };
    case "binary":
      return { ...meta, interface: null, hidden: true, required: false };
    case "integer":
    case "bigInteger":
    case "float":
    case "decimal":
      return { ...meta, width: "half", hidden: meta.hidden || SORTS.test(name) };
    case "string":
    case "text": {
      const named = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
      if (named) return { ...meta, ...named };
      // some databases have no other texts than long ones: most of them are names
      const roomy = type === "text" || (schema?.max_length ?? 0) > LONG;
      return roomy && isProse(name, values) ? { ...meta, interface: "input-multiline" } : meta;
    }
    default:
      return type.startsWith("geometry") ? { ...meta, interface: "map" } : meta;
  }
}

/** `in_stock` → "In stock". */
function wordsOf(value: string): string {
  const words = value.replaceAll(/[_-]+/g, " ").trim();
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : value;
}

/** What the columns say of their table: its title, the order that people give, and whether it only joins others. */
export function guessCollection(fields: readonly Field[], relations: readonly Relation[]): Partial<CollectionMeta> {
  const find = (...names: string[]) =>
    names.map((name) => fields.find((field) => plain(field.field) === name)).find((field) => field !== undefined)
      ?.field;
  const links = (field: Field) =>
    relations.some((one) => one.collection === field.collection && one.field === field.field);
  const [first, last] = [find("first_name", "firstname", "forename"), find("last_name", "lastname", "surname")];
  const texts = fields.filter((field) => (field.type === "string" || field.type === "text") && !links(field));
  const title =
    find(...TITLES) ?? texts.find((field) => /_(title|name|label|subject)$/.test(plain(field.field)))?.field;
  const template = first && last ? `{{${first}}} {{${last}}}` : title ? `{{${title}}}` : null;
  const sort = fields.find((field) => field.type === "integer" && SORTS.test(plain(field.field)));
  return {
    ...(template ? { display_template: template } : {}),
    ...(sort ? { sort_field: sort.field } : {}),
    ...(fields.length > 1 && fields.every((field) => links(field) || field.schema?.has_auto_increment === true)
      ? { hidden: true }
      : {}),
  };
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
      const meta = guessCollection(fields, relations);
      if (Object.keys(meta).length) await patch(`/collections/${encodeURIComponent(collection)}`, { meta });
    }
  } finally {
    await schemaChanged();
  }
}
