import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { meQuery, queryClient } from "~/api/queries";
import { session } from "~/api/session";
import { boot } from "~/boot";
import { activateWhole } from "~/i18n/i18n";
import { rootRoute } from "~/routes/root";
import { arrive } from "~/shell/person";
import { inside } from "./inside";
import { takeSetupToken } from "./setupToken";

/** Those of the parameters that are texts. */
function texts<Search extends Record<string, string | undefined>>(...names: (keyof Search & string)[]) {
  return (given: Record<string, unknown>): Search =>
    Object.fromEntries(
      names.filter((name) => typeof given[name] === "string").map((name) => [name, given[name]]),
    ) as Search;
}

/** Pages for guests: those who are signed in already go on. */
async function guestsOnly(to?: string): Promise<void> {
  if (boot.setupRequired) throw redirect({ to: "/setup" });
  if (!session.likely) return;
  const person = await queryClient.ensureQueryData(meQuery).catch(() => null);
  if (person) throw redirect({ to: inside(to) });
}

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  beforeLoad: ({ location }) => {
    if (takeSetupToken(location.hash)) throw redirect({ to: "/setup", replace: true });
    if (!boot.setupRequired) throw redirect({ to: "/login", search: { done: "setup" } });
  },
  component: lazyRouteComponent(() => import("~/modules/setup/SetupPage"), "SetupPage"),
});

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: texts<{ to?: string; reason?: string; done?: string }>("to", "reason", "done"),
  beforeLoad: ({ search }) => guestsOnly(search.to),
  component: lazyRouteComponent(() => import("./LoginPage"), "LoginPage"),
});

const reset = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset-password",
  validateSearch: texts<{ token?: string }>("token"),
  component: lazyRouteComponent(() => import("./PasswordPages"), "ResetPage"),
});

const invite = createRoute({
  getParentRoute: () => rootRoute,
  path: "/accept-invite",
  validateSearch: texts<{ token?: string }>("token"),
  component: lazyRouteComponent(() => import("./PasswordPages"), "InvitePage"),
});

const register = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  beforeLoad: () => guestsOnly(),
  component: lazyRouteComponent(() => import("./RegisterPage"), "RegisterPage"),
});

const secure = createRoute({
  getParentRoute: () => rootRoute,
  path: "/secure",
  beforeLoad: async () => {
    const me = await queryClient.ensureQueryData(meQuery).catch(() => null);
    if (!me) throw redirect({ to: "/login" });
    if (!me.enforce_tfa || me.tfa_secret) throw redirect({ to: "/home" });
    await Promise.all([arrive(me), activateWhole()]);
  },
  component: lazyRouteComponent(() => import("./SecurePage"), "SecurePage"),
});

const shared = createRoute({
  getParentRoute: () => rootRoute,
  path: "/shared/$share",
  component: lazyRouteComponent(() => import("./SharedPage"), "SharedPage"),
});

const confirm = createRoute({
  getParentRoute: () => rootRoute,
  path: "/auth/$kind/$token",
  component: lazyRouteComponent(() => import("./ConfirmPage"), "ConfirmPage"),
});

const oauthEnd = createRoute({
  getParentRoute: () => rootRoute,
  path: "/auth/$kind",
  component: lazyRouteComponent(() => import("./ConfirmPage"), "OAuthEndPage"),
});

export const authRoutes = [setup, login, reset, invite, register, secure, shared, confirm, oauthEnd];
