/** What a list asks the server for. */
import { get, read } from "~/api/client";
import { type Ask, rememberAsks } from "~/api/first";
import { isToMany, itemsPath, type Link, linkOf } from "~/api/relations";
import type { Collection, Field, Filter, Item, Key, Relation } from "~/api/types";
import { neededFields } from "~/displays/choice";
import { relatedTemplate } from "~/displays/related";
import { fieldsOfTemplate, templateOf } from "~/displays/template";
import { type Group, ROWS_AT_ONCE, WindowSource } from "~/grid/window";
import { type GroupQuery, readGroups } from "./grouping";

/** How many items of a relation a row shows at most; one more tells that there are others. */
const RELATED = 4;
/** Translations are all there: the one in the reader's language is shown. */
const LANGUAGES = 200;

export interface ListQuery {
  fields: string[];
  filter: Filter | null;
  search: string | null;
  sort: string[];
  deep: Record<string, { _limit: number }>;
  /** How rows are grouped: they are sorted by that first. */
  group?: GroupQuery | null;
}

/** One column's path, and the field at its end as far as it is known. */
export interface ColumnField {
  path: string;
  field: Field | undefined;
}

/** What has to be read to show columns, the name of a row and its key. */
export function listFields(
  columns: readonly ColumnField[],
  relations: readonly Relation[],
  collection: Collection,
  fields: readonly Field[],
  key: string,
): Pick<ListQuery, "fields" | "deep"> {
  const wanted = new Set<string>([key, ...fieldsOfTemplate(templateOf(collection, fields))]);
  const deep: ListQuery["deep"] = {};
  for (const { path, field } of columns) {
    const own = !path.includes(".");
    if (!field || !own) {
      wanted.add(path);
      continue;
    }
    for (const one of neededFields(field)) wanted.add(one);
    const link = linkOf(field, relations);
    if (link && isToMany(link)) {
      deep[field.field] = { _limit: field.meta?.special?.includes("translations") ? LANGUAGES : RELATED };
      wanted.add(`count(${field.field})`);
    }
  }
  return { fields: withoutShadowed([...wanted]), deep };
}

/** `author` beside `author.name` says nothing more. */
const withoutShadowed = (fields: string[]) =>
  fields.filter((one) => !fields.some((other) => other.startsWith(`${one}.`)));

/** The path that a column is sorted by: that of a relation by the first field of its template. */
export function sortPath(column: string, link: Link | undefined): string {
  if (!link || column.includes(".")) return column;
  const first = fieldsOfTemplate(relatedTemplate(link)).find((one) => !one.includes(":"));
  return first ? `${column}.${first}` : column;
}

export const isSortable = (field: Field | undefined, link: Link | undefined): boolean =>
  !!field &&
  field.type !== "alias" &&
  field.type !== "json" &&
  !field.type.startsWith("geometry") &&
  link?.kind !== "any";

export type Archived = "active" | "all" | "only";

/** How a collection archives items: by which field, and its values. */
export interface Archiving {
  field: string;
  archived: unknown;
  active: unknown;
  /** Whether lists leave archived items out as long as nobody asks for them. */
  hidden: boolean;
}

const archiveValue = (value: string | null | undefined) =>
  value === "true" ? true : value === "false" ? false : (value ?? null);

/** undefined where items can't be archived, or this person doesn't see by what. */
export function archiveOf(collection: Collection, fields: readonly Field[]): Archiving | undefined {
  const { archive_field: field, archive_value, unarchive_value, archive_app_filter } = collection.meta ?? {};
  const archived = archiveValue(archive_value);
  if (!field || archived === null || !fields.some((one) => one.field === field)) return undefined;
  return { field, archived, active: archiveValue(unarchive_value), hidden: archive_app_filter !== false };
}

/** The filter that keeps archived items out, or shows only them. */
export function archiveFilter(archiving: Archiving | undefined, archived: Archived): Filter | null {
  if (!archiving || archived === "all") return null;
  const { field, archived: value } = archiving;
  if (archived === "only") return { [field]: { _eq: value } };
  return { _or: [{ [field]: { _neq: value } }, { [field]: { _null: true } }] };
}

export const parametersOf = (query: ListQuery): Record<string, string | object | undefined> => ({
  fields: query.fields.join(","),
  filter: query.filter ?? undefined,
  search: query.search || undefined,
  sort: query.sort.join(",") || undefined,
  deep: Object.keys(query.deep).length ? query.deep : undefined,
});

export async function countItems(
  collection: string,
  query: Pick<ListQuery, "filter" | "search">,
  signal?: AbortSignal,
): Promise<number> {
  const [row] = await read<{ count: number | string }[]>(countAsk(collection, query), signal);
  return Number(row?.count ?? 0);
}

const countAsk = (collection: string, { filter, search }: Pick<ListQuery, "filter" | "search">): Ask => [
  itemsPath(collection),
  { "aggregate[count]": "*", filter: filter ?? undefined, search: search || undefined },
];

/** The keys of all items that match, at most `limit`. */
export async function allKeys(
  collection: string,
  key: string,
  query: Pick<ListQuery, "filter" | "search">,
  limit: number,
): Promise<Key[]> {
  const rows = await get<Item[]>(itemsPath(collection), {
    fields: key,
    filter: query.filter ?? undefined,
    search: query.search || undefined,
    sort: key,
    limit,
  });
  return rows.map((row) => row[key] as Key);
}

/** Rows of a list, as they come into view. Equal sort values fall in the order of the key, so that pages fit together. */
export function rowsOf(collection: string, key: string, query: ListQuery): WindowSource {
  const { group } = query;
  const parameters = (sort: string[]) => {
    const named = sort.some((one) => one === key || one === `-${key}`);
    return parametersOf({ ...query, sort: named || !sort.length ? sort : [...sort, key] });
  };
  const keyOf = (item: Item) => item[key] as Key;
  if (!group) {
    const asked = parameters(query.sort);
    const pageAsk = (offset: number, limit: number): Ask => [itemsPath(collection), { ...asked, offset, limit }];
    rememberAsks(pageAsk(0, ROWS_AT_ONCE), countAsk(collection, query));
    return new WindowSource({
      page: (offset, limit, signal) => read<Item[]>(pageAsk(offset, limit), signal),
      count: (signal) => countItems(collection, query, signal),
      keyOf,
    });
  }
  let groups: readonly Group[] | null | undefined;
  // the groups say by what rows are sorted, and how many rows there are
  let found = readGroups(collection, query, group);
  let counted = false;
  const plain = parameters([...group.plain, ...query.sort.slice(group.sort.length)]);
  const titled = parameters(query.sort);
  return new WindowSource({
    groups: () => groups,
    page: async (offset, limit, signal) => {
      const asked = (await found.catch(() => undefined))?.titled ? titled : plain;
      return get<Item[]>(itemsPath(collection), { ...asked, offset, limit }, signal);
    },
    count: async (signal) => {
      if (counted) found = readGroups(collection, query, group);
      counted = true;
      const answer = await found;
      const total = answer.groups?.reduce((sum, one) => sum + one.count, 0);
      const count = total ?? (await countItems(collection, query, signal));
      groups = answer.groups;
      return count;
    },
    keyOf,
  });
}
