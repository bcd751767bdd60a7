/** The frame of every page for somebody who is signed in: the rail, and the page. */
import { Link, Outlet } from "@tanstack/react-router";
import { allowed, useMe, usePermissions } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { cx } from "~/kit/style";
import { MODULES, type Module } from "./modules";

function useModules(): Module[] {
  const me = useMe();
  const permissions = usePermissions();
  return MODULES.filter(({ needs }) => {
    if (!needs || me.admin_access) return true;
    return needs !== "admin" && allowed(permissions, false, needs.read, "read").access !== "none";
  });
}

export function Shell() {
  const modules = useModules();
  return (
    <div className="flex h-dvh max-sm:flex-col-reverse">
      <nav
        aria-label={t("shell.modules")}
        className="flex w-14 shrink-0 flex-col items-center gap-1 border-e border-line bg-sunken py-3 max-sm:w-full max-sm:flex-row max-sm:justify-around max-sm:border-e-0 max-sm:border-t max-sm:py-1"
      >
        {modules.map(({ id, name, path, icon: Icon }) => (
          <Link
            key={id}
            to={path}
            aria-label={t(name)}
            className={cx(
              "flex size-10 items-center justify-center rounded-control text-fg-2 hover:bg-hover hover:text-fg max-sm:size-11",
            )}
            activeProps={{ className: "bg-selected text-accent-strong" }}
          >
            <Icon size={20} />
          </Link>
        ))}
      </nav>
      <main className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Outlet />
      </main>
    </div>
  );
}
