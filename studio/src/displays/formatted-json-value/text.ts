import { displayText } from "../template";
import { plainText } from "../text";

/** JSON as text: by the template in the options, an entry of a list after the other; else as it is. */
export function jsonText(value: unknown, options: Record<string, unknown>): string {
  if (value === null || value === undefined) return "";
  const template = typeof options.format === "string" ? options.format : "";
  if (!template) return typeof value === "object" ? JSON.stringify(value) : plainText(value);
  const entries = Array.isArray(value) ? value : [value];
  return entries
    .map((entry) =>
      typeof entry === "object" && entry !== null
        ? displayText(template, entry as Record<string, unknown>)
        : plainText(entry),
    )
    .filter(Boolean)
    .join(", ");
}
