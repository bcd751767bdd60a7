/** An extension as `/studio/api/extensions` lists it. */
import type { Text } from "./contract";

export interface Extension {
  name: string;
  source: "folder" | "package";
  /** Why it can't be used; then all but `enabled` is missing. */
  error: string | null;
  /** Superusers see those that are switched off, too. */
  enabled: boolean;
  version: string;
  title: Text;
  description: Text;
  trust: "trusted" | "sandboxed";
  requires: { api: string[]; network: string[] };
  /** Where its files are, below the studio's own address. */
  base: string;
  entry: string;
  contributes: Contributions;
}

export interface Contribution {
  id: string;
  name?: Text;
  icon?: string;
  types?: string[];
  element: string;
  options?: { field: string; type: string; name?: Text; default?: unknown; interface?: string }[];
}

export interface Contributions {
  interfaces?: (Contribution & {
    modes?: ("edit" | "batch" | "cell" | "compare")[];
    recommendedDisplays?: string[];
  })[];
  /** `text`: what stands where no element is drawn; see `template`. */
  displays?: (Contribution & { text?: Text })[];
  layouts?: Contribution[];
  panels?: (Contribution & { minWidth?: number; minHeight?: number; queries?: QueryTemplate[] })[];
  modules?: {
    id: string;
    name?: Text;
    path: string;
    icon: string;
    element: string;
    visible?: "admin" | { read: string };
  }[];
  actions?: {
    id: string;
    on: "item" | "items" | "collection";
    label: Text;
    icon?: string;
    handler: string;
    collections?: string[];
  }[];
  sidebar?: { id: string; on: "item"; label?: Text; element: string; collections?: string[] }[];
  commands?: { id: string; label: Text; handler: string }[];
  themes?: { id: string; name?: Text; appearance: "light" | "dark"; tokens: Record<string, string | number> }[];
  locales?: Record<string, string>;
}

/** A query of a panel; `{{options.NAME}}` in its texts stands for the panel's option. */
export interface QueryTemplate extends Record<string, unknown> {
  id: string;
  collection: string;
}
