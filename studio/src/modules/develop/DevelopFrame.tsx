/** Develop: what superusers build with. A column of its rooms beside the room. */
import { Link, Outlet } from "@tanstack/react-router";
import { Database, type LucideIcon } from "lucide-react";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { NoPermission } from "~/kit/states";
import { cx } from "~/kit/style";

const ROOMS: { id: string; path: string; icon: LucideIcon }[] = [
  { id: "schema", path: "/develop/schema", icon: Database },
];

export function DevelopFrame() {
  const me = useMe();
  if (!me.admin_access) return <NoPermission what={t("develop.title")} />;
  return (
    <div className="flex min-h-0 flex-1 max-md:flex-col">
      <nav
        aria-label={t("develop.title")}
        className="flex w-52 shrink-0 flex-col gap-0.5 overflow-auto border-e border-line bg-bg p-3 max-md:w-full max-md:flex-row max-md:border-e-0 max-md:border-b max-md:p-2"
      >
        <h2 className="px-2 pt-1 pb-2 font-semibold max-md:sr-only">{t("develop.title")}</h2>
        {ROOMS.map(({ id, path, icon: Icon }) => (
          <Link
            key={id}
            to={path}
            className={cx(
              "flex min-h-8 shrink-0 items-center gap-2 rounded-control px-2 text-fg-2 no-underline hover:bg-hover hover:text-fg",
              "pointer-coarse:min-h-11",
            )}
            activeProps={{ className: "bg-selected font-medium text-accent-strong" }}
          >
            <Icon size={16} aria-hidden />
            {t(`develop.room.${id}`)}
          </Link>
        ))}
      </nav>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Outlet />
      </div>
    </div>
  );
}
