/** Which display shows a field, and with which options, where the field names none. */
import type { Field } from "~/api/types";
import { displays } from "~/extensions/kinds";
import { knownLink } from "./related";
import { plainText, withoutTags } from "./text";

export interface Choice {
  /** null: plain text. */
  id: string | null;
  options: Record<string, unknown>;
}

const DATES: ReadonlySet<string> = new Set(["date", "time", "dateTime", "timestamp"]);

export function displayOf(field: Field): Choice {
  const { meta, type } = field;
  const own = meta?.display;
  const choices = meta?.options?.choices;
  const csv: Record<string, unknown> = type === "csv" ? { csv: true } : {};
  if (own && displays.get(own)) {
    const options = { ...csv, ...meta?.display_options };
    return {
      id: own,
      options:
        (own === "labels" || displays.get(own)?.extension) && !options.choices && choices
          ? { ...options, choices }
          : options,
    };
  }
  const special = meta?.special ?? [];
  if (special.some((one) => one === "user-created" || one === "user-updated")) return { id: "user", options: {} };
  if (special.includes("file")) {
    return { id: meta?.interface === "file-image" ? "image" : "file", options: {} };
  }
  if (special.includes("translations")) return { id: "translations", options: {} };
  const link = knownLink(field);
  if (link?.related === "directus_users" && link.kind === "m2o") return { id: "user", options: {} };
  if (link) return { id: "related-values", options: {} };
  if (type === "boolean") return { id: "boolean", options: {} };
  if (DATES.has(type)) return { id: "datetime", options: {} };
  if (type === "hash") return { id: "hash", options: {} };
  if (Array.isArray(choices)) return { id: "labels", options: { ...csv, choices, showAsDot: true } };
  if (type === "csv" || meta?.interface === "tags") return { id: "labels", options: { ...csv, format: false } };
  if (type === "json") return { id: "formatted-json-value", options: {} };
  if (meta?.interface === "select-color") return { id: "color", options: {} };
  if (meta?.interface?.startsWith("input-rich-text-html")) return { id: "formatted-value", options: {} };
  return { id: null, options: {} };
}

/** How a value is told, where the field's display draws a line of text and nothing else. */
export function lineOf(field: Field): ((value: unknown) => string) | undefined {
  const { id, options } = displayOf(field);
  if (id === null) return plainText;
  // a day has no more exact moment to tell
  if (id !== "datetime" || field.type !== "date" || options.prefix || options.suffix) return undefined;
  return (value) => displays.get(id)?.text?.(value, options) ?? plainText(value);
}

/** Paths that a list has to ask for to show a field: `["author.name"]`, or the field itself. */
export function neededFields(field: Field): string[] {
  const { id, options } = displayOf(field);
  const below = id ? displays.get(id)?.fields?.(options, field) : undefined;
  if (!below?.length) return [field.field];
  return below.map((one) => `${field.field}.${one}`);
}

/** A field's value as one line of text: for names, copies and cards. */
export function valueText(field: Field, value: unknown): string {
  if (value === null || value === undefined) return "";
  const { id, options } = displayOf(field);
  const text = (id ? displays.get(id)?.text : undefined)?.(value, options) ?? plainText(value);
  return field.meta?.interface === "input-rich-text-html" ? withoutTags(text) : text;
}
