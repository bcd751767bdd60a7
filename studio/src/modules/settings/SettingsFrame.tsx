/** Settings: what holds for the whole installation. A column of its rooms beside the room. */
import { Outlet } from "@tanstack/react-router";
import {
  Archive,
  Building2,
  Clock,
  HardDrive,
  KeyRound,
  type LucideIcon,
  Mail,
  SearchCheck,
  ShieldCheck,
} from "lucide-react";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { NoPermission } from "~/kit/states";
import { NavGroup, NavLink, NavPanel } from "~/shell/NavPanel";

interface Room {
  id: string;
  path: string;
  icon: LucideIcon;
  exact?: boolean;
}

const GROUPS: { id: string; rooms: Room[] }[] = [
  {
    id: "project",
    rooms: [
      { id: "project", path: "/settings/project", icon: Building2 },
      { id: "mail", path: "/settings/mail", icon: Mail },
      { id: "storage", path: "/settings/storage", icon: HardDrive },
    ],
  },
  {
    id: "access",
    rooms: [
      { id: "access", path: "/settings/access", icon: KeyRound, exact: true },
      { id: "check", path: "/settings/access/check", icon: SearchCheck },
      { id: "security", path: "/settings/security", icon: ShieldCheck },
    ],
  },
  {
    id: "operation",
    rooms: [
      { id: "backups", path: "/settings/backups", icon: Archive },
      { id: "schedules", path: "/settings/schedules", icon: Clock },
    ],
  },
];

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
