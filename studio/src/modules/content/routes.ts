import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";

const content = createRoute({
  getParentRoute: () => shellRoute,
  path: "/content",
  component: lazyRouteComponent(() => import("./ContentIndex"), "ContentIndex"),
});

export const contentRoutes = [content];
