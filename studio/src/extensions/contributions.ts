/** What extensions add to the frame and the pages: modules, actions, sections beside an item, themes. None is built in. */

import type { Text } from "./contract";
import type { Extension } from "./extension";
import { Kind } from "./kind";

interface Of {
  id: string;
  extension: Extension;
}

export interface ModuleContribution extends Of {
  name: Text;
  /** Its first step below the extension's own path. */
  path: string;
  icon: string;
  element: string;
  /** Who sees it: everyone, superusers, or who may read a collection. */
  visible?: "admin" | { read: string };
}

export interface ActionContribution extends Of {
  on: "item" | "items" | "collection";
  label: Text;
  icon?: string;
  handler: string;
  /** Where it is offered; everywhere if not given. */
  collections?: string[];
}

export interface SidebarContribution extends Of {
  on: "item";
  label?: Text;
  element: string;
  collections?: string[];
}

export interface ThemeContribution extends Of {
  name?: Text;
  appearance: "light" | "dark";
  tokens: Record<string, string | number>;
}

export const modules = new Kind<ModuleContribution>();
export const actions = new Kind<ActionContribution>();
export const sidebar = new Kind<SidebarContribution>();
export const themes = new Kind<ThemeContribution>();

/** Whether something is offered for a collection. */
export const isFor = (one: { collections?: string[] }, collection: string): boolean =>
  !one.collections?.length || one.collections.includes(collection);

export const modulePath = (one: ModuleContribution): string => `/x/${one.extension.name}/${one.path}`;
