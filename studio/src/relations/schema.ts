/** How the fields of a collection lead to others: what the metadata of relations says, as one shape per kind. */
import type { Field, Relation } from "~/api/types";
import { relationKind } from "~/form/fields";

/** A field that holds the key of one item. */
export interface ToOne {
  kind: "m2o" | "file";
  related: string;
}

/** A field whose rows hold our key. */
export interface ToMany {
  kind: "o2m" | "m2m" | "files" | "translations";
  /** The collection of the rows: the related one, or the junction. */
  rows: string;
  /** The rows' field with our key. */
  back: string;
  /** Through a junction: the rows' field with the key of the related item. */
  forward: string | null;
  /** The collection that people link to. */
  related: string;
  sortField: string | null;
  /** What happens to a row that is given up. */
  deselect: "nullify" | "delete";
}

/** Rows that lead to items of several collections. */
export interface ToAny extends Omit<ToMany, "kind" | "related" | "forward"> {
  kind: "m2a";
  forward: string;
  collectionField: string;
  allowed: string[];
}

export type Link = ToOne | ToMany | ToAny;
export type Many = ToMany | ToAny;

/** What a field leads to; null for fields that lead nowhere, and where the relation is not known. */
export function relationsOf(field: Field, relations: readonly Relation[]): Link | null {
  const kind = relationKind(field);
  if (!kind) return null;
  if (kind === "m2o" || kind === "file") {
    const relation = relations.find((one) => one.collection === field.collection && one.field === field.field);
    const related =
      relation?.related_collection ?? field.schema?.foreign_key_table ?? (kind === "file" ? "directus_files" : null);
    return related ? { kind, related } : null;
  }
  const back = relations.find(
    (one) => one.related_collection === field.collection && one.meta?.one_field === field.field,
  );
  if (!back) return null;
  const shared = {
    rows: back.collection,
    back: back.field,
    sortField: back.meta?.sort_field ?? null,
    deselect: back.meta?.one_deselect_action ?? ("nullify" as const),
  };
  if (kind === "o2m") return { kind, ...shared, forward: null, related: back.collection };
  const junctionField = back.meta?.junction_field;
  const forward = relations.find(
    (one) =>
      one.collection === back.collection &&
      one.field !== back.field &&
      (junctionField ? one.field === junctionField : one.meta?.junction_field === back.field),
  );
  if (!forward) return { kind: "o2m", ...shared, forward: null, related: back.collection };
  if (kind === "m2a") {
    const collectionField = forward.meta?.one_collection_field;
    if (!collectionField) return null;
    return {
      kind,
      ...shared,
      forward: forward.field,
      collectionField,
      allowed: forward.meta?.one_allowed_collections ?? [],
    };
  }
  if (!forward.related_collection) return null;
  return { kind, ...shared, forward: forward.field, related: forward.related_collection };
}

export const isMany = (link: Link | null): link is Many => link !== null && link.kind !== "m2o" && link.kind !== "file";
