/** The modules in the rail: who sees them, where they are. */
import { Code, FolderOpen, House, LayoutList, Settings, Users } from "lucide-react";
import type { ComponentType } from "react";

export interface Module {
  id: string;
  /** Message id of its name. */
  name: string;
  path: string;
  icon: ComponentType<{ size?: number }>;
  /** Who sees it: everyone, superusers, who may read a collection, or who may see other people than themselves. */
  needs?: "admin" | "people" | { read: string };
  /** The key after `g`. */
  key: string;
}

export const MODULES: Module[] = [
  { id: "home", name: "shell.home", path: "/home", icon: House, key: "h" },
  { id: "content", name: "shell.content", path: "/content", icon: LayoutList, key: "c" },
  { id: "files", name: "shell.files", path: "/files", icon: FolderOpen, needs: { read: "directus_files" }, key: "f" },
  { id: "people", name: "shell.people", path: "/people", icon: Users, needs: "people", key: "p" },
  { id: "develop", name: "shell.develop", path: "/develop", icon: Code, needs: "admin", key: "d" },
  { id: "settings", name: "shell.settings", path: "/settings", icon: Settings, needs: "admin", key: "s" },
];
