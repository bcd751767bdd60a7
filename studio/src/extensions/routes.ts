import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: "/x/$extension/$",
  component: lazyRouteComponent(() => import("./ModulePage"), "ModulePage"),
});

export const extensionRoutes = [page];
