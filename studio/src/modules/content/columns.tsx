/** The columns of a list: which there are, what they are called, how wide they are, what they show. */
import { useQueries } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo } from "react";
import { fieldName } from "~/api/names";
import { useMay, useRelations } from "~/api/queries";
import { isToMany, type Link, linkOf } from "~/api/relations";
import type { Collection, Field } from "~/api/types";
import { displayOf, lineOf } from "~/displays/choice";
import { DisplayValue } from "~/displays/DisplayValue";
import { fieldsOfTemplate, templateOf, valueAt } from "~/displays/template";
import { interfaces, useAll } from "~/extensions/kinds";
import { placeQuery } from "~/filter/path";
import type { Column } from "~/grid/columns";
import { whenShown } from "~/kit/later";
import type { ColourRule } from "./colours";
import { isSortable } from "./query";
import { useSame } from "./useSame";

export interface ListColumn extends Column {
  field: Field | undefined;
  link: Link | undefined;
}

const WIDTHS: Record<string, number> = {
  boolean: 110,
  integer: 110,
  bigInteger: 130,
  float: 110,
  decimal: 110,
  date: 130,
  time: 110,
  dateTime: 180,
  timestamp: 180,
  uuid: 160,
  json: 180,
};
const DISPLAY_WIDTHS: Record<string, number> = {
  image: 90,
  labels: 150,
  rating: 120,
  user: 180,
  "related-values": 190,
  file: 190,
  color: 120,
};
const NUMBERS: ReadonlySet<string> = new Set(["integer", "bigInteger", "float", "decimal"]);
const NOT_AT_FIRST: ReadonlySet<string> = new Set(["text", "json", "hash", "csv"]);
const COLUMNS_AT_FIRST = 7;

/** Fields that can be columns. */
export const columnFields = (fields: readonly Field[], linked: (field: Field) => Link | undefined): Field[] =>
  fields.filter((field) => field.type !== "alias" || linked(field));

/** Some databases have only one type for texts, short or long. */
const isLine = (field: Field): boolean => field.type === "text" && field.meta?.interface === "input";

/** The columns of a list that nobody arranged yet. */
export function firstColumns(collection: Collection | undefined, fields: readonly Field[]): string[] {
  const named = fieldsOfTemplate(templateOf(collection, fields)).filter((one) => fields.some((f) => f.field === one));
  const rest = fields
    .filter(
      (field) => field.type !== "alias" && !field.meta?.hidden && (!NOT_AT_FIRST.has(field.type) || isLine(field)),
    )
    .map((field) => field.field);
  const columns = [...new Set([...named, ...rest])].slice(0, COLUMNS_AT_FIRST);
  return columns.length
    ? columns
    : fields
        .filter((field) => field.type !== "alias")
        .slice(0, 1)
        .map((f) => f.field);
}

export function widthOf(field: Field | undefined): number {
  if (!field) return 180;
  const { id } = displayOf(field);
  return DISPLAY_WIDTHS[id ?? ""] ?? WIDTHS[field.type] ?? 220;
}

/** Whether a field can be changed where it stands in a list. */
function hasCell(field: Field | undefined): boolean {
  if (!field || field.type === "alias" || field.meta?.readonly || field.schema?.is_generated) return false;
  if (field.schema?.is_primary_key) return false;
  return interfaces.get(field.meta?.interface ?? "input")?.modes?.includes("cell") ?? false;
}

/** Whether a field can be written at all: pasted into, cleared. */
export const isWritable = (field: Field | undefined, link: Link | undefined): boolean =>
  !!field &&
  field.type !== "alias" &&
  !field.meta?.readonly &&
  !field.schema?.is_primary_key &&
  !field.schema?.is_generated &&
  !(link && isToMany(link));

export interface ColumnOptions {
  widths?: Record<string, number>;
  pinned?: string[];
  /** What columns come to, below the rows: `sum`, `avg`, … */
  summary?: Record<string, string>;
  colours?: readonly ColourRule[];
}

const TIMES: ReadonlySet<string> = new Set(["date", "dateTime", "timestamp", "time"]);
const NO_SUMMARY: readonly string[] = [];

/** What the values of a field can come to. */
function summariesOf(field: Field | undefined, link: Link | undefined): readonly string[] {
  if (!field || field.type === "alias" || field.type === "json" || field.type.startsWith("geometry")) return NO_SUMMARY;
  const counts = ["filled", "distinct"];
  if (link || field.schema?.is_primary_key) return counts;
  if (NUMBERS.has(field.type)) return [...counts, "sum", "avg", "min", "max"];
  return TIMES.has(field.type) ? [...counts, "min", "max"] : counts;
}

/** The columns by their paths: `title`, `author.name`. Those that are not there, or not for this person, are left out. */
export function useColumns(
  collection: string,
  fields: readonly Field[],
  paths: readonly string[],
  options: ColumnOptions,
): ListColumn[] {
  const relations = useRelations();
  const allowed = useMay(collection, "update");
  const may = useSame(allowed);
  // interfaces come after the first rows, and say which cells can be edited: rows are drawn anew when there is time
  const editors = useDeferredValue(useAll(interfaces));
  useEffect(() => whenShown(() => void import("~/extensions/registry")), []);
  const deep = paths.filter((path) => path.includes("."));
  const places = useQueries({ queries: deep.map((path) => placeQuery(collection, path.split("."))) });
  const known = JSON.stringify(places.map((one) => one.data?.names));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `known` says when a place was found, `editors` when interfaces were
  return useMemo(() => {
    const writable = (field: Field) =>
      may.access !== "none" && (may.fields?.includes("*") || may.fields?.includes(field.field) || false);
    return paths.flatMap((path): ListColumn[] => {
      const own = !path.includes(".");
      const at = own ? undefined : places[deep.indexOf(path)]?.data;
      const field = own ? fields.find((one) => one.field === path) : at?.field;
      if (!field && (own || at)) return [];
      const steps = path.split(".");
      const link = own && field ? linkOf(field, relations) : undefined;
      const summaries = own ? summariesOf(field, link) : NO_SUMMARY;
      const summary = options.summary?.[path];
      const line = field && lineOf(field);
      return [
        {
          id: path,
          field,
          link,
          title: own && field ? fieldName(field) : (at?.names.join(" › ") ?? path),
          width: options.widths?.[path] ?? widthOf(field),
          pinned: options.pinned?.includes(path) ?? false,
          align: field && NUMBERS.has(field.type) && displayOf(field).id === null && !link ? "end" : "start",
          sortable: own ? isSortable(field, link) : isSortable(field, undefined),
          summaries,
          summary: summary && summaries.includes(summary) ? summary : undefined,
          editable: own && !!field && hasCell(field) && writable(field),
          draw: (item) => {
            const value = own ? item[path] : valueAt(item, steps);
            if (!field) return null;
            if (line) return line(value);
            return <DisplayValue field={field} value={value} item={item} collection={collection} />;
          },
        },
      ];
    });
  }, [collection, fields, paths.join(), options, relations, may, known, editors]);
}
