/** Rows of a file on their way into a collection: read, mapped, tried, written. */
import { get, patch, post, request } from "~/api/client";
import { keyOf } from "~/api/keys";
import { fieldName } from "~/api/names";
import { newOperation } from "~/api/operation";
import { itemsPath, type Link } from "~/api/relations";
import type { Field, Filter, Item, Key } from "~/api/types";
import { parseCell } from "~/grid/clipboard";
import type { Operation } from "~/grid/history";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";

export const MOST_ROWS = 20_000;
const CHUNK = 250;
const TEXTS: ReadonlySet<string> = new Set(["string", "text", "uuid"]);

export interface Sheet {
  name: string;
  columns: string[];
  rows: unknown[][];
}

/** Where a column's values go. `by`: related items are found by this field. */
export interface Target {
  field: string;
  by?: string;
}

const WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
export const SHEET_TYPES = [".csv", ".json", ".xlsx", "text/csv", "application/json", WORKBOOK];

/** The rows of a file for a collection: CSV and JSON are read here, workbooks by the server. Throws Error. */
export async function readFile(collection: string, file: File): Promise<Sheet> {
  if (!/\.xlsx$/i.test(file.name) && file.type !== WORKBOOK) return readSheet(file.name, await file.text());
  const form = new FormData();
  form.append("file", new Blob([file], { type: WORKBOOK }), file.name);
  const { columns, rows } = await request<Omit<Sheet, "name">>(
    "POST",
    `/utils/import/${encodeURIComponent(collection)}`,
    { query: { preview: true }, body: form },
  );
  return checked({ name: file.name, columns, rows: rows.map((row) => columns.map((_, at) => row[at] ?? "")) });
}

