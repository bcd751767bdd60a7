/** The options of an interface, display, layout or panel as fields, drawn by the same form. */
import type { Field } from "~/api/types";
import type { OptionField, Text } from "~/extensions/contract";
import { textOf } from "~/extensions/registry";

export function optionFields(options: readonly OptionField[] | undefined): Field[] {
  return (options ?? []).map((option, index) => ({
    collection: "",
    field: option.field,
    type: option.type,
    schema: null,
    meta: {
      id: null,
      collection: "",
      field: option.field,
      special: option.type === "boolean" ? ["cast-boolean"] : option.type === "json" ? ["cast-json"] : null,
      interface: option.interface ?? null,
      options: option.options ? spoken(option.options) : null,
      display: null,
      display_options: null,
      readonly: false,
      hidden: false,
      sort: index + 1,
      width: option.width ?? "full",
      translations: translations(option.name),
      note: option.note ? textOf(option.note) : null,
      conditions: null,
      required: false,
      group: null,
      validation: null,
      validation_message: null,
    },
  }));
}

/** The values that options have before anybody changes them. */
export function optionDefaults(options: readonly OptionField[] | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (options ?? []).filter((option) => option.default !== undefined).map((option) => [option.field, option.default]),
  );
}

/** Options whose choices are said in the current language. */
function spoken(options: Record<string, unknown>): Record<string, unknown> {
  const { choices } = options;
  if (!Array.isArray(choices)) return options;
  const said = choices.map((one: { text?: Text }) => (one?.text ? { ...one, text: textOf(one.text) } : one));
  return { ...options, choices: said };
}

const translations = (text: Text) =>
  Object.entries(typeof text === "string" ? { en: text, de: text, ar: text } : text).map(([language, translation]) => ({
    language,
    translation,
  }));
