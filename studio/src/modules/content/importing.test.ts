import { beforeAll, expect, test } from "vitest";
import type { Field, Item } from "~/api/types";
import { activate, activateWhole } from "~/i18n/i18n";
import { type Importable, likeness, mapRows, readSheet, suggest } from "./importing";
import { fieldForColumn, typeOf } from "./newField";
import { after, operatorsFor, plan, type Step } from "./operations";
import { type Preset, presetOf, viewOf } from "./presets";
import { asPython } from "./snippets";

beforeAll(async () => {
  await activate("en");
  await activateWhole();
});

const field = (name: string, type = "string", more: object = {}) =>
  ({
    collection: "books",
    field: name,
    type,
    schema: { is_nullable: true, is_unique: false, is_primary_key: false },
    meta: { options: null, ...more },
  }) as unknown as Field;
const importable = (name: string, type = "string"): Importable => ({ field: field(name, type), names: [] });

test("columns find their fields by name, by likeness and by what their values are", async () => {
  const text = "Titel,Published On,Nr of views,E-mail,author,colour\nA,2026-01-01,5,a@x.de,Mia,red\n";
  const sheet = await readSheet("books.csv", text);
  const author: Importable = {
    ...importable("author", "integer"),
    names: ["name"],
    link: { related: "authors" } as never,
  };
  const fields = [
    importable("title"),
    importable("published_on", "date"),
    importable("views", "integer"),
    importable("email"),
    author,
    importable("color"),
    importable("note"),
  ];
  expect(suggest(sheet, fields).map((one) => one?.field ?? null)).toEqual([
    "title",
    "published_on",
    "views",
    "email",
    "author",
    "color",
  ]);
  expect(suggest(sheet, fields)[4]?.by).toBe("name");
  expect(likeness("first_name", "First name")).toBe(1);
  expect(likeness("abc", "xyz")).toBe(0);
});

test("rows become items, and what does not fit is told by row and column", async () => {
  const sheet = await readSheet("books.csv", "title,views\nA,1\nB,many\n,3\n");
  const mapped = await mapRows(
    sheet,
    [{ field: "title" }, { field: "views" }],
    [importable("title"), importable("views", "integer")],
    async () => "id",
  );
  expect(mapped.errors).toEqual([{ row: 2, column: "views", message: "This is no number." }]);
  expect([...mapped.items]).toEqual([
    [1, { title: "A", views: 1 }],
    [3, { title: null, views: 3 }],
  ]);
});

test("JSON files keep their values, and other files are refused with a reason", async () => {
  const sheet = await readSheet("x.json", '[{"a":1,"b":[2]},{"a":null,"c":true}]');
  expect(sheet.columns).toEqual(["a", "b", "c"]);
  expect(sheet.rows).toEqual([
    [1, [2], undefined],
    [null, undefined, true],
  ]);
  await expect(readSheet("x.csv", "title\n")).rejects.toThrow("no rows");
  await expect(readSheet("x.json", "[1]")).rejects.toThrow("list of objects");
});

test("a new field has the type that all values of its column have", () => {
  expect(typeOf(["1", "22", ""])).toBe("integer");
  expect(typeOf(["1", "2.5"])).toBe("float");
  expect(typeOf(["01067", "80331"])).toBe("string");
  expect(typeOf(["true", "FALSE"])).toBe("boolean");
  expect(typeOf(["2026-01-01", "31.12.2026"])).toBe("date");
  expect(typeOf(["2026-01-01 10:00", "2026-01-02 11:00"])).toBe("dateTime");
  expect(typeOf(["a", "1"])).toBe("string");
  const sheet = { name: "x", columns: ["Größe (cm)"], rows: [["1"]] };
  expect(fieldForColumn(sheet, 0, [field("große_cm")])).toMatchObject({ field: "gro_e_cm", type: "integer" });
});

const step = (of: Field, operator: Step["operator"], value?: unknown, find?: string): Step => ({
  field: of,
  operator,
  value,
  find,
});

test("a bulk change says what becomes of each item, who has it already, and the way back", () => {
  const status = field("status");
  const items: Item[] = [
    { id: 1, status: "draft" },
    { id: 2, status: "live" },
  ];
  expect(plan([step(status, "set", "live")], items, "id")).toEqual({
    changes: [{ key: 1, values: { status: "live" } }],
    back: [{ key: 1, values: { status: "draft" } }],
    same: 1,
  });
  expect(after(step(field("n", "float"), "increase", 0.2), 0.1)).toBe(0.3);
  expect(after(step(field("n", "integer"), "increase", 1), null)).toBeNull();
  expect(after(step(field("t"), "replace", "b", "a"), "banana")).toBe("bbnbnb");
  const tags = field("tags", "json", { interface: "tags" });
  expect(after(step(tags, "add", ["x", "y"]), ["y"])).toEqual(["y", "x"]);
  expect(after(step(tags, "remove", ["y"]), ["y", "z"])).toEqual(["z"]);
  expect(operatorsFor(tags)).toContain("add");
  expect(operatorsFor(field("id", "integer", { readonly: true }))).toEqual([]);
});

test("adding a link to many items links nothing twice, and its way back leaves what was there", () => {
  const link = { kind: "m2m", junction: "books_tags", junctionField: "tags_id", related: "tags" } as never;
  const add: Step = { ...step(field("tags", "alias"), "add", [7]), link };
  const items: Item[] = [
    { id: 1, tags: [{ id: 11, tags_id: 7 }] },
    { id: 2, tags: [{ id: 12, tags_id: 3 }] },
  ];
  expect(plan([add], items, "id")).toEqual({
    changes: [{ key: 2, values: { tags: [12, { tags_id: 7 }] } }],
    back: [{ key: 2, values: { tags: [12] } }],
    same: 1,
  });
  const remove: Step = { ...step(field("tags", "alias"), "remove", [7]), link };
  expect(plan([remove], items, "id").changes).toEqual([{ key: 1, values: { tags: [] } }]);
});

test("a view is a preset and back, and the list of all keeps no filter", () => {
  const view = {
    layout: "tabular",
    columns: ["a", "b"],
    sort: ["-a"],
    filter: { a: { _eq: 1 } },
    search: "x",
    group: null,
    options: { widths: { a: 90 } },
  };
  const fallback = { ...view, columns: ["z"], sort: [], filter: null, search: null, group: null, options: {} };
  const saved = { ...presetOf(view), filter: view.filter, search: "x", bookmark: "Mine" } as Preset;
  expect(viewOf(saved, fallback)).toEqual(view);
  expect(viewOf({ ...saved, bookmark: null }, fallback)).toEqual({ ...view, filter: null, search: null });
  const cards = presetOf({ ...view, layout: "cards", options: { size: 3 } }, saved);
  expect(cards.layout_options).toEqual({ tabular: { widths: { a: 90 } }, cards: { size: 3 } });
});

test("a filter is written as Python writes it", () => {
  expect(asPython({ a: { _eq: null, _in: [true, "x"] } })).toBe('{"a": {"_eq": None, "_in": [True, "x"]}}');
});
