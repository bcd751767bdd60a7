/**
 * Rules in the syntax of filters, judged against the values of a form: for conditions and validation. The server stays
 * the authority; what can't be known here (fields below a relation that is not loaded) is no match.
 */
import type { Filter, Item } from "~/api/types";

/** What dynamic values stand for. */
export interface RuleVariables {
  user?: string | null;
  role?: string | null;
  now?: Date;
}

/** Whether values meet a rule. An empty rule is met by everything. */
export function matches(
  rule: Filter | null | undefined,
  values: Readonly<Item>,
  variables: RuleVariables = {},
): boolean {
  if (!rule) return true;
  return Object.entries(rule).every(([name, inner]) => {
    if (name === "_and") return list(inner).every((one) => matches(one, values, variables));
    if (name === "_or") {
      const choices = list(inner);
      return choices.length === 0 || choices.some((one) => matches(one, values, variables));
    }
    return matchesField(fieldValue(name, values), inner, variables, name in values);
  });
}

/** The fields of the item that a rule looks at. */
export function fieldsOfRule(rule: Filter | null | undefined): string[] {
  if (!rule) return [];
  const found = new Set<string>();
  for (const [name, inner] of Object.entries(rule)) {
    if (name === "_and" || name === "_or") {
      for (const one of list(inner)) for (const field of fieldsOfRule(one)) found.add(field);
    } else {
      found.add(functionOf(name)?.field ?? name);
    }
  }
  return [...found];
}

const list = (value: unknown): Filter[] => (Array.isArray(value) ? (value as Filter[]) : []);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function functionOf(name: string): { name: string; field: string } | undefined {
  const match = /^(\w+)\(([^()]+)\)$/.exec(name);
  return match ? { name: match[1] ?? "", field: (match[2] ?? "").trim() } : undefined;
}

function fieldValue(name: string, values: Readonly<Item>): unknown {
  const call = functionOf(name);
  if (!call) return values[name];
  const value = values[call.field];
  if (call.name === "count")
    return Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;
  const date = new Date(String(value ?? ""));
  if (Number.isNaN(date.getTime())) return null;
  const parts: Record<string, () => number> = {
    year: () => date.getFullYear(),
    month: () => date.getMonth() + 1,
    day: () => date.getDate(),
    weekday: () => date.getDay(),
    hour: () => date.getHours(),
    minute: () => date.getMinutes(),
    second: () => date.getSeconds(),
  };
  return parts[call.name]?.() ?? null;
}

function matchesField(value: unknown, condition: unknown, variables: RuleVariables, present: boolean): boolean {
  if (!isObject(condition)) return equal(value, dynamic(condition, variables));
  return Object.entries(condition).every(([operator, argument]) => {
    if (operator === "_and") return list(argument).every((one) => matchesField(value, one, variables, present));
    if (operator === "_or") return list(argument).some((one) => matchesField(value, one, variables, present));
    if (operator === "_submitted") return present === (argument !== false);
    const judge = OPERATORS[operator];
    if (judge)
      return judge(
        value,
        Array.isArray(argument) ? argument.map((one) => dynamic(one, variables)) : dynamic(argument, variables),
      );
    // a field below a relation
    if (Array.isArray(value)) {
      const inner = operator === "_some" || operator === "_none" ? (argument as Filter) : { [operator]: argument };
      const some = value.some((one) => isObject(one) && matches(inner, one, variables));
      return operator === "_none" ? !some : some;
    }
    if (isObject(value)) return matches({ [operator]: argument }, value, variables);
    // a linked item of which only the key is known
    return operator === "id" && matchesField(value, argument, variables, present);
  });
}

function dynamic(value: unknown, { user, role, now = new Date() }: RuleVariables): unknown {
  if (typeof value !== "string" || !value.startsWith("$")) return value;
  if (value === "$CURRENT_USER") return user ?? null;
  if (value === "$CURRENT_ROLE") return role ?? null;
  const match = /^\$NOW(?:\(\s*([+-]?\s*\d+)\s*([a-z]*)\s*\))?$/i.exec(value);
  if (!match) return value;
  const amount = Number((match[1] ?? "0").replace(/\s/g, ""));
  return moved(now, amount, (match[2] || "d").toLowerCase()).toISOString();
}

function moved(date: Date, amount: number, unit: string): Date {
  const result = new Date(date);
  const steps: [RegExp, () => void][] = [
    [/^(ms|msecs?|milliseconds?)$/, () => result.setMilliseconds(result.getMilliseconds() + amount)],
    [/^(s|secs?|seconds?)$/, () => result.setSeconds(result.getSeconds() + amount)],
    [/^(m|mins?|minutes?)$/, () => result.setMinutes(result.getMinutes() + amount)],
    [/^(h|hrs?|hours?)$/, () => result.setHours(result.getHours() + amount)],
    [/^(w|weeks?)$/, () => result.setDate(result.getDate() + 7 * amount)],
    [/^(mth|mo|months?)$/, () => result.setMonth(result.getMonth() + amount)],
    [/^(y|yrs?|years?)$/, () => result.setFullYear(result.getFullYear() + amount)],
  ];
  const found = steps.find(([pattern]) => pattern.test(unit));
  if (found) found[1]();
  else result.setDate(result.getDate() + amount);
  return result;
}

