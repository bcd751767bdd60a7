/** Shapes of the Directus wire that the studio speaks. */
export type Key = string | number;
export type Item = Record<string, unknown>;
/** A filter in the Directus syntax, as `{status: {_eq: "draft"}}`. */
export type Filter = Record<string, unknown>;

export interface Translation {
  language: string;
  translation: string;
  singular?: string;
  plural?: string;
}

export interface CollectionMeta {
  collection: string;
  icon: string | null;
  note: string | null;
  color: string | null;
  display_template: string | null;
  hidden: boolean;
  singleton: boolean;
  translations: Translation[] | null;
  archive_field: string | null;
  archive_value: string | null;
  unarchive_value: string | null;
  archive_app_filter: boolean;
  sort_field: string | null;
  accountability: "all" | "activity" | null;
  item_duplication_fields: string[] | null;
  sort: number | null;
  group: string | null;
  collapse: "open" | "closed" | "locked";
  preview_url: string | null;
  versioning: boolean;
  system?: boolean;
}

export interface Collection {
  collection: string;
  meta: CollectionMeta | null;
  /** null for folders, which have no table. */
  schema: { name: string; schema?: string; comment?: string | null } | null;
}

export interface FieldCondition {
  name?: string;
  rule: Filter;
  readonly?: boolean;
  hidden?: boolean;
  required?: boolean;
  options?: Record<string, unknown>;
  clear_hidden_value_on_save?: boolean;
}

export type Width = "half" | "half-left" | "half-right" | "full" | "fill";

export interface FieldMeta {
  id: number | null;
  collection: string;
  field: string;
  special: string[] | null;
  interface: string | null;
  options: Record<string, unknown> | null;
  display: string | null;
  display_options: Record<string, unknown> | null;
  readonly: boolean;
  hidden: boolean;
  sort: number | null;
  width: Width | null;
  translations: Translation[] | null;
  note: string | null;
  conditions: FieldCondition[] | null;
  required: boolean | null;
  group: string | null;
  validation: Filter | null;
  validation_message: string | null;
  searchable?: boolean;
  system?: boolean;
}

export interface FieldSchema {
  name: string;
  table: string;
  data_type: string;
  default_value: unknown;
  generation_expression?: string | null;
  max_length: number | null;
  numeric_precision: number | null;
  numeric_scale: number | null;
  is_generated: boolean;
  is_nullable: boolean;
  is_unique: boolean;
  is_indexed?: boolean;
  is_primary_key: boolean;
  /** Which part of a key of several columns it is. */
  key_position?: number;
  /** How many columns this key has. */
  key_size?: number;
  has_auto_increment: boolean;
  foreign_key_schema?: string | null;
  foreign_key_table: string | null;
  foreign_key_column: string | null;
  comment?: string | null;
  /** The texts that the database allows, by an enumeration or a CHECK. */
  choices?: string[];
}

export interface Field {
  collection: string;
  field: string;
  /** Directus type, as `string`, `integer`, `json`, `alias`. */
  type: string;
  /** null for alias fields, which have no column. */
  schema: FieldSchema | null;
  meta: FieldMeta | null;
}

export interface RelationMeta {
  id: number | null;
  many_collection: string;
  many_field: string;
  one_collection: string | null;
  one_field: string | null;
  one_collection_field: string | null;
  one_allowed_collections: string[] | null;
  junction_field: string | null;
  sort_field: string | null;
  one_deselect_action: "nullify" | "delete";
}

export interface Relation {
  collection: string;
  field: string;
  related_collection: string | null;
  schema: { on_delete?: string | null; on_update?: string | null; constraint_name?: string | null } | null;
  meta: RelationMeta | null;
}

export type Action = "create" | "read" | "update" | "delete" | "share";

/** One action on one collection, as `/permissions/me` says it. */
export interface Allowed {
  access: "none" | "partial" | "full";
  fields?: string[];
  presets?: Record<string, unknown>;
}

export type Permissions = Record<string, Partial<Record<Action, Allowed>>>;

export interface User {
  id: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  avatar: string | null;
  language: string | null;
  appearance: "light" | "dark" | null;
  /** Stars where there is one. */
  tfa_secret: string | null;
  /** `default`: e-mail and password; else an identity provider's name. */
  provider?: string;
  role: { id: string; name: string } | null;
}

/** What `/policies/me/globals` says. */
export interface Globals {
  app_access: boolean;
  admin_access: boolean;
  enforce_tfa: boolean;
}
