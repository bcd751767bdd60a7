import { expect, test } from "vitest";
import { readSheet } from "~/modules/content/importing";
import { fieldsFor, nameOf } from "./sheetCollection";

test.each([
  ["Products 2024.csv", "products_2024"],
  ["Größen.CSV", "grossen"],
  ["2024.csv", "table_2024"],
  ["Übersicht.v2.json", "ubersicht_v2"],
  ["….csv", "table"],
])("%s becomes %s", (file, name) => expect(nameOf(file)).toBe(name));

const typesOf = async (csv: string) => {
  const { key, columns } = fieldsFor(await readSheet("a.csv", csv));
  return [columns.includes(key), columns.map((one) => `${one.field} ${one.type}`)];
};

test("columns become fields, an id of different numbers the key", async () => {
  const csv = "ID,Name,Price,Since\n7,Boat,1.5,2024-01-02\n9,Ship,2,2024-02-03";
  expect(await typesOf(csv)).toEqual([true, ["id integer", "name string", "price float", "since date"]]);
});

test.each([
  "id,name\n1,Boat\n1,Ship",
  "id,name\na1,Boat\na2,Ship",
  "id,name\n,Boat\n2,Ship",
  "id,name\n0,Boat\n2,Ship",
])("an id that tells no rows apart is a field like others: %s", async (csv) => {
  const [isKey, [first]] = (await typesOf(csv)) as [boolean, string[]];
  expect(isKey).toBe(false);
  expect(first).toMatch(/^id_2 /);
});
