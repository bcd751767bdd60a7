/** Settings: what holds for the whole installation. A column of its rooms beside the room. */
import { Outlet } from "@tanstack/react-router";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { NoPermission } from "~/kit/states";
import { NavGroup, NavLink, NavPanel } from "~/shell/NavPanel";
import { GROUPS } from "./rooms";

export function SettingsFrame() {
  const me = useMe();
  if (!me.admin_access) return <NoPermission what={t("settings.title")} />;
  return (
    <NavPanel
      title={t("settings.title")}
      nav={GROUPS.map((group) => (
        <NavGroup key={group.id} title={t(`settings.group.${group.id}`)}>
          {group.rooms.map(({ id, path, icon: Icon, exact }) => (
            <NavLink key={id} to={path} icon={<Icon size={16} />} activeOptions={{ exact: exact ?? false }}>
              {t(`settings.room.${id}`)}
            </NavLink>
          ))}
        </NavGroup>
      ))}
    >
      <Outlet />
    </NavPanel>
  );
}
