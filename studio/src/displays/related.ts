/** How related items are shown: by which template, and which fields that needs. */
import { collectionsQuery, fieldsQuery, queryClient, relationsQuery } from "~/api/queries";
import { isToMany, type Link, linkOf } from "~/api/relations";
import type { Field } from "~/api/types";
import { fieldsOfTemplate, templateOf } from "./template";

/** The template of a collection, as far as the caches know it. */
export function defaultTemplate(collection: string | null | undefined): string {
  if (!collection) return "{{id}}";
  const known = queryClient.getQueryData(collectionsQuery.queryKey)?.find((one) => one.collection === collection);
  return templateOf(known, queryClient.getQueryData(fieldsQuery(collection).queryKey));
}

/** The link of a field, as far as the caches know it. */
export const knownLink = (field: Pick<Field, "collection" | "field">): Link | undefined =>
  linkOf(field, queryClient.getQueryData(relationsQuery.queryKey) ?? []);

/**
 * The template of a relational field. One of the options begins at the junction of a many-to-many relation, as Directus
 * has it; the related collection's own is led through it.
 */
export function relatedTemplate(link: Link, options: Record<string, unknown> = {}): string {
  if (typeof options.template === "string" && options.template) return options.template;
  if (link.kind === "m2m" && link.junctionField) {
    return defaultTemplate(link.related).replace(/\{\{\s*/g, `{{${link.junctionField}.`);
  }
  if (link.kind === "m2a" && link.collectionField) return `{{${link.collectionField}}}`;
  return defaultTemplate(link.related);
}

/** The collection whose template shows the items of a field: of translations their own, not that of the languages. */
const templateTarget = (link: Link | undefined, field: Field): string | null | undefined =>
  field.meta?.special?.includes("translations") ? link?.junction : link?.related;

/** The template of a field of translations. */
export const translationTemplate = (field: Field, options: Record<string, unknown>): string =>
  (options.template as string | undefined) || defaultTemplate(templateTarget(knownLink(field), field));

/** What has to be asked for below a relational field to show it: `["name"]`, `["tags_id.name"]`. */
export function relatedFields(field: Field, options: Record<string, unknown> = {}): string[] {
  const link = knownLink(field);
  if (!link) return [];
  const key = isToMany(link) && link.junctionField ? [link.junctionField] : [];
  const fields = fieldsOfTemplate(relatedTemplate(link, options));
  return [...new Set([...(fields.some((one) => one.startsWith(`${key[0]}.`)) ? [] : key), ...fields])];
}

/** Load what the templates of these fields' targets are made from. Whether anything of it was not known yet. */
export async function loadRelated(fields: readonly Field[]): Promise<boolean> {
  const relations = await queryClient.ensureQueryData(relationsQuery);
  const collections = await queryClient.ensureQueryData(collectionsQuery);
  const targets = new Set<string>();
  for (const field of fields) {
    const link = linkOf(field, relations);
    const target = templateTarget(link, field);
    const known = collections.find((one) => one.collection === target);
    if (target && known && !known.meta?.display_template && !target.startsWith("directus_")) targets.add(target);
  }
  const unknown = [...targets].filter((target) => !queryClient.getQueryData(fieldsQuery(target).queryKey));
  await Promise.all(unknown.map((target) => queryClient.ensureQueryData(fieldsQuery(target)).catch(() => [])));
  return unknown.length > 0;
}
