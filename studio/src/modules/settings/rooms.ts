/** The rooms of the settings, in groups: the navigation beside them, and what the command palette finds. */
import {
  Archive,
  Building2,
  Clock,
  HardDrive,
  KeyRound,
  type LucideIcon,
  Mail,
  Puzzle,
  SearchCheck,
  ShieldCheck,
} from "lucide-react";

export interface Room {
  id: string;
  path: string;
  icon: LucideIcon;
  exact?: boolean;
}

export const GROUPS: { id: string; rooms: Room[] }[] = [
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
      { id: "extensions", path: "/settings/extensions", icon: Puzzle },
    ],
  },
];
