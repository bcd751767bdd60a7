import type { Field, Item } from "~/api/types";

/** The fields of a translation that people fill in. */
export const ownFields = (fields: readonly Field[], hidden: ReadonlySet<string>): Field[] =>
  fields.filter(
    (field) =>
      !hidden.has(field.field) && !field.schema?.is_primary_key && !field.meta?.hidden && field.type !== "alias",
  );

export const isFilled = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);

/** How many of the fields have a value. */
export const filledCount = (fields: readonly Field[], values: Readonly<Item> | null): number =>
  values === null ? 0 : fields.filter((field) => isFilled(values[field.field])).length;
