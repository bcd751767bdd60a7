/**
 * The contract between the studio and what edits, shows, lays out and draws values: built-in pieces and those of others
 * register by the same descriptors. Built-in ones name a React component, others a custom element, which gets the same
 * properties.
 */
import type { ComponentType, LazyExoticComponent } from "react";
import type { Field, Filter, Item, Key } from "~/api/types";

/** A text, or texts by language. */
export type Text = string | Record<string, string>;

export interface Context {
  collection: string;
  /** null for an item that is not saved yet. */
  itemId: Key | null;
  /** The item as the form has it now; not to be changed. */
  values: Readonly<Item>;
  locale: string;
  dir: "ltr" | "rtl";
  /** A content version's key, or null for the item itself. */
  version?: string | null;
}

export type Mode = "edit" | "batch" | "cell" | "compare";

/** The label, note and messages stand around an interface; it labels itself by `labelId` or `aria-label`. */
export interface InterfaceProps<Value = unknown, Options = Record<string, unknown>> {
  value: Value | null | undefined;
  field: Field;
  options: Options;
  context: Context;
  mode: Mode;
  /** Element ids of the visible label, note and messages, for aria-labelledby and aria-describedby. */
  labelId: string;
  describedBy?: string;
  disabled: boolean;
  readonly: boolean;
  required: boolean;
  invalid: boolean;
  onChange: (value: Value | null) => void;
  /** Another field of the same item. */
  setField?: (field: string, value: unknown) => void;
  /** Cell mode: done (with whether the next cell should follow), or given up. */
  onCommit?: (move?: "next" | "previous" | "down") => void;
  onCancel?: () => void;
  autoFocus?: boolean;
}

export interface DisplayProps<Value = unknown, Options = Record<string, unknown>> {
  value: Value | null | undefined;
  item: Readonly<Item>;
  field: Field;
  options: Options;
  collection: string;
}

// biome-ignore lint/suspicious/noExplicitAny: components of one registry take values and options of their own kinds
type Component<Props> = ComponentType<Props> | LazyExoticComponent<ComponentType<any>>;

interface Descriptor {
  id: string;
  name: Text;
  /** A Lucide icon's name. */
  icon: string;
  /** Field types it fits; empty means all. */
  types: string[];
  /** Options as fields, drawn by the same form. */
  options?: OptionField[];
  /** Custom element of an extension, instead of `component`. */
  element?: string;
  /** Name of the extension it belongs to; built-in ones have none. */
  extension?: string;
}

export interface OptionField {
  field: string;
  name: Text;
  type: string;
  interface?: string;
  default?: unknown;
  options?: Record<string, unknown>;
  width?: "half" | "full";
  note?: Text;
}

export interface InterfaceDescriptor extends Descriptor {
  component?: Component<InterfaceProps<never, never>>;
  group: "text" | "number" | "choice" | "date" | "relation" | "file" | "structure" | "presentation" | "other";
  /** Specials a field gets with it, as `m2o` or `file`. */
  specials?: string[];
  modes?: Mode[];
  recommendedDisplays?: string[];
  /** Relation kinds it edits: "m2o", "o2m", "m2m", "m2a", "file", "files", "translations". */
  relational?: string[];
  /** It draws its own label (groups, dividers). */
  bare?: boolean;
  /** How high its place is while it is loaded, in pixels; as high as a text field without it. */
  height?: (value: unknown) => number;
}

export interface DisplayDescriptor extends Descriptor {
  component?: Component<DisplayProps<never, never>>;
  /** Fields below a relation that it needs, as `["title", "status"]`. */
  fields?: (options: Record<string, unknown>, field: Field) => string[];
  /** Plain text of a value, for search, export and accessible names. */
  text?: (value: unknown, options: Record<string, unknown>) => string;
}

/** An asynchronous window on rows. */
export interface RowSource {
  count: () => number | undefined;
  rows: (from: number, to: number) => (Item | undefined)[];
  subscribe: (listener: () => void) => () => void;
}

export interface LayoutProps<Options = Record<string, unknown>> {
  collection: string;
  fields: string[];
  query: { filter: Filter | null; search: string | null; sort: string[] };
  source: RowSource;
  selection: ReadonlySet<Key>;
  options: Options;
  onSelect: (keys: ReadonlySet<Key>) => void;
  onOpen: (key: Key) => void;
  onQuery: (query: Partial<{ filter: Filter | null; search: string | null; sort: string[] }>) => void;
  onOptions: (options: Partial<Options>) => void;
}

export interface LayoutDescriptor extends Descriptor {
  component?: Component<LayoutProps<never>>;
}

export interface PanelProps<Options = Record<string, unknown>> {
  /** The answers to its queries, by their ids. */
  data: Record<string, Item[]>;
  /** With the values of variables in them. */
  options: Options;
  variables: Readonly<Record<string, unknown>>;
  /** In cells of the dashboard's grid. */
  size: { width: number; height: number };
  editing: boolean;
  onVariable?: (key: string, value: unknown) => void;
}

/** What a panel asks for: rows of a collection, by the parameters of the API. */
export interface PanelQuery {
  id: string;
  collection: string;
  query: Record<string, string | number | object | undefined>;
}

export interface PanelDescriptor extends Descriptor {
  component?: Component<PanelProps<never>>;
  /** In cells of the dashboard's grid, which has 24 columns. */
  minWidth: number;
  minHeight: number;
  /** null while the options say too little. `keyOf`: the key field of a collection. */
  queries?: (
    options: Record<string, unknown>,
    keyOf: (collection: string) => string | undefined,
  ) => PanelQuery[] | null;
}
