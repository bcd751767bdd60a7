/** How the fields of a collection lead to others: what the metadata of relations says, as one shape per kind. */
import { isToMany, linkOf } from "~/api/relations";
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
  const link = linkOf(field, relations);
  if (kind === "m2o" || kind === "file") {
    const related = link?.related ?? field.schema?.foreign_key_table ?? (kind === "file" ? "directus_files" : null);
    return related ? { kind, related } : null;
  }
  if (!link || !isToMany(link)) return null;
  const { collection: rows, field: back, meta } = link.relation;
  const shared = {
    rows,
    back,
    sortField: meta?.sort_field ?? null,
    deselect: meta?.one_deselect_action ?? ("nullify" as const),
  };
  const { junctionField: forward, related, allowed, collectionField } = link;
  if (kind === "o2m" || !forward) return { kind: "o2m", ...shared, forward: null, related: rows };
  if (kind === "m2a") return collectionField ? { kind, ...shared, forward, collectionField, allowed } : null;
  return related ? { kind, ...shared, forward, related } : null;
}

export const isMany = (link: Link | null): link is Many => link !== null && link.kind !== "m2o" && link.kind !== "file";
