/** A new collection with the rows of a file. */
import { post } from "~/api/client";
import { schemaChanged } from "~/api/queries";
import type { Field } from "~/api/types";
import { importRows, mapRows, type Sheet } from "~/modules/content/importing";
import { fieldForColumn, typeOf } from "~/modules/content/newField";

type NewField = Pick<Field, "field" | "type"> & { schema: object; meta: object };

const KEY = "id";
const OWN_KEY: NewField = {
  field: KEY,
  type: "integer",
  schema: { is_primary_key: true, has_auto_increment: true },
  meta: { interface: "input", readonly: true, hidden: true },
};

/** A name for the collection, made from the file's. */
export function nameOf(file: string): string {
  const name = file
    .replace(/\.\w+$/, "")
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(name) ? name.slice(0, 60) : `table_${name}`.replace(/_$/, "").slice(0, 60);
}

/** The fields for the columns of a file, with their places in it. A column `id` of different whole numbers is the key. */
export function fieldsFor(sheet: Sheet): { key: NewField; columns: NewField[] } {
  const fields: NewField[] = [OWN_KEY];
  let key = OWN_KEY;
  const columns = sheet.columns.map((column, place) => {
    const values = sheet.rows.map((row) => row[place]);
    if (key === OWN_KEY && column.trim().toLowerCase() === KEY && isKey(values)) {
      key = { ...OWN_KEY, meta: { interface: "input", readonly: true } };
      return key;
    }
    const made = fieldForColumn(sheet, place, fields as unknown as Field[]) as NewField;
    fields.push(made);
    return made;
  });
  return { key, columns };
}

const isKey = (values: readonly unknown[]): boolean =>
  typeOf(values) === "integer" &&
  values.every((value) => Number(value) > 0) &&
  new Set(values.map(Number)).size === values.length;

/** Make it; how many rows could not be taken. Throws ApiError; then there is no such collection. */
export async function makeFromSheet(
  name: string,
  sheet: Sheet,
  onProgress: (done: number) => void,
): Promise<{ refused: number }> {
  const { key, columns } = fieldsFor(sheet);
  const fields = [key, ...columns.filter((one) => one !== key)].map((one, index) => ({
    ...one,
    meta: { ...one.meta, sort: index + 1 },
  }));
  await post("/collections", { collection: name, schema: {}, meta: {}, fields });
  await schemaChanged();
  const importable = columns.map((one) => ({ field: { ...one, collection: name } as unknown as Field, names: [] }));
  const mapped = await mapRows(
    sheet,
    columns.map((one) => ({ field: one.field })),
    importable,
    async () => KEY,
  );
  const created = [...mapped.items.keys()];
  await importRows(name, KEY, mapped, { created, updated: [], same: [], errors: mapped.errors }, onProgress);
  return { refused: sheet.rows.length - created.length };
}
