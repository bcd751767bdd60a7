import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";
import { registerCommands } from "~/shell/commands";

const me = createRoute({
  getParentRoute: () => shellRoute,
  path: "/me",
  component: lazyRouteComponent(() => import("./AccountPage"), "AccountPage"),
});

const profile = createRoute({
  getParentRoute: () => me,
  path: "/",
  component: lazyRouteComponent(() => import("./ProfilePage"), "ProfilePage"),
});

const security = createRoute({
  getParentRoute: () => me,
  path: "/security",
  component: lazyRouteComponent(() => import("./SecurityPage"), "SecurityPage"),
});

const token = createRoute({
  getParentRoute: () => me,
  path: "/token",
  component: lazyRouteComponent(() => import("./TokenPage"), "TokenPage"),
});

const ownPreferences = createRoute({
  getParentRoute: () => me,
  path: "/preferences",
  component: lazyRouteComponent(() => import("./PreferencesPage"), "PreferencesPage"),
});

export const accountRoutes = [me.addChildren([profile, security, token, ownPreferences])];

registerCommands(async () => (await import("./commands")).commands());
