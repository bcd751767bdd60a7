/** What can be done to one field of many items: each operation says what becomes of a value. */
import { fieldName } from "~/api/names";
import { isToMany, type Link } from "~/api/relations";
import type { Field, Item, Key } from "~/api/types";
import { conditionFields } from "~/form/conditions";
import { fieldsOfRule, type RuleVariables } from "~/form/rules";
import { validate } from "~/form/validation";
import type { RowChange } from "~/grid/edits";
import { plainValue } from "./saver";

export type Operator = "set" | "clear" | "add" | "remove" | "increase" | "replace";

export interface Step {
  field: Field;
  link?: Link;
  operator: Operator;
  /** What is set, added, removed; or by how much. */
  value: unknown;
  /** What is found, for "replace". */
  find?: string;
}

const NUMBERS = new Set(["integer", "float", "decimal", "bigInteger"]);
const LISTS = new Set(["json", "csv"]);

const holdsList = (field: Field) =>
  field.type === "csv" ||
  (field.type === "json" &&
    ["tags", "select-multiple-checkbox", "select-multiple-dropdown"].includes(field.meta?.interface ?? ""));

/** The operations that a field allows; none, when it can't be changed for many items. */
export function operatorsFor(field: Field, link?: Link): Operator[] {
  const { meta, schema } = field;
  if (meta?.readonly || schema?.is_primary_key || schema?.is_generated) return [];
  if (link && isToMany(link)) return link.kind === "m2m" ? ["add", "remove", "clear"] : [];
  if (field.type === "alias") return [];
  const empty: Operator[] = meta?.required || schema?.is_nullable === false ? [] : ["clear"];
  if (schema?.is_unique) return empty;
  if (LISTS.has(field.type)) return holdsList(field) ? ["add", "remove", "set", ...empty] : ["set", ...empty];
  if (link) return ["set", ...empty];
  if (NUMBERS.has(field.type) && !meta?.options?.choices) return ["set", "increase", ...empty];
  if (["string", "text"].includes(field.type) && !meta?.options?.choices) return ["set", "replace", ...empty];
  return ["set", ...empty];
}

/** Whether a step says enough to be done. */
export function isReady({ operator, value, find }: Step): boolean {
  if (operator === "clear") return true;
  if (operator === "replace") return !!find;
  if (operator === "increase") return typeof value === "number" && value !== 0;
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
const has = (list: unknown[], one: unknown) => list.some((other) => JSON.stringify(other) === JSON.stringify(one));

/** The value after a step of a field that holds it itself. */
export function after({ operator, value, find }: Step, before: unknown): unknown {
  switch (operator) {
    case "clear":
      return null;
    case "add":
      return [...asList(before), ...asList(value).filter((one) => !has(asList(before), one))];
    case "remove":
      return asList(before).filter((one) => !has(asList(value), one));
    case "increase":
      // as people count: 0.1 and 0.2 are 0.3
      return before === null || before === undefined
        ? before
        : Number((Number(before) + Number(value)).toPrecision(15));
    case "replace":
      return typeof before === "string" ? before.replaceAll(find ?? "", String(value ?? "")) : before;
    default:
      return value;
  }
}

/** What has to be read of the items to plan steps: their fields, and those of `known` that their rules look at. */
export function fieldsFor(steps: readonly Step[], known: readonly Field[]): string[] {
  const names = new Set(known.map((field) => field.field));
  return steps.flatMap(({ field, link }) =>
    link?.kind === "m2m" && link.junction
      ? [`${field.field}.*`]
      : [
          field.field,
          ...[...conditionFields(field), ...fieldsOfRule(field.meta?.validation)].filter((name) => names.has(name)),
        ],
  );
}

/** The changes that the rules of their fields refuse, and what these say. */
export function refusedBy(
  steps: readonly Step[],
  items: readonly Item[],
  key: string,
  changes: readonly RowChange[],
  variables: RuleVariables,
): { key: Key; message: string }[] {
  const before = new Map(items.map((item) => [item[key], item]));
  return changes.flatMap((change) => {
    const fields = steps.map((step) => step.field).filter((field) => field.field in change.values);
    const wrong = validate(fields, { ...before.get(change.key), ...change.values }, variables);
    const said = fields
      .filter(({ field }) => wrong[field])
      .map((field) => `${fieldName(field)}: ${wrong[field.field]}`);
    return said.length ? [{ key: change.key, message: said.join(" ") }] : [];
  });
}

export interface Plan {
  changes: RowChange[];
  /** The way back. */
  back: RowChange[];
  /** How many items have it already. */
  same: number;
}

/** What becomes of items. */
export function plan(steps: readonly Step[], items: readonly Item[], key: string): Plan {
  const result: Plan = { changes: [], back: [], same: 0 };
  for (const item of items) {
    const values: Item = {};
    const back: Item = {};
    for (const step of steps) {
      const name = step.field.field;
      if (step.link?.kind === "m2m" && step.link.junctionField) {
        const change = linkChange(step, asList(item[name]) as Item[], step.link.junctionField);
        if (change) {
          values[name] = change.forth;
          back[name] = change.back;
        }
        continue;
      }
      const before = plainValue(item[name]);
      const next = after(step, before);
      if (JSON.stringify(before ?? null) === JSON.stringify(next ?? null)) continue;
      values[name] = next;
      back[name] = before;
    }
    const id = item[key] as Key;
    if (Object.keys(values).length === 0) result.same++;
    else {
      result.changes.push({ key: id, values });
      result.back.push({ key: id, values: back });
    }
  }
  return result;
}

/** What is linked and unlinked; the way back is to have exactly the links from before. */
function linkChange(step: Step, rows: Item[], junctionField: string): { forth: unknown; back: unknown } | null {
  const target = (row: Item) => plainValue(row[junctionField]) as Key;
  const linked = rows.map(target);
  const wanted = asList(step.value) as Key[];
  const next =
    step.operator === "clear"
      ? []
      : step.operator === "remove"
        ? linked.filter((one) => !has(wanted, one))
        : [...linked, ...wanted.filter((one) => !has(linked, one))];
  if (next.length === linked.length) return null;
  const create = next.filter((one) => !has(linked, one)).map((one) => ({ [junctionField]: one }));
  // a junction's row that stays is named by its key, what is not named is taken away
  const kept = rows.filter((row) => has(next, target(row)));
  const bare = (row: Item) => ("id" in row ? row.id : { [junctionField]: target(row) });
  return {
    forth: [...kept.map(bare), ...create],
    back: linked.map((one) => {
      const row = kept.find((other) => target(other) === one);
      return row && "id" in row ? row.id : { [junctionField]: one };
    }),
  };
}
