/** A field made from a column of a file: its name and the type that all of the values have. */
import type { Field } from "~/api/types";
import { parseDate, parseNumber } from "~/grid/clipboard";
import type { Sheet } from "./importing";

const isEmpty = (value: unknown) => value === "" || value === null || value === undefined;

export function typeOf(
  values: readonly unknown[],
): "integer" | "float" | "boolean" | "date" | "dateTime" | "json" | "text" | "string" {
  const filled = values.filter((value) => !isEmpty(value));
  const all = (test: (text: string) => boolean) =>
    filled.length > 0 && filled.every((value) => test(String(value).trim()));
  if (filled.some((value) => typeof value === "object")) return "json";
  if (filled.every((value) => typeof value === "boolean") && filled.length) return "boolean";
  if (all((text) => /^(true|false)$/i.test(text))) return "boolean";
  // what begins with a zero is a code, not a number
  if (all((text) => /^-?(0|[1-9]\d{0,8})$/.test(text))) return "integer";
  if (all((text) => parseNumber(text) !== undefined && !/^0\d/.test(text))) return "float";
  if (all((text) => parseDate(text, "date") !== undefined && !/[T ]\d/.test(text))) return "date";
  if (all((text) => parseDate(text, "dateTime") !== undefined)) return "dateTime";
  return filled.some((value) => String(value).length > 255) ? "text" : "string";
}

const INTERFACES: Record<string, string> = {
  boolean: "boolean",
  date: "datetime",
  dateTime: "datetime",
  json: "input-code",
  text: "input-multiline",
};

export function fieldForColumn(sheet: Sheet, column: number, fields: readonly Field[]): object {
  const type = typeOf(sheet.rows.map((row) => row[column]));
  const base =
    (sheet.columns[column] ?? "")
      .normalize("NFKD")
      .replace(/\p{Diacritic}/gu, "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^(\d)/, "_$1")
      .replace(/^_+|_+$/g, "") || `column_${column + 1}`;
  let field = base;
  for (let number = 2; fields.some((one) => one.field === field); number++) field = `${base}_${number}`;
  return { field, type, schema: { is_nullable: true }, meta: { interface: INTERFACES[type] ?? "input" } };
}
