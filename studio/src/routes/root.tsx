/** The roots of all routes: `rootRoute` is blank, for log-in and set-up; `shellRoute` has the navigation and a person. */
import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { ApiError } from "~/api/errors";
import { collectionsQuery, meQuery, permissionsQuery, queryClient } from "~/api/queries";
import { session, usePhase } from "~/api/session";
import { boot } from "~/boot";
import { activateWhole } from "~/i18n/i18n";
import { whenShown } from "~/kit/later";
import { Failed, Loading } from "~/kit/states";
import { arrive } from "~/shell/person";

const Overlays = lazy(() => import("~/shell/Overlays"));

export const rootRoute = createRootRoute({ component: Root });

function Root() {
  const phase = usePhase();
  const [shown, setShown] = useState(false);
  useEffect(() => whenShown(() => setShown(true)), []);
  return (
    <>
      <Outlet />
      <Suspense>{(shown || phase === "ended" || phase === "other") && <Overlays />}</Suspense>
    </>
  );
}

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ location }) => {
    if (boot.setupRequired) throw redirect({ to: "/setup" });
    const login = redirect({ to: "/login", search: location.pathname === "/" ? {} : { to: location.href } });
    if (!session.likely) throw login;
    const me = await queryClient.ensureQueryData(meQuery).catch((error) => {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      // what was asked for early was answered to a guest
      queryClient.clear();
      throw login;
    });
    if (me.enforce_tfa && !me.tfa_secret) throw redirect({ to: "/secure" });
    await arrive(me);
    await Promise.all([
      activateWhole(),
      queryClient.ensureQueryData(permissionsQuery),
      queryClient.ensureQueryData(collectionsQuery),
      // known before anything is drawn by them; what can't be known now holds nothing up
      boot.extensions && !boot.safe && import("~/extensions/loading").then(({ loadExtensions }) => loadExtensions()),
    ]);
  },
  component: lazyRouteComponent(() => import("~/shell/Shell"), "Shell"),
  pendingComponent: () => <Loading />,
  errorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
});
