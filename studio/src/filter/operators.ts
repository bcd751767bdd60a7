/** Which questions can be asked of which kind of field. */
import { isToMany, type Link } from "~/api/relations";
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";

export type Kind = "text" | "number" | "date" | "boolean" | "key" | "json" | "geometry" | "hash" | "one" | "many";
/** What has to be said beside an operator. */
export type Needs = "nothing" | "one" | "two" | "many";

const TEXT =
  "_icontains _ncontains _eq _neq _istarts_with _nistarts_with _iends_with _niends_with _in _nin _empty _nempty";
const NUMBER = "_eq _neq _gt _gte _lt _lte _between _nbetween _in _nin _null _nnull";
const DATE = "_gte _lte _gt _lt _between _nbetween _eq _neq _null _nnull";

const BY_KIND: Record<Kind, string[]> = {
  text: TEXT.split(" "),
  number: NUMBER.split(" "),
  date: DATE.split(" "),
  boolean: ["_eq", "_null", "_nnull"],
  key: ["_eq", "_neq", "_in", "_nin", "_null", "_nnull"],
  json: ["_null", "_nnull"],
  geometry: ["_null", "_nnull"],
  hash: ["_null", "_nnull"],
  one: ["_eq", "_neq", "_in", "_nin", "_null", "_nnull"],
  many: ["_nnull", "_null"],
};

const TYPES: Record<string, Kind> = {
  integer: "number",
  bigInteger: "number",
  float: "number",
  decimal: "number",
  date: "date",
  time: "date",
  dateTime: "date",
  timestamp: "date",
  boolean: "boolean",
  uuid: "key",
  json: "json",
  hash: "hash",
};

export function kindOf(field: Pick<Field, "type"> | undefined, link?: Link): Kind {
  if (link) return isToMany(link) ? "many" : "one";
  const type = field?.type ?? "string";
  return type.startsWith("geometry") ? "geometry" : (TYPES[type] ?? "text");
}

/** The operators of a kind; a field with choices is asked for them first. */
export function operatorsOf(kind: Kind, choices = false): string[] {
  const all = BY_KIND[kind];
  if (!choices || kind !== "text") return all;
  const first = ["_eq", "_neq", "_in", "_nin"];
  return [...first, ...all.filter((one) => !first.includes(one))];
}

export function needsOf(operator: string): Needs {
  if (operator === "_in" || operator === "_nin") return "many";
  if (operator === "_between" || operator === "_nbetween") return "two";
  return ["_null", "_nnull", "_empty", "_nempty"].includes(operator) ? "nothing" : "one";
}

/** "is", "is before", "contains": an operator in words. One that has none stands for itself. */
export function operatorText(operator: string, kind: Kind): string {
  if (kind === "date" && DATE_WORDS.has(operator)) return t(`filter.date.${operator}`);
  if (kind === "many" && (operator === "_null" || operator === "_nnull")) return t(`filter.many.${operator}`);
  return KNOWN.has(operator) ? t(`filter.op.${operator}`) : operator;
}

const DATE_WORDS: ReadonlySet<string> = new Set(["_gt", "_gte", "_lt", "_lte"]);
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(BY_KIND).flat(),
  "_contains",
  "_starts_with",
  "_nstarts_with",
  "_ends_with",
  "_nends_with",
]);

/** What a rule with another operator starts with, from what was said before. */
export function carriedValue(from: string, to: string, value: unknown): unknown {
  const needs = needsOf(to);
  if (needs === "nothing") return true;
  const before = needsOf(from);
  if (before === needs) return value;
  if (before === "nothing") return undefined;
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return needs === "one" ? list[0] : list;
}
