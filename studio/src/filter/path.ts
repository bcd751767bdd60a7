/** What stands at a path of a filter: loaded step by step, as far as it goes. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { fieldName } from "~/api/names";
import { fieldsQuery, queryClient, relationsQuery } from "~/api/queries";
import { type Link, linkOf } from "~/api/relations";
import type { Field } from "~/api/types";

export interface Place {
  /** Names of the steps that people see. */
  names: string[];
  field?: Field;
  link?: Link;
  /** Where the path's end leads on to. */
  collection?: string;
}

export const QUANTIFIERS: ReadonlySet<string> = new Set(["_some", "_none"]);

async function walk(collection: string, path: readonly string[], given?: readonly Field[]): Promise<Place> {
  const relations = await queryClient.ensureQueryData(relationsQuery).catch(() => []);
  const place: Place = { names: [], collection };
  let through: string | undefined;
  for (const [index, step] of path.entries()) {
    if (QUANTIFIERS.has(step)) continue;
    if (!place.collection) break;
    const called = /^(\w+)\(([^)]*)\)$/.exec(step);
    const [name = step, scope] = (called?.[2] ?? step).split(":");
    const fields: readonly Field[] =
      index === 0 && given ? given : await queryClient.ensureQueryData(fieldsQuery(place.collection)).catch(() => []);
    const field = fields.find((one) => one.field === name);
    const link = field && linkOf(field, relations);
    // the junction of a many-to-many relation is no step that people see
    if (name !== through)
      place.names.push(called ? `${field ? fieldName(field) : name} (${called[1]})` : field ? fieldName(field) : name);
    through = link?.junctionField;
    if (called) return { names: place.names, field: field && { ...field, type: "integer" } };
    place.field = field;
    place.link = link;
    place.collection = scope ?? link?.junction ?? link?.related ?? undefined;
  }
  return place;
}

export const placeQuery = (collection: string, path: readonly string[], given?: readonly Field[]) =>
  queryOptions({
    queryKey: [
      "fields",
      collection,
      "at",
      path.join("."),
      given?.map((one) => `${one.field}:${one.type}`).join() ?? "",
    ],
    queryFn: () => walk(collection, path, given),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const usePlace = (collection: string, path: readonly string[], given?: readonly Field[]): Place | undefined =>
  useQuery(placeQuery(collection, path, given)).data;
