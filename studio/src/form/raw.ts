/** Values as text or JSON. */

const TEXTS = new Set([
  "string",
  "text",
  "uuid",
  "hash",
  "date",
  "time",
  "dateTime",
  "timestamp",
  "decimal",
  "bigInteger",
]);

/** A value as a person can edit it. */
export function toRaw(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** What a text means for a field's type. Throws SyntaxError for what is no JSON where JSON is needed. */
export function fromRaw(text: string, type: string): unknown {
  if (text === "") return null;
  return TEXTS.has(type) ? text : JSON.parse(text);
}
