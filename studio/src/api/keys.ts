/**
 * What names an item. A key of several columns is one text on the wire, `eu,1`, and no field of an item holds it; here one
 * does, whose name says the columns: `$key|region|number`. What is asked by that name is asked by the columns, and answers
 * get it (`withKeys`), so that nobody else has to know.
 */
import type { Field, Filter, Item, Key } from "./types";

const MARK = "$key|";
/** The key of who may not read all of it, and of what has none: of no columns. */
const NO_KEY = MARK;

const isComposite = (name: string): boolean => name.startsWith(MARK);
const partsOf = (name: string): string[] => (name === NO_KEY ? [] : name.slice(MARK.length).split("|"));

/** The field that holds an item's key. */
export function keyField(fields: readonly Field[]): string {
  const parts = fields.filter((field) => field.schema?.is_primary_key);
  const [first] = parts;
  // rows of a view are told apart by this name, too
  if (!first) return fields.length === 0 || fields.some((field) => field.field === "id") ? "id" : NO_KEY;
  if (parts.length < (first.schema?.key_size ?? 1)) return NO_KEY;
  if (parts.length === 1) return first.field;
  parts.sort((one, other) => (one.schema?.key_position ?? 0) - (other.schema?.key_position ?? 0));
  return MARK + parts.map((field) => field.field).join("|");
}

/** Whether items can be told apart by the fields that this person may read. */
export const hasKey = (fields: readonly Field[]): boolean => keyField(fields) !== NO_KEY;

/** The fields that a key is made of. */
export const keyFields = (name: string): string[] => (isComposite(name) ? partsOf(name) : [name]);

/** The key of an item, by the field's name. */
export function keyOf(item: Readonly<Item>, name: string): Key | undefined {
  if (!isComposite(name)) return item[name] as Key | undefined;
  const values = partsOf(name).map((part) => item[part]);
  if (!values.length || values.some((value) => value === null || value === undefined)) return undefined;
  return values.map((value) => String(value).replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

/** The values of a key, by the fields it is made of. */
function valuesOf(name: string, key: unknown): Item {
  const values = String(key)
    .split(",")
    .map((part) => part.replaceAll(/%2C/gi, ",").replaceAll("%25", "%"));
  return Object.fromEntries(partsOf(name).map((part, place) => [part, values[place]]));
}

const listed = (values: unknown): unknown[] => (Array.isArray(values) ? values : [values]);
const listOf = (names: unknown): string[] => (Array.isArray(names) ? names.map(String) : String(names).split(","));

/** A query as the server knows it. */
export function inColumns<Query extends Record<string, unknown>>(query: Query): Query {
  if (!JSON.stringify(query)?.includes(MARK)) return query;
  const { fields, sort, filter } = query as { fields?: unknown; sort?: unknown; filter?: Filter | null };
  const said: Record<string, unknown> = { ...query };
  if (fields) said.fields = [...new Set(listOf(fields).flatMap(keyFields))];
  if (sort)
    said.sort = listOf(sort).flatMap((one) =>
      one.startsWith("-") ? keyFields(one.slice(1)).map((part) => `-${part}`) : keyFields(one),
    );
  if (filter) said.filter = filterIn(filter);
  return said as Query;
}

function filterIn(filter: unknown): Filter {
  if (Array.isArray(filter)) return filter.map(filterIn) as unknown as Filter;
  if (typeof filter !== "object" || filter === null) return filter as unknown as Filter;
  const rest: Filter = {};
  const keys: Filter[] = [];
  for (const [name, inner] of Object.entries(filter)) {
    if (isComposite(name)) keys.push(keyFilter(name, inner as Record<string, unknown>));
    else rest[name] = filterIn(inner);
  }
  if (keys.length === 0) return rest;
  return Object.keys(rest).length || keys.length > 1 ? { _and: [...keys, rest] } : (keys[0] as Filter);
}

function keyFilter(name: string, test: Record<string, unknown>): Filter {
  // what nobody can ask for is refused, where no condition would be met by everything
  if (name === NO_KEY) return { id: test };
  const each = (operator: string, key: unknown): Filter[] =>
    Object.entries(valuesOf(name, key)).map(([part, value]) => ({ [part]: { [operator]: value } }));
  const is = (key: unknown): Filter => Object.assign({}, ...each("_eq", key));
  const isNot = (key: unknown): Filter => ({ _or: each("_neq", key) });
  const all = Object.entries(test).map(([operator, value]): Filter => {
    if (operator === "_eq") return is(value);
    if (operator === "_neq") return isNot(value);
    if (operator === "_nin") return { _and: listed(value).map(isNot) };
    // nothing is in an empty list
    const keys = listed(value);
    return keys.length ? { _or: keys.map(is) } : { [keyFields(name)[0] ?? "id"]: { _in: [] } };
  });
  return all.length === 1 && all[0] ? all[0] : { _and: all };
}

/** What is written, as the server knows it. */
export function bodyInColumns(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(bodyInColumns);
  if (typeof body !== "object" || body === null) return body;
  const name = Object.keys(body).find(isComposite);
  if (!name) return body;
  const { [name]: key, ...rest } = body as Item;
  return { ...valuesOf(name, key), ...rest };
}

/** An answer, one item or several, whose items say their key. `fields`: what was asked for. */
export function withKeys<Data>(data: Data, fields: unknown): Data {
  const name = fields ? listOf(fields).find(isComposite) : undefined;
  if (!name || !data) return data;
  const told = (item: Item) => ({ ...item, [name]: keyOf(item, name) });
  return (Array.isArray(data) ? data.map(told) : told(data as Item)) as Data;
}
