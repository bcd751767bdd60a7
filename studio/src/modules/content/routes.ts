import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { collectionsQuery, fieldsQuery, queryClient, relationsQuery } from "~/api/queries";
import type { Filter } from "~/api/types";
import { shellRoute } from "~/routes/root";
import { presetsQuery } from "./presets";
import type { Archived } from "./query";

const content = createRoute({
  getParentRoute: () => shellRoute,
  path: "/content",
  component: lazyRouteComponent(() => import("./ContentIndex"), "ContentIndex"),
});

/** What the address says of a list; what it leaves out is as the view has it. */
export interface ListSearch {
  /** A saved view's id. */
  view?: number;
  layout?: string;
  q?: string;
  /** null: no filter, where the view has one. */
  filter?: Filter | null;
  /** `-date,title` */
  sort?: string;
  /** `title,author.name` */
  cols?: string;
  /** `status`, `-month(released)`; empty: none, where the view has one. */
  group?: string;
  /** Which items as far as they can be archived; without it as the collection has it. */
  archived?: Archived;
  /** The key of an item that is looked at beside the list. */
  peek?: string;
}

const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value) : undefined);

function validate(search: Record<string, unknown>): ListSearch {
  const { filter, archived } = search;
  const result: ListSearch = {};
  const view = Number(search.view);
  if (Number.isInteger(view) && view > 0) result.view = view;
  for (const name of ["layout", "q", "sort", "cols", "group", "peek"] as const) {
    const value = text(search[name]);
    if (value !== undefined) result[name] = value;
  }
  if (filter === null || (typeof filter === "object" && !Array.isArray(filter)))
    result.filter = filter as Filter | null;
  if (archived === "active" || archived === "all" || archived === "only") result.archived = archived;
  return result;
}

/** What a list needs to know. A system collection or a wrong name is told by the page itself. */
async function known(collection: string): Promise<void> {
  await Promise.all([
    queryClient.ensureQueryData(collectionsQuery),
    queryClient.ensureQueryData(fieldsQuery(collection)).catch(() => []),
    queryClient.ensureQueryData(relationsQuery).catch(() => []),
    queryClient.ensureQueryData(presetsQuery(collection)).catch(() => []),
  ]);
}

const list = createRoute({
  getParentRoute: () => shellRoute,
  path: "/content/$collection",
  validateSearch: validate,
  loader: ({ params }) => known(params.collection),
  component: lazyRouteComponent(() => import("./ListPage"), "ListPage"),
});

const importing = createRoute({
  getParentRoute: () => shellRoute,
  path: "/content/$collection/import",
  loader: async ({ params }) => {
    await Promise.all([
      queryClient.ensureQueryData(fieldsQuery(params.collection)).catch(() => []),
      queryClient.ensureQueryData(relationsQuery).catch(() => []),
    ]);
  },
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const contentRoutes = [content, list, importing];
