import { expect, test } from "vitest";
import { bodyInColumns, inColumns, keyField, keyOf, withKeys } from "./keys";
import type { Field } from "./types";

const part = (field: string, key_position?: number) =>
  ({ field, schema: { is_primary_key: key_position !== undefined, key_position } }) as Field;
const NAME = "$key|region|number";

test("the key's field is the column, or says the columns in the order of the key", () => {
  expect(keyField([part("note"), part("code", 0)])).toBe("code");
  expect(keyField([part("number", 1), part("note"), part("region", 0)])).toBe(NAME);
  expect(keyField([part("note")])).toBe("id");
});

test("a key of several columns is one text, as the server writes it", () => {
  expect(keyOf({ region: "a,b/c%", number: 1 }, NAME)).toBe("a%2Cb/c%25,1");
  expect(keyOf({ region: null, number: 1 }, NAME)).toBeUndefined();
  expect(keyOf({ id: 3 }, "id")).toBe(3);
  expect(withKeys([{ region: "eu", number: 2 }], ["note", NAME])).toEqual([
    { region: "eu", number: 2, [NAME]: "eu,2" },
  ]);
  expect(withKeys({ id: 1 }, "id,note")).toEqual({ id: 1 });
});

test("what is asked by the key is asked by its columns", () => {
  const plain = { fields: "id,note", filter: { id: { _in: [1] } }, sort: "-id" };
  expect(inColumns(plain)).toBe(plain);
  expect(inColumns({ fields: `${NAME},note,region`, sort: `title,-${NAME}`, limit: 5 })).toEqual({
    fields: ["region", "number", "note"],
    sort: ["title", "-region", "-number"],
    limit: 5,
  });
  const is = (region: string, number: string) => ({ region: { _eq: region }, number: { _eq: number } });
  expect(
    inColumns({ filter: { _and: [{ [NAME]: { _in: ["eu,1", "a%2Cb,2"] } }, { note: { _null: true } }] } }),
  ).toEqual({
    filter: { _and: [{ _or: [is("eu", "1"), is("a,b", "2")] }, { note: { _null: true } }] },
  });
  expect(inColumns({ filter: { [NAME]: { _eq: "eu,1" }, note: { _eq: "x" } } })).toEqual({
    filter: { _and: [is("eu", "1"), { note: { _eq: "x" } }] },
  });
});

test("rows that are written say their columns", () => {
  expect(bodyInColumns([{ [NAME]: "eu,1", note: "x" }])).toEqual([{ region: "eu", number: "1", note: "x" }]);
  expect(bodyInColumns(["eu,1"])).toEqual(["eu,1"]);
  expect(bodyInColumns({ note: "x" })).toEqual({ note: "x" });
});
