import { expect, test } from "vitest";
import type { Collection, Field } from "~/api/types";
import { exampleBody, examples, pythonValue } from "./snippets";

const field = (name: string, type: string, schema: object = {}, meta: object = {}): Field =>
  ({ collection: "books", field: name, type, schema: { name, ...schema }, meta }) as unknown as Field;
const fields = [
  field("id", "integer", { is_primary_key: true, has_auto_increment: true }),
  field("title", "string"),
  field("it's", "boolean"),
  field("made", "timestamp", {}, { special: ["date-created"] }),
  field("author", "uuid", { foreign_key_table: "authors", foreign_key_column: "id" }),
  { ...field("links", "alias"), schema: null },
];
const collection = { collection: "books", meta: {}, schema: { name: "books" } } as unknown as Collection;
const subject = { collection, fields, origin: "http://localhost:8090", key: 7 };

test("bodies have what a person may write", () => {
  expect(exampleBody(fields)).toEqual({ title: "Example title", "it's": true });
});

test("every example names real fields and a real key", () => {
  const all = examples("directus", subject);
  const list = all.find((one) => one.operation === "list");
  expect(list?.path).toBe("/items/books?fields=id,title,it's,made,author&limit=10");
  expect(all.find((one) => one.operation === "one")?.path).toBe("/items/books/7");
  expect(list?.code.graphql).toContain("author { id }");
  // a quote ends no text of the shell
  expect(list?.code.curl).toContain("it'\\''s");
  expect(all.find((one) => one.operation === "create")?.code.python).toContain(
    'json={"title": "Example title", "it\'s": True}',
  );
  expect(all.find((one) => one.operation === "update")?.code.graphql).toContain(
    'update_books_item(id: 7, data: { title: "Example title" })',
  );
  expect(examples("pocketbase", subject).map((one) => one.needs)).toContain("deleteRule");
});

test("a single item has no key, a system collection its own path", () => {
  const single = { ...subject, collection: { ...collection, meta: { singleton: true } } as Collection };
  expect(examples("directus", single).map((one) => `${one.method} ${one.path}`)).toEqual([
    "GET /items/books",
    "PATCH /items/books",
  ]);
  const users = { ...subject, collection: { ...collection, collection: "directus_users" } };
  expect(examples("directus", users)[0]?.path).toMatch(/^\/users\?/);
  expect(examples("directus", users)[0]?.code.graphql).toBeUndefined();
});

test("values as Python writes them", () => {
  expect(pythonValue({ a: [true, null, "x"] })).toBe('{"a": [True, None, "x"]}');
});
