/** What a relational field leads to. */
import type { Collection, Field, Key, Relation } from "./types";

export type RelationKind = "m2o" | "o2m" | "m2m" | "m2a" | "any";

export interface Link {
  /** `any`: to one item of several collections, as the `item` field of a junction has it. */
  kind: RelationKind;
  /** The collection at the other end; null where it may be one of several. */
  related: string | null;
  /** Collections at the other end, where there are several. */
  allowed: string[];
  /** The collection between both, of m2m and m2a. */
  junction?: string;
  /** The field of the junction that leads to the other end. */
  junctionField?: string;
  /** The field of the related collection or junction that leads back. */
  backField?: string;
  /** The field that names the collection, of m2a and any. */
  collectionField?: string;
  relation: Relation;
}

/** Where a field leads, or undefined when it is no relation. */
export function linkOf(field: Pick<Field, "collection" | "field">, relations: readonly Relation[]): Link | undefined {
  for (const relation of relations) {
    if (relation.collection === field.collection && relation.field === field.field) {
      const allowed = relation.meta?.one_allowed_collections ?? [];
      return {
        kind: relation.related_collection ? "m2o" : "any",
        related: relation.related_collection,
        allowed,
        collectionField: relation.meta?.one_collection_field ?? undefined,
        relation,
      };
    }
  }
  const back = relations.find(
    (one) => one.related_collection === field.collection && one.meta?.one_field === field.field,
  );
  if (!back) return undefined;
  // either side of a junction may say which field is the other one
  const named = back.meta?.junction_field;
  const far = relations.find(
    (one) =>
      one.collection === back.collection &&
      one.field !== back.field &&
      (named ? one.field === named : one.meta?.junction_field === back.field),
  );
  const junctionField = named ?? far?.field;
  if (!junctionField) {
    return { kind: "o2m", related: back.collection, allowed: [], backField: back.field, relation: back };
  }
  return {
    kind: far?.related_collection ? "m2m" : "m2a",
    related: far?.related_collection ?? null,
    allowed: far?.meta?.one_allowed_collections ?? [],
    junction: back.collection,
    junctionField,
    backField: back.field,
    collectionField: far?.meta?.one_collection_field ?? undefined,
    relation: back,
  };
}

/** Whether a link leads to many items. */
export const isToMany = (link: Link): boolean => link.kind === "o2m" || link.kind === "m2m" || link.kind === "m2a";

/** The path of a collection's items: system collections have endpoints of their own. */
export function itemsPath(collection: Collection | string, key?: Key | null): string {
  const name = typeof collection === "string" ? collection : collection.collection;
  const base = name.startsWith("directus_")
    ? `/${name.slice("directus_".length)}`
    : `/items/${encodeURIComponent(name)}`;
  return key === undefined || key === null ? base : `${base}/${encodeURIComponent(String(key))}`;
}
