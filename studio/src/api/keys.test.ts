import { expect, test } from "vitest";
import { bodyInColumns, hasKey, inColumns, keyField, keyOf, withKeys } from "./keys";
import type { Field } from "./types";

const part = (field: string, key_position?: number, key_size?: number) =>
  ({ field, schema: { is_primary_key: key_position !== undefined, key_position, key_size } }) as Field;
const NAME = "$key|region|number";

test("the key's field is the column, or says the columns in the order of the key", () => {
  expect(keyField([part("note"), part("code", 0)])).toBe("code");
  expect(keyField([part("number", 1), part("note"), part("region", 0)])).toBe(NAME);
  expect(keyField([])).toBe("id");
  expect(keyField([part("note"), part("id")])).toBe("id");
});

test("who may not read the whole key has none, and asks for nothing by it", () => {
  const none = keyField([part("note")]);
  expect(keyField([part("note"), part("region", 0, 2)])).toBe(none);
  expect(keyField([part("region", 0, 3), part("number", 1, 3)])).toBe(none);
  expect(hasKey([part("note")])).toBe(false);
  expect(hasKey([part("region", 0, 2), part("number", 1, 2)])).toBe(true);
  expect(keyOf({ note: "x" }, none)).toBeUndefined();
  expect(inColumns({ fields: `${none},note`, sort: `title,${none}` })).toEqual({ fields: ["note"], sort: ["title"] });
  expect(inColumns({ filter: { [none]: { _eq: 1 } } })).toEqual({ filter: { id: { _eq: 1 } } });
  expect(withKeys([{ note: "x" }], `${none},note`)).toEqual([{ note: "x", [none]: undefined }]);
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
