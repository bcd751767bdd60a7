/** The rooms of Develop: the navigation beside them, and what the command palette finds. */
import { Database, type LucideIcon, ScrollText, SquareTerminal, Waypoints } from "lucide-react";

export const ROOMS: { id: string; path: string; icon: LucideIcon }[] = [
  { id: "schema", path: "/develop/schema", icon: Database },
  { id: "map", path: "/develop/map", icon: Waypoints },
  { id: "sql", path: "/develop/sql", icon: SquareTerminal },
  { id: "logs", path: "/develop/logs", icon: ScrollText },
];
