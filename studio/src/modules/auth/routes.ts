import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/routes/root";

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === "string" ? { to: search.to } : {},
  component: lazyRouteComponent(() => import("./LoginPage"), "LoginPage"),
});

export const authRoutes = [login];
