/** Cells as text that spreadsheets take, and back. */
import type { Field } from "~/api/types";
import { plainText } from "~/displays/text";

/** Rows of cells as tab-separated text; cells with tabs, breaks or quotes are quoted as spreadsheets do. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t"))
    .join("\n");
}

/** The cells of tab-separated text. */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === "\t") {
      row.push(cell);
      cell = "";
    } else if (char === "\n" || char === "\r") {
      if (char === "\r" && text[at + 1] === "\n") at++;
      row.push(cell);
      rows.push(row);
      row = [];
      cell = "";
    } else cell += char;
  }
  if (cell !== "" || row.length) rows.push([...row, cell]);
  return rows;
}

/** A value as it is copied: what can be pasted again, and what a spreadsheet understands. */
export function copyText(field: Field, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (field.type === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return plainText(value);
}

export type Parsed = { value: unknown } | { problem: Problem };
export type Problem = "number" | "integer" | "boolean" | "date" | "json" | "choice" | "required";

const YES = new Set(["true", "yes", "1", "ja", "wahr", "x", "✓", "نعم"]);
const NO = new Set(["false", "no", "0", "nein", "falsch", "", "لا"]);

/** "1.234,5" or "1,234.5" as a number. */
export function parseNumber(text: string): number | undefined {
  let plain = text.replace(/[\s\u00a0\u202f'’]/g, "");
  const comma = plain.lastIndexOf(",");
  const dot = plain.lastIndexOf(".");
  if (comma >= 0 && dot >= 0)
    plain = comma > dot ? plain.replaceAll(".", "").replace(",", ".") : plain.replaceAll(",", "");
  else if (comma >= 0)
    plain = /^[+-]?\d{1,3}(,\d{3})+$/.test(plain) ? plain.replaceAll(",", "") : plain.replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  return Number(plain);
}

const pad = (part: string | undefined, length = 2) => (part ?? "").padStart(length, "0");

/** A day or moment as the wire writes it, from ISO, "31.12.2026", "12/31/2026" and the like. */
export function parseDate(text: string, type: string): string | undefined {
  const [, day = "", time = ""] = /^(\S+?)(?:[T ]+(\S.*))?$/.exec(text.trim()) ?? [];
  if (type === "time") return timeOf(text.trim());
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(day);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(day);
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(day);
  const [year, month, date] = iso
    ? [iso[1], iso[2], iso[3]]
    : dotted
      ? [dotted[3], dotted[2], dotted[1]]
      : slashed
        ? [slashed[3], slashed[1], slashed[2]]
        : [];
  if (!year) return undefined;
  const whole = `${year}-${pad(month)}-${pad(date)}`;
  const check = new Date(`${whole}T00:00:00Z`);
  if (Number.isNaN(check.getTime()) || check.toISOString().slice(0, 10) !== whole) return undefined;
  if (type === "date") return whole;
  if (!time) return `${whole}T00:00:00`;
  const clock = timeOf(time);
  if (!clock) return undefined;
  const zone = /(Z|[+-]\d{2}:?\d{2})$/.exec(time)?.[1] ?? "";
  return `${whole}T${clock}${zone}`;
}

function timeOf(text: string): string | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(am|pm)?(?:Z|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (!match) return undefined;
  let hour = Number(match[1]);
  const half = match[4]?.toLowerCase();
  if (half) hour = (hour % 12) + (half === "pm" ? 12 : 0);
  if (hour > 23 || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) return undefined;
  return `${pad(String(hour))}:${match[2]}:${pad(match[3])}`;
}

/** What a text means for a field, or what is wrong with it. An empty text is null. */
export function parseCell(field: Field, text: string): Parsed {
  const { type, meta, schema } = field;
  const trimmed = text.trim();
  if (trimmed === "" && type !== "boolean") {
    if (meta?.required || (schema && !schema.is_nullable && schema.default_value === null))
      return { problem: "required" };
    return { value: null };
  }
  const choices = Array.isArray(meta?.options?.choices)
    ? (meta.options.choices as { text?: string; value?: unknown }[])
    : undefined;
  if (choices && type !== "json" && type !== "csv") {
    const found = choices.find(
      (one) => String(one.value) === trimmed || one.text?.toLowerCase() === trimmed.toLowerCase(),
    );
    if (found) return { value: found.value };
    if (!meta?.options?.allowOther) return { problem: "choice" };
  }
  switch (type) {
    case "integer":
    case "float":
    case "decimal":
    case "bigInteger": {
      const number = parseNumber(trimmed);
      if (number === undefined) return { problem: "number" };
      if (type === "bigInteger") return { value: trimmed.replace(/[\s.,']/g, "") };
      if (type === "integer" && !Number.isInteger(number)) return { problem: "integer" };
      return { value: number };
    }
    case "boolean": {
      const word = trimmed.toLowerCase();
      return YES.has(word) ? { value: true } : NO.has(word) ? { value: false } : { problem: "boolean" };
    }
    case "date":
    case "time":
    case "dateTime":
    case "timestamp": {
      const value = parseDate(trimmed, type);
      return value ? { value } : { problem: "date" };
    }
    case "csv":
      return {
        value: trimmed
          .split(",")
          .map((part) => part.trim())
          .filter(Boolean),
      };
    case "json": {
      if (!/^[[{"]/.test(trimmed) && meta?.interface === "tags")
        return {
          value: trimmed
            .split(",")
            .map((part) => part.trim())
            .filter(Boolean),
        };
      try {
        return { value: JSON.parse(trimmed) };
      } catch {
        return { problem: "json" };
      }
    }
    default:
      return { value: text };
  }
}
