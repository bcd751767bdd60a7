/** The roots of all routes: `rootRoute` is blank, for log-in and set-up; `shellRoute` has the navigation and a person. */
import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { ApiError } from "~/api/errors";
import { collectionsQuery, meQuery, permissionsQuery, queryClient } from "~/api/queries";
import { Failed, Loading } from "~/kit/states";
import { Overlays } from "~/shell/Overlays";
import { arrive } from "~/shell/person";

export const rootRoute = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Overlays />
    </>
  ),
});

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(meQuery).catch((error) => {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403))
        throw redirect({ to: "/login", search: { to: location.href } });
      throw error;
    });
    await arrive(me);
    await Promise.all([queryClient.ensureQueryData(permissionsQuery), queryClient.ensureQueryData(collectionsQuery)]);
  },
  component: lazyRouteComponent(() => import("~/shell/Shell"), "Shell"),
  pendingComponent: () => <Loading />,
  errorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
});
