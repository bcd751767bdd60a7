/** All routes. Each module brings its own; a route is a chunk. */
import { createRoute, createRouter } from "@tanstack/react-router";
import { boot } from "~/boot";
import { extensionRoutes } from "~/extensions/routes";
import { Failed, Loading } from "~/kit/states";
import { accountRoutes } from "~/modules/account/routes";
import { authRoutes } from "~/modules/auth/routes";
import { contentRoutes } from "~/modules/content/routes";
import { developRoutes } from "~/modules/develop/routes";
import { filesRoutes } from "~/modules/files/routes";
import { homeRoutes } from "~/modules/home/routes";
import { insightsRoutes } from "~/modules/insights/routes";
import { itemRoutes } from "~/modules/item/routes";
import { peopleRoutes } from "~/modules/people/routes";
import { settingsRoutes } from "~/modules/settings/routes";
import { NotFound } from "~/shell/NotFound";
import { rootRoute, shellRoute } from "./root";

const unknown = createRoute({ getParentRoute: () => shellRoute, path: "$", component: NotFound });

const routeTree = rootRoute.addChildren([
  ...authRoutes,
  shellRoute.addChildren([
    ...homeRoutes,
    ...accountRoutes,
    unknown,
    ...contentRoutes,
    ...itemRoutes,
    ...developRoutes,
    ...filesRoutes,
    ...peopleRoutes,
    ...insightsRoutes,
    ...extensionRoutes,
    ...settingsRoutes,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: boot.mount.replace(/\/$/, "") || "/",
  defaultPreload: "intent",
  defaultPendingMs: 150,
  // once it is shown it would stay for half a second, whatever is there by then
  defaultPendingMinMs: 0,
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
