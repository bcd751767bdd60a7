/** What somebody has to be allowed to read for a request. */
import { linkOf } from "~/api/relations";
import type { Relation } from "~/api/types";
import type { ListQuery } from "../query";
import { pathsOf } from "./tints";

/** The fields that a request reads or filters by, by their collections; the request's own collection comes first. */
export function needsOf(
  collection: string,
  query: Pick<ListQuery, "fields" | "filter" | "sort">,
  relations: readonly Relation[],
): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>([[collection, new Set()]]);
  const note = (of: string, field: string) => {
    needs.set(of, (needs.get(of) ?? new Set()).add(field));
  };
  const paths = [
    ...query.fields,
    ...query.sort.map((one) => one.replace(/^-/, "")),
    ...(query.filter ? pathsOf(query.filter) : []),
  ];
  for (const path of paths) {
    let at: string | null = collection;
    for (const step of path.split(".")) {
      if (!at || step === "_some" || step === "_none" || step.startsWith("$")) continue;
      const [name = "", scope] = (/^\w+\((.*)\)$/.exec(step)?.[1] ?? step).split(":");
      note(at, name);
      const link = linkOf({ collection: at, field: name }, relations);
      at = scope ?? link?.junction ?? link?.related ?? null;
      // of what a list shows of related items at least the key is read
      if (at && step.startsWith("count(")) note(at, "*");
    }
  }
  return needs;
}
