/** Develop: what superusers build with. A column of its rooms beside the room. */
import { Outlet } from "@tanstack/react-router";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { NoPermission } from "~/kit/states";
import { NavLink, NavPanel } from "~/shell/NavPanel";
import { ROOMS } from "./rooms";

export function DevelopFrame() {
  const me = useMe();
  if (!me.admin_access) return <NoPermission what={t("develop.title")} />;
  return (
    <NavPanel
      title={t("develop.title")}
      nav={ROOMS.map(({ id, path, icon: Icon }) => (
        <NavLink key={id} to={path} icon={<Icon size={16} />}>
          {t(`develop.room.${id}`)}
        </NavLink>
      ))}
    >
      <Outlet />
    </NavPanel>
  );
}