/** A value to compare: numbers and dates as numbers, a linked item as its key. */
function comparable(value: unknown): unknown {
  if (isObject(value) && "id" in value) return value.id;
  return value;
}

function equal(a: unknown, b: unknown): boolean {
  const left = comparable(a) ?? null;
  const right = comparable(b) ?? null;
  if (left === null || right === null) return left === right;
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  return left === right || String(left) === String(right) || compare(left, right) === 0;
}

const truth = (value: unknown): unknown =>
  value === 1 || value === "1" || value === "true"
    ? true
    : value === 0 || value === "0" || value === "false"
      ? false
      : value;

/** Below, at or above zero; undefined for what has no order. */
function compare(a: unknown, b: unknown): number | undefined {
  const left = comparable(a);
  const right = comparable(b);
  if (left === null || left === undefined || right === null || right === undefined) return undefined;
  const numbers = [Number(left), Number(right)] as const;
  const isText = (value: unknown) => typeof value === "string" && value.trim() === "";
  if (!isText(left) && !isText(right) && !Number.isNaN(numbers[0]) && !Number.isNaN(numbers[1])) {
    return numbers[0] - numbers[1];
  }
  const iso = /^\d{4}-\d{2}-\d{2}/;
  if (iso.test(String(left)) && iso.test(String(right))) return Date.parse(String(left)) - Date.parse(String(right));
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
const items = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === "string" ? value.split(",").map((one) => one.trim()) : [value];
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
const isNull = (value: unknown): boolean => value === null || value === undefined;
const wanted = (argument: unknown): boolean => argument !== false && argument !== "false" && argument !== 0;
const has = (value: unknown, argument: unknown): boolean =>
  Array.isArray(value) ? value.some((one) => equal(one, argument)) : text(value).includes(text(argument));
const ordered = (judge: (difference: number) => boolean) => (value: unknown, argument: unknown) => {
  const difference = compare(value, argument);
  return difference !== undefined && judge(difference);
};
const lower = (value: unknown): string => text(value).toLowerCase();
const within = (value: unknown, argument: unknown): boolean => {
  const [from, to] = items(argument);
  return (compare(value, from) ?? -1) >= 0 && (compare(value, to) ?? 1) <= 0;
};

type Judge = (value: unknown, argument: unknown) => boolean;
const not =
  (judge: Judge): Judge =>
  (value, argument) =>
    !judge(value, argument);
const oneOf: Judge = (value, argument) =>
  Array.isArray(value)
    ? value.some((one) => items(argument).some((other) => equal(one, other)))
    : items(argument).some((one) => equal(value, one));

const OPERATORS: Record<string, Judge | undefined> = {
  _eq: equal,
  _neq: not(equal),
  _lt: ordered((difference) => difference < 0),
  _lte: ordered((difference) => difference <= 0),
  _gt: ordered((difference) => difference > 0),
  _gte: ordered((difference) => difference >= 0),
  _in: oneOf,
  _nin: not(oneOf),
  _between: within,
  _nbetween: not(within),
  _null: (value, argument) => isNull(value) === wanted(argument),
  _nnull: (value, argument) => isNull(value) !== wanted(argument),
  _empty: (value, argument) => isEmpty(value) === wanted(argument),
  _nempty: (value, argument) => isEmpty(value) !== wanted(argument),
  _contains: has,
  _ncontains: not(has),
  _icontains: (value, argument) => lower(value).includes(lower(argument)),
  _nicontains: (value, argument) => !lower(value).includes(lower(argument)),
  _ieq: (value, argument) => lower(value) === lower(argument),
  _nieq: (value, argument) => lower(value) !== lower(argument),
  _starts_with: (value, argument) => text(value).startsWith(text(argument)),
  _nstarts_with: (value, argument) => !text(value).startsWith(text(argument)),
  _istarts_with: (value, argument) => lower(value).startsWith(lower(argument)),
  _nistarts_with: (value, argument) => !lower(value).startsWith(lower(argument)),
  _ends_with: (value, argument) => text(value).endsWith(text(argument)),
  _nends_with: (value, argument) => !text(value).endsWith(text(argument)),
  _iends_with: (value, argument) => lower(value).endsWith(lower(argument)),
  _niends_with: (value, argument) => !lower(value).endsWith(lower(argument)),
  _regex: (value, argument) => {
    if (isEmpty(value)) return true;
    try {
      const written = /^\/(.*)\/([a-z]*)$/s.exec(text(argument));
      return new RegExp(written?.[1] ?? text(argument), written?.[2]).test(text(value));
    } catch {
      return true; // a pattern that browsers can't read is the server's to judge
    }
  },
};
