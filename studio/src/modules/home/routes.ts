import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { meQuery, queryClient } from "~/api/queries";
import { shellRoute } from "~/routes/root";
import { sampleQuery } from "./sample";

const index = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/home" });
  },
});

const home = createRoute({
  getParentRoute: () => shellRoute,
  path: "/home",
  // its banner stands above all else: what came after it would jump
  loader: async () => {
    const me = queryClient.getQueryData(meQuery.queryKey);
    if (me?.admin_access) await queryClient.ensureQueryData(sampleQuery).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
});

export const homeRoutes = [index, home];
