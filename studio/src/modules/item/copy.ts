import type { Field, Item } from "~/api/types";

/** The values of a copy: what is stored and changed, without what the server makes. */
export function copyOf(values: Readonly<Item>, fields: readonly Field[], only?: readonly string[] | null): Item {
  const copied: Item = {};
  for (const field of fields) {
    const { special } = field.meta ?? {};
    const made = special?.some((one) => /^(uuid|(user|role|date)-(created|updated))$/.test(one));
    if (
      field.schema === null ||
      field.schema.is_primary_key ||
      made ||
      field.schema.is_generated ||
      field.type === "hash"
    )
      continue;
    if (only?.length && !only.includes(field.field)) continue;
    if (values[field.field] !== null && values[field.field] !== undefined) copied[field.field] = values[field.field];
  }
  return copied;
}
