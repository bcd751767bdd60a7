/** The modules in the rail: who sees them, where they are. Those of extensions stand before the last two. */
import { ChartNoAxesCombined, Code, FolderOpen, House, LayoutList, Settings, Users } from "lucide-react";
import type { ComponentType } from "react";

export interface Module {
  id: string;
  /** Its name, in the current language. */
  name: string;
  path: string;
  icon: ComponentType<{ size?: number }>;
  /** Who sees it: everyone, superusers, who may read a collection, or who may see other people than themselves. */
  needs?: "admin" | "people" | { read: string };
  /** The key after `g`; modules of extensions have none. */
  key?: string;
}

/** Here names are ids of messages. */
export const MODULES: Module[] = [
  { id: "home", name: "shell.home", path: "/home", icon: House, key: "h" },
  { id: "content", name: "shell.content", path: "/content", icon: LayoutList, key: "c" },
  { id: "files", name: "shell.files", path: "/files", icon: FolderOpen, needs: { read: "directus_files" }, key: "f" },
  { id: "people", name: "shell.people", path: "/people", icon: Users, needs: "people", key: "p" },
  {
    id: "insights",
    name: "shell.insights",
    path: "/insights",
    icon: ChartNoAxesCombined,
    needs: { read: "directus_dashboards" },
    key: "i",
  },
  { id: "develop", name: "shell.develop", path: "/develop", icon: Code, needs: "admin", key: "d" },
  { id: "settings", name: "shell.settings", path: "/settings", icon: Settings, needs: "admin", key: "s" },
];
