/** Rows in groups: by which field, and what the server is asked for them. */
import { get, request } from "~/api/client";
import { keyField } from "~/api/keys";
import { fieldsQuery, queryClient } from "~/api/queries";
import { itemsPath, type Link, linkOf } from "~/api/relations";
import type { Field, Item, Key, Relation } from "~/api/types";
import { neededFields } from "~/displays/choice";
import { valueAt } from "~/displays/template";
import type { Group } from "~/grid/window";
import type { ListQuery } from "./query";
import { sortPath } from "./query";

/** Most groups that a list is shown in. */
export const MOST_GROUPS = 1000;

export type Unit = "day" | "month" | "year";

export interface Grouping {
  field: Field;
  link: Link | undefined;
  /** Of dates, what of them counts. */
  unit: Unit | null;
  descending: boolean;
}

/** What of a grouping the server is asked for. */
export interface GroupQuery {
  /** The values that rows of a group share: as they are asked for, and as the answer calls them. */
  parts: string[];
  names: string[];
  /** What rows are sorted by first, so that groups are stretches of the list; of related items by their titles. */
  sort: string[];
  /** The same without anything of related items. */
  plain: string[];
  /** How related items are shown, where they may be read. */
  related: { collection: string; fields: string[] } | null;
  /** What columns come to. */
  asked: Record<string, string>;
}

const UNITS: readonly Unit[] = ["day", "month", "year"];
const DATES: ReadonlySet<string> = new Set(["date", "dateTime", "timestamp"]);
const PLAIN: ReadonlySet<string> = new Set(["string", "boolean", "integer", "bigInteger", "uuid"]);

export const unitsOf = (field: Field): readonly Unit[] => (DATES.has(field.type) ? UNITS : []);

/** Whether rows can be grouped by a field. */
export function isGroupable(field: Field, link: Link | undefined): boolean {
  if (field.type === "alias" || field.schema?.is_primary_key || field.meta?.special?.includes("conceal")) return false;
  if (link) return link.kind === "m2o";
  return PLAIN.has(field.type) || DATES.has(field.type) || (field.type === "text" && field.meta?.interface === "input");
}

/** The grouping that an address names: `status`, `-month(released)`. undefined for what is not there, or can't be one. */
export function groupingOf(
  text: string | null,
  fields: readonly Field[],
  relations: readonly Relation[],
): Grouping | undefined {
  const [, minus, unit, inside, plain] = /^(-?)(?:(day|month|year)\(([^()]+)\)|([^()]+))$/.exec(text ?? "") ?? [];
  const field = fields.find((one) => one.field === (inside ?? plain));
  if (!field) return undefined;
  const link = linkOf(field, relations);
  if (!isGroupable(field, link) || (unit && !DATES.has(field.type))) return undefined;
  const known = DATES.has(field.type) ? ((unit as Unit | undefined) ?? "day") : null;
  return { field, link, unit: known, descending: minus === "-" };
}

/** The other way round. */
export function groupText(field: string, unit: Unit | null, descending: boolean): string {
  return `${descending ? "-" : ""}${unit ? `${unit}(${field})` : field}`;
}

export function groupQuery(
  { field, link, unit, descending }: Grouping,
  readable: boolean,
  asked: Record<string, string>,
): GroupQuery {
  const name = field.field;
  const units = unit ? UNITS.slice(UNITS.indexOf(unit)).reverse() : [];
  const parts = unit ? units.map((one) => `${one}(${name})`) : [name];
  const sorted = (paths: string[]) => paths.map((one) => (descending ? `-${one}` : one));
  const title = readable ? sortPath(name, link) : name;
  return {
    parts,
    names: unit ? units.map((one) => `${name}_${one}`) : [name],
    sort: sorted(title === name ? parts : [title, name]),
    plain: sorted(parts),
    related:
      readable && link?.related
        ? { collection: link.related, fields: neededFields(field).map((one) => one.slice(name.length + 1) || "id") }
        : null,
    asked,
  };
}

export interface Found {
  /** null: they are too many. */
  groups: Group[] | null;
  /** Whether they have the order of the related items' titles. */
  titled: boolean;
}

type Answer = Item & { countAll: number | string };

/** The groups of a list, in their order. */
export async function readGroups(
  collection: string,
  query: Pick<ListQuery, "filter" | "search">,
  group: GroupQuery,
): Promise<Found> {
  const rows = await get<Answer[]>(itemsPath(collection), {
    ...group.asked,
    "aggregate[countAll]": "*",
    groupBy: group.parts.join(","),
    sort: group.plain.join(","),
    filter: query.filter ?? undefined,
    search: query.search || undefined,
    limit: MOST_GROUPS + 1,
  });
  if (rows.length > MOST_GROUPS) return { groups: null, titled: false };
  const groups = rows.map((values) => ({
    id: JSON.stringify(group.names.map((name) => values[name] ?? null)),
    values: values as Item,
    count: Number(values.countAll),
  }));
  return group.related ? titled(groups, group, group.related) : { groups, titled: false };
}

/** Groups by related items get their titles, and the order of these where all of them have one. */
async function titled(
  groups: Group[],
  { names: [name = ""], sort }: GroupQuery,
  related: NonNullable<GroupQuery["related"]>,
): Promise<Found> {
  const keys = groups.flatMap((one) => (one.values[name] === null ? [] : [one.values[name] as Key]));
  const key = keyField(await queryClient.ensureQueryData(fieldsQuery(related.collection)).catch(() => []));
  const down = sort[0]?.startsWith("-") ? "-" : "";
  const path = sort[0]?.replace(/^-/, "").slice(name.length + 1) ?? "";
  const steps = path.split(".");
  const order = sort.length > 1 ? [`${down}${path}`, `${down}${key}`] : [];
  const items = keys.length
    ? await request<Item[]>("SEARCH", itemsPath(related.collection), {
        body: {
          query: {
            fields: [...new Set([key, path, ...related.fields])].filter(Boolean),
            filter: { [key]: { _in: keys } },
            sort: order,
            limit: -1,
          },
        },
      })
    : [];
  const known = new Map(items.map((item, place) => [String(item[key]), { item, place }]));
  const placed = groups.map((one, place) => {
    const found = known.get(String(one.values[name]));
    return {
      place: found?.place ?? place,
      group: found ? { ...one, values: { ...one.values, [name]: found.item } } : one,
    };
  });
  const all =
    order.length > 0 &&
    keys.every((one) => known.has(String(one))) &&
    items.every((one) => (valueAt(one, steps) ?? null) !== null);
  if (!all) return { groups: placed.map((one) => one.group), titled: false };
  // those without an item stand where the database has them: before all others, or after
  const empty = placed.filter((one) => one.group.values[name] === null);
  const others = placed.filter((one) => one.group.values[name] !== null).sort((one, other) => one.place - other.place);
  const first = groups[0]?.values[name] === null;
  return { groups: (first ? [...empty, ...others] : [...others, ...empty]).map((one) => one.group), titled: true };
}
