/** Display templates as `{{author.name}} in {{city}}`: which fields they need, what they say of an item. */
import { keyField, keyFields } from "~/api/keys";
import type { Collection, Field, Item } from "~/api/types";
import { plainText } from "./text";

export type Part = { text: string } | { path: string[] };

export function parseTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of template.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)) {
    if (match.index > end) parts.push({ text: template.slice(end, match.index) });
    parts.push({ path: (match[1] ?? "").split(".") });
    end = match.index + match[0].length;
  }
  if (end < template.length) parts.push({ text: template.slice(end) });
  return parts;
}

/** The fields that a template needs, as `["author.name", "city"]`. Pseudo fields as `$thumbnail` need the item's key. */
export function fieldsOfTemplate(template: string): string[] {
  const found = new Set<string>();
  for (const part of parseTemplate(template)) {
    if (!("path" in part)) continue;
    const path = part.path.filter((step) => !step.startsWith("$"));
    found.add(path.length ? path.join(".") : "id");
  }
  return [...found];
}

/** The value at a path of an item; through to-many relations a list of values. */
export function valueAt(item: unknown, path: readonly string[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return item;
  if (Array.isArray(item)) {
    const values = item.map((one) => valueAt(one, path)).filter((one) => one !== null && one !== undefined);
    return values.flat();
  }
  if (item === null || typeof item !== "object") return undefined;
  // `item:articles` names one of several collections
  return valueAt((item as Item)[step.split(":")[0] ?? step], rest);
}

/** What a template says of an item, as plain text. */
export function displayText(template: string, item: Readonly<Item> | null | undefined): string {
  if (!item) return "";
  return parseTemplate(template)
    .map((part) => ("text" in part ? part.text : plainText(valueAt(item, part.path))))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

const TITLES = ["title", "name", "label", "subject", "headline", "filename_download", "email", "first_name"];

const BUILT_IN: Record<string, string> = {
  directus_users: "{{first_name}} {{last_name}}",
  directus_files: "{{title}}",
  directus_roles: "{{name}}",
  directus_folders: "{{name}}",
};

/**
 * The template of a collection's items: its own, else a field that sounds like a title, else the first text, else the
 * key. `fields` may be left out where they are not known.
 */
export function templateOf(collection: Collection | undefined, fields: readonly Field[] = []): string {
  const own = collection?.meta?.display_template;
  if (own) return own;
  const builtIn = collection && BUILT_IN[collection.collection];
  if (builtIn) return builtIn;
  const keys = keyFields(keyField(fields));
  const texts = fields.filter((field) => field.type === "string" && !keys.includes(field.field) && !field.meta?.hidden);
  const title = TITLES.find((name) => texts.some((field) => field.field === name)) ?? texts[0]?.field;
  return (title === undefined ? keys : [title]).map((name) => `{{${name}}}`).join(" · ");
}

/** The fields that are needed to show items of a collection by its template. */
export const templateFields = (collection: Collection | undefined, fields?: readonly Field[]): string[] =>
  fieldsOfTemplate(templateOf(collection, fields));
