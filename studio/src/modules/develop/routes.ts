import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";
import { registerCommands } from "~/shell/commands";
import { LEVELS, type LogSearch, RANGES } from "./logs/query";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const develop = createRoute({
  getParentRoute: () => shellRoute,
  path: "/develop",
  component: lazyRouteComponent(() => import("./DevelopFrame"), "DevelopFrame"),
});

const index = createRoute({
  getParentRoute: () => develop,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/develop/schema" });
  },
});

const schema = createRoute({
  getParentRoute: () => develop,
  path: "/schema",
  validateSearch: (search: Record<string, unknown>): { new?: string; q?: string } => ({
    new: text(search.new),
    q: text(search.q),
  }),
  component: lazyRouteComponent(() => import("./schema/SchemaPage"), "SchemaPage"),
});

const collection = createRoute({
  getParentRoute: () => develop,
  path: "/schema/$collection",
  validateSearch: (search: Record<string, unknown>): { tab?: string; field?: string } => ({
    tab: text(search.tab),
    field: text(search.field),
  }),
  component: lazyRouteComponent(() => import("./schema/CollectionPage"), "CollectionPage"),
});

const map = createRoute({
  getParentRoute: () => develop,
  path: "/map",
  component: lazyRouteComponent(() => import("./schema/MapPage"), "MapPage"),
});

const sql = createRoute({
  getParentRoute: () => develop,
  path: "/sql",
  component: lazyRouteComponent(() => import("./sql/SqlPage"), "SqlPage"),
});

const logs = createRoute({
  getParentRoute: () => develop,
  path: "/logs",
  validateSearch: (search: Record<string, unknown>): LogSearch => ({
    hours: RANGES.find((one) => one === search.hours),
    level: LEVELS.find((one) => one === search.level),
    q: text(search.q),
    at: text(search.at),
    entry: text(search.entry),
    expr: text(search.expr),
  }),
  component: lazyRouteComponent(() => import("./logs/LogsPage"), "LogsPage"),
});

export const developRoutes = [develop.addChildren([index, schema, map, collection, sql, logs])];

registerCommands(async (person) => (person.admin_access ? (await import("./commands")).commands() : []));
