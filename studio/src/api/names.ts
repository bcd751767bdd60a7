/** What people call things: the translated name of a collection or field, else its own name made readable. */
import { hasMessage, locale, t } from "~/i18n/i18n";
import type { Collection, Field, Translation } from "./types";

export const readable = (name: string) => {
  const words = name
    .replace(/^directus_/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .replace(/\b(?:id|url|uuid|api|ip|html|json)\b/gi, (word) => word.toUpperCase())
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function translated(translations: Translation[] | null | undefined): Translation | undefined {
  return translations?.find((one) => one.language.toLowerCase().split("-")[0] === locale());
}

export const collectionName = (collection: Collection): string =>
  translated(collection.meta?.translations)?.translation || nameOf(collection.collection);

/** What a collection is called that nobody gave a name: the program's own have theirs in the catalogs. */
export function nameOf(collection: string): string {
  const own = `api.system.${collection.replace("directus_", "")}`;
  return collection.startsWith("directus_") && hasMessage(own) ? t(own) : readable(collection);
}

/** "Article" for "articles": the translated singular, where there is one. */
export const singularName = (collection: Collection): string =>
  translated(collection.meta?.translations)?.singular || collectionName(collection);

/** A field that links is called by what it leads to: "Customer" for `customer_id`. */
export const fieldName = (field: Field): string =>
  translated(field.meta?.translations)?.translation ||
  readable(field.schema?.foreign_key_table ? field.field.replace(/(?:_id|(?<=[a-z])I[dD])$/, "") : field.field);
