import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";

export interface ItemSearch {
  /** A content version's key; the item itself without. */
  version?: string;
  /** For a new item: the item that it starts as a copy of. */
  from?: string;
  /** What the side panel shows. */
  panel?: string;
}

const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value) : undefined);

const item = createRoute({
  getParentRoute: () => shellRoute,
  path: "/content/$collection/$id",
  validateSearch: (search: Record<string, unknown>): ItemSearch => ({
    version: text(search.version),
    from: text(search.from),
    panel: text(search.panel),
  }),
  component: lazyRouteComponent(() => import("./ItemPage"), "ItemPage"),
});

/** An item is at `/content/COLLECTION/KEY`; a new one at `/content/COLLECTION/new`. */
export const itemRoutes = [item];
