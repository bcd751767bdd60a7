import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";

/** Values of variables that somebody set, so that an address shows what its sender saw. */
export interface DashboardSearch {
  v?: Record<string, unknown>;
}

const validateSearch = (search: Record<string, unknown>): DashboardSearch => ({
  v:
    search.v !== null && typeof search.v === "object" && !Array.isArray(search.v)
      ? (search.v as DashboardSearch["v"])
      : undefined,
});

const insights = createRoute({
  getParentRoute: () => shellRoute,
  path: "/insights",
  component: lazyRouteComponent(() => import("./InsightsFrame"), "InsightsFrame"),
});

const index = createRoute({
  getParentRoute: () => insights,
  path: "/",
  component: lazyRouteComponent(() => import("./InsightsIndex"), "InsightsIndex"),
});

const dashboard = createRoute({
  getParentRoute: () => insights,
  path: "/$id",
  validateSearch,
  component: lazyRouteComponent(() => import("./DashboardPage"), "DashboardPage"),
});

const edit = createRoute({
  getParentRoute: () => insights,
  path: "/$id/edit",
  validateSearch,
  component: lazyRouteComponent(() => import("./EditPage"), "EditPage"),
});

export const insightsRoutes = [insights.addChildren([index, dashboard, edit])];