/** The rows of a CSV or JSON text. Throws Error with a text for people. */
export async function readSheet(name: string, content: string): Promise<Sheet> {
  const text = content.replace(/^\ufeff/, "");
  if (/^\s*[[{]/.test(text) && !name.toLowerCase().endsWith(".csv")) return readJson(name, text);
  const { default: papa } = await import("papaparse");
  const parsed = papa.parse<string[]>(text, { skipEmptyLines: "greedy" });
  const [columns, ...rows] = parsed.data;
  if (!columns?.length) throw new Error(t("content.import.empty_file"));
  const quoted = parsed.errors.find((one) => one.type === "Quotes");
  if (quoted) throw new Error(t("content.import.broken", { row: (quoted.row ?? 0) + 1, message: quoted.message }));
  return checked({ name, columns: columns.map((one) => one.trim()), rows });
}

function readJson(name: string, text: string): Sheet {
  const data: unknown = JSON.parse(text);
  const items = (Array.isArray(data) ? data : ((data as { data?: unknown }).data ?? [data])) as unknown[];
  if (!Array.isArray(items) || !items.every((one) => one !== null && typeof one === "object" && !Array.isArray(one)))
    throw new Error(t("content.import.no_objects"));
  const columns = [...new Set((items as Item[]).flatMap((item) => Object.keys(item)))];
  return checked({ name, columns, rows: (items as Item[]).map((item) => columns.map((column) => item[column])) });
}

function checked(sheet: Sheet): Sheet {
  if (sheet.rows.length === 0) throw new Error(t("content.import.empty_file"));
  if (sheet.rows.length > MOST_ROWS) throw new Error(t("content.import.too_many", { most: MOST_ROWS }));
  return sheet;
}

const plain = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

const pairs = (text: string): string[] => {
  const joined = plain(text).replaceAll(" ", "");
  return Array.from({ length: Math.max(0, joined.length - 1) }, (_, at) => joined.slice(at, at + 2));
};

/** How much two names are alike, from 0 to 1: by the pairs of letters that they share. */
export function likeness(one: string, other: string): number {
  if (plain(one) === plain(other)) return 1;
  const [a, b] = [pairs(one), pairs(other)];
  if (!a.length || !b.length) return 0;
  const rest = [...b];
  let shared = 0;
  for (const pair of a) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    shared++;
  }
  return (2 * shared) / (a.length + b.length);
}

const LIKE_ENOUGH = 0.5;

export interface Importable {
  field: Field;
  link?: Link;
  /** Fields that name related items, best first; empty for fields that are no relations. */
  names: string[];
}

/** Whether a value fits a field, as far as can be told here. */
const fits = ({ field, link }: Importable, value: unknown) =>
  link || value === undefined || value === null || value === "" || typeof value !== "string"
    ? true
    : !("problem" in parseCell(field, value));

/** The most likely target of each column: by its name, else by a name that is alike and values that fit. */
export function suggest(sheet: Sheet, fields: readonly Importable[]): (Target | null)[] {
  const scores = sheet.columns.map((column, place) => {
    const sample = sheet.rows.slice(0, 50).map((row) => row[place]);
    return fields.map((one) => {
      const names = [one.field.field, fieldName(one.field)];
      const best = Math.max(
        ...names.map((name) => likeness(column, name)),
        // "author name" is the author, found by name
        ...one.names.map((by) => 0.97 * likeness(column, `${one.field.field} ${by}`)),
      );
      const filled = sample.filter((value) => value !== "" && value !== null && value !== undefined);
      const fitting = filled.length ? filled.filter((value) => fits(one, value)).length / filled.length : 1;
      return best * (0.5 + fitting / 2);
    });
  });
  const targets: (Target | null)[] = sheet.columns.map(() => null);
  const taken = new Set<number>();
  const order = scores
    .flatMap((row, column) => row.map((score, field) => ({ score, column, field })))
    .filter((one) => one.score >= LIKE_ENOUGH)
    .sort((one, other) => other.score - one.score);
  for (const { column, field } of order) {
    const target = fields[field];
    if (targets[column] || taken.has(field) || !target) continue;
    taken.add(field);
    targets[column] = { field: target.field.field, by: byFor(sheet, column, target) };
  }
  return targets;
}

/** Related items are named by their key when all values look like keys, else by a name. */
function byFor(sheet: Sheet, column: number, { names, field }: Importable): string | undefined {
  if (!names.length) return undefined;
  const values = sheet.rows
    .slice(0, 50)
    .map((row) => String(row[column] ?? ""))
    .filter(Boolean);
  const keys = field.type === "integer" ? /^\d+$/ : field.type === "uuid" ? /^[0-9a-f-]{36}$/i : null;
  return keys && values.every((value) => keys.test(value)) ? undefined : names[0];
}

export interface RowError {
  /** From 1, without the header. */
  row: number;
  column?: string;
  message: string;
}

export interface Mapped {
  /** By their numbers; rows with an error of their own are not there. */
  items: Map<number, Item>;
  errors: RowError[];
}

/** The keys of related items by the values that name them. */
async function keysBy(
  collection: string,
  key: string,
  by: string,
  values: readonly string[],
): Promise<Map<string, Key>> {
  const found = new Map<string, Key>();
  for (let at = 0; at < values.length; at += 200) {
    const filter: Filter = { [by]: { _in: values.slice(at, at + 200) } };
    const items = await get<Item[]>(itemsPath(collection), { fields: `${key},${by}`, filter, limit: -1 });
    for (const item of items) {
      const name = String(item[by]);
      if (!found.has(name)) found.set(name, item[key] as Key);
    }
  }
  return found;
}

/** The rows as items. What can't be a value of its field is an error of its row. */
export async function mapRows(
  sheet: Sheet,
  targets: readonly (Target | null)[],
  fields: readonly Importable[],
  keyOf: (collection: string) => Promise<string>,
): Promise<Mapped> {
  const result: Mapped = { items: new Map(), errors: [] };
  const byField = new Map(fields.map((one) => [one.field.field, one]));
  const lookups = new Map<number, Map<string, Key>>();
  for (const [place, target] of targets.entries()) {
    const related = target?.by ? byField.get(target.field)?.link?.related : undefined;
    if (!target?.by || !related) continue;
    const values = [...new Set(sheet.rows.map((row) => String(row[place] ?? "").trim()).filter(Boolean))];
    lookups.set(place, await keysBy(related, await keyOf(related), target.by, values));
  }
  for (const [index, row] of sheet.rows.entries()) {
    const number = index + 1;
    const item: Item = {};
    let wrong = false;
    for (const [place, target] of targets.entries()) {
      const known = target && byField.get(target.field);
      if (!target || !known) continue;
      const value = row[place];
      const fail = (message: string) => {
        wrong = true;
        result.errors.push({ row: number, column: sheet.columns[place], message });
      };
      const lookup = lookups.get(place);
      if (lookup) {
        const text = String(value ?? "").trim();
        if (!text) continue;
        const key = lookup.get(text);
        if (key === undefined) fail(t("content.import.no_link", { value: text }));
        else item[target.field] = key;
      } else if (typeof value === "string") {
        if (value.trim() === "") {
          // an empty cell leaves a field at what it has without one; where that can't be, the server says so
          if (known.field.meta?.required && (known.field.schema?.default_value ?? null) === null) {
            fail(t("content.problem.required"));
          } else if (known.field.schema?.is_nullable) item[target.field] = null;
          continue;
        }
        const parsed = parseCell(known.field, value);
        if ("problem" in parsed) fail(t(`content.problem.${parsed.problem}`));
        else item[target.field] = parsed.value;
      } else if (value !== undefined) {
        // spreadsheets write what looks like a number as one
        item[target.field] = typeof value === "number" && TEXTS.has(known.field.type) ? String(value) : value;
      }
    }
    if (!wrong) result.items.set(number, item);
  }
  return result;
}

export interface Check {
  created: number[];
  updated: number[];
  /** Rows whose items have these values already: they are not written. */
  same: number[];
  errors: RowError[];
}

interface DryRun {
  created: number[];
  updated: number[];
  errors: { row: number; message: string; extensions: { field?: string } }[];
}

/** Those of some rows whose items are as the rows say. */
async function sameRows(
  collection: string,
  key: string,
  mapped: Mapped,
  numbers: readonly number[],
): Promise<number[]> {
  const same: number[] = [];
  const rows = numbers.flatMap((number) => {
    const item = mapped.items.get(number);
    return item ? [{ number, item }] : [];
  });
  const named = [...new Set(rows.flatMap(({ item }) => Object.keys(item)))];
  for (const chunk of chunks(rows)) {
    const filter = { [key]: { _in: chunk.map(({ item }) => keyOf(item, key)) } };
    const found = await get<Item[]>(itemsPath(collection), { fields: [key, ...named].join(","), filter, limit: -1 });
    const now = new Map(found.map((item) => [String(item[key]), item]));
    for (const { number, item } of chunk) {
      const before = now.get(String(keyOf(item, key)));
      if (before && Object.entries(item).every(([name, value]) => name === key || sameValue(before[name], value)))
        same.push(number);
    }
  }
  return same;
}

const sameValue = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What would become of the rows: tried on the server, nothing written. */
export async function tryRows(collection: string, key: string, mapped: Mapped): Promise<Check> {
  const numbers = [...mapped.items.keys()];
  const file = new Blob([JSON.stringify([...mapped.items.values()])], { type: "application/json" });
  const form = new FormData();
  form.append("file", file, "rows.json");
  const told = numbers.length
    ? await request<DryRun>("POST", `/utils/import/${encodeURIComponent(collection)}`, {
        query: { dryRun: true },
        body: form,
      })
    : { created: [], updated: [], errors: [] };
  const at = (place: number) => numbers[place - 1] ?? place;
  const updated = told.updated.map(at);
  const same = await sameRows(collection, key, mapped, updated);
  const unchanged = new Set(same);
  return {
    created: told.created.map(at),
    updated: updated.filter((number) => !unchanged.has(number)),
    same,
    errors: [
      ...mapped.errors,
      ...told.errors.map((one) => ({ row: at(one.row), column: one.extensions.field, message: one.message })),
    ].sort((one, other) => one.row - other.row),
  };
}

/** Write the rows that are right, and give the operation that takes them out again. What was written before a failure is taken back. */
export async function importRows(
  collection: string,
  key: string,
  mapped: Mapped,
  check: Check,
  onProgress: (done: number) => void,
): Promise<Operation> {
  const items = (numbers: readonly number[]) => numbers.map((number) => mapped.items.get(number) as Item);
  const changed = items(check.updated);
  const named = [...new Set(changed.flatMap((item) => Object.keys(item)))];
  const before: Item[] = [];
  for (const chunk of chunks(changed)) {
    const filter = { [key]: { _in: chunk.map((item) => keyOf(item, key)) } };
    before.push(
      ...(await get<Item[]>(itemsPath(collection), { fields: [key, ...named].join(","), filter, limit: -1 })),
    );
  }
  let made: Key[] = [];
  const takeBack = async () => {
    const operation = newOperation();
    for (const chunk of chunks(made)) await request("DELETE", itemsPath(collection), { body: chunk, operation });
    made = [];
    for (const chunk of chunks(before))
      await patch(itemsPath(collection), chunk, { fields: key, limit: -1 }, operation);
  };
  const write = async () => {
    const operation = newOperation();
    let done = 0;
    try {
      for (const chunk of chunks(items(check.created))) {
        const answer = await post<Item[]>(itemsPath(collection), chunk, { fields: key, limit: -1 }, operation);
        made.push(...answer.map((item) => item[key] as Key));
        done += chunk.length;
        onProgress(done);
      }
      for (const chunk of chunks(changed)) {
        await patch(itemsPath(collection), chunk, { fields: key, limit: -1 }, operation);
        done += chunk.length;
        onProgress(done);
      }
    } catch (error) {
      await takeBack();
      throw error;
    }
  };
  await write();
  const count = check.created.length + changed.length;
  return { text: t("content.undo.imported", { count, text: formatNumber(count) }), undo: takeBack, redo: write };
}

function chunks<Value>(values: readonly Value[]): Value[][] {
  return Array.from({ length: Math.ceil(values.length / CHUNK) }, (_, at) =>
    values.slice(at * CHUNK, (at + 1) * CHUNK),
  );
}

/** The rejected rows with the reasons, as a CSV to mend. */
export async function rejectedCsv(sheet: Sheet, errors: readonly RowError[]): Promise<string> {
  const { default: papa } = await import("papaparse");
  const reasons = new Map<number, string[]>();
  for (const { row, column, message } of errors)
    reasons.set(row, [...(reasons.get(row) ?? []), column ? `${column}: ${message}` : message]);
  return papa.unparse(
    {
      fields: [...sheet.columns, t("content.import.reason")],
      data: [...reasons].map(([row, texts]) => [
        ...(sheet.rows[row - 1] ?? []).map((cell) =>
          cell !== null && typeof cell === "object" ? JSON.stringify(cell) : cell,
        ),
        texts.join("; "),
      ]),
    },
    { escapeFormulae: true },
  );
}
