/** The text of a display: what a manifest's template says, filled with the value. Nothing of an extension's code runs. */

import { plainText } from "~/displays/text";
import { formatBytes, formatDate, formatDateTime, formatNumber, formatRelative } from "~/i18n/format";
import type { Text } from "./contract";
import { textOf } from "./texts";

const PART = /\{\{\s*(value|options\.([\w-]+))\s*(?:\|\s*(\w+)\s*)?\}\}/g;

type Format = (value: unknown, options: Record<string, unknown>) => string;
type Moment = string | number;

/** By a value's name behind a bar: `{{value | date}}`. */
const FORMATS: Record<string, Format> = {
  number: (value) => formatNumber(Number(value)),
  percent: (value) => formatNumber(Number(value), { style: "percent", maximumFractionDigits: 1 }),
  date: (value) => formatDate(value as Moment),
  dateTime: (value) => formatDateTime(value as Moment),
  relative: (value) => formatRelative(value as Moment),
  bytes: (value) => formatBytes(Number(value)),
  count: (value) => formatNumber(Array.isArray(value) ? value.length : 0),
  choice: (value, options) => {
    const choices = Array.isArray(options.choices) ? (options.choices as { value: unknown; text?: Text }[]) : [];
    const named = (one: unknown) => textOf(choices.find((each) => each.value === one)?.text ?? plainText(one));
    return Array.isArray(value) ? value.map(named).join(", ") : named(value);
  },
};

/** `{{value}}` and `{{options.NAME}}`, each with a format; what can't be formatted stands as it is. */
export function filledText(template: Text, value: unknown, options: Record<string, unknown>): string {
  return textOf(template).replace(PART, (_, what: string, option: string | undefined, format: string | undefined) => {
    const found = what === "value" ? value : options[option ?? ""];
    if (found === null || found === undefined) return "";
    const how = format && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    try {
      return how ? how(found, options) : plainText(found);
    } catch {
      return plainText(found);
    }
  });
}
