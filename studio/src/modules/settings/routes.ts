import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";
import { registerCommands } from "~/shell/commands";

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

const settings = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./SettingsFrame"), "SettingsFrame"),
});

const index = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/project" });
  },
});

const project = createRoute({
  getParentRoute: () => settings,
  path: "/project",
  component: lazyRouteComponent(() => import("./ProjectPage"), "ProjectPage"),
});

const mail = createRoute({
  getParentRoute: () => settings,
  path: "/mail",
  component: lazyRouteComponent(() => import("./MailPage"), "MailPage"),
});

const storage = createRoute({
  getParentRoute: () => settings,
  path: "/storage",
  component: lazyRouteComponent(() => import("./StoragePage"), "StoragePage"),
});

const security = createRoute({
  getParentRoute: () => settings,
  path: "/security",
  component: lazyRouteComponent(() => import("./SecurityPage"), "SecurityPage"),
});

const backups = createRoute({
  getParentRoute: () => settings,
  path: "/backups",
  component: lazyRouteComponent(() => import("./BackupsPage"), "BackupsPage"),
});

const schedules = createRoute({
  getParentRoute: () => settings,
  path: "/schedules",
  component: lazyRouteComponent(() => import("./SchedulesPage"), "SchedulesPage"),
});

const extensions = createRoute({
  getParentRoute: () => settings,
  path: "/extensions",
  component: lazyRouteComponent(() => import("./ExtensionsPage"), "ExtensionsPage"),
});

const tryExtension = createRoute({
  getParentRoute: () => settings,
  path: "/extensions/$name",
  validateSearch: (search: Record<string, unknown>): { only?: string } => ({ only: text(search.only) }),
  component: lazyRouteComponent(() => import("./TryExtensionPage"), "TryExtensionPage"),
});

const access = createRoute({
  getParentRoute: () => settings,
  path: "/access",
  component: lazyRouteComponent(() => import("~/modules/access/AccessPage"), "AccessPage"),
});

const policy = createRoute({
  getParentRoute: () => settings,
  path: "/access/policies/$id",
  component: lazyRouteComponent(() => import("~/modules/access/PolicyPage"), "PolicyPage"),
});

const role = createRoute({
  getParentRoute: () => settings,
  path: "/access/roles/$id",
  component: lazyRouteComponent(() => import("~/modules/access/RolePage"), "RolePage"),
});

export interface CheckSearch {
  user?: string;
  collection?: string;
  action?: string;
  item?: string;
}

const check = createRoute({
  getParentRoute: () => settings,
  path: "/access/check",
  validateSearch: (search: Record<string, unknown>): CheckSearch => ({
    user: text(search.user),
    collection: text(search.collection),
    action: text(search.action),
    item: text(search.item),
  }),
  component: lazyRouteComponent(() => import("~/modules/access/CheckPage"), "CheckPage"),
});

export const settingsRoutes = [
  settings.addChildren([
    index,
    project,
    mail,
    storage,
    security,
    backups,
    schedules,
    extensions,
    tryExtension,
    access,
    policy,
    role,
    check,
  ]),
];

registerCommands(async (person) => (person.admin_access ? (await import("./commands")).commands() : []));
