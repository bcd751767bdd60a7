import { expect, test } from "vitest";
import type { Field, FieldSchema, Relation } from "~/api/types";
import { guess, guessCollection } from "./manage";

const field = (name: string, type: string, schema: Partial<FieldSchema> = {}): Field => ({
  collection: "people",
  field: name,
  type,
  meta: null,
  schema: { is_nullable: true, default_value: null, max_length: null, ...schema } as FieldSchema,
});
const relations = [
  { collection: "people", field: "country_code", related_collection: "countries" },
  { collection: "people", field: "team_id", related_collection: "teams" },
] as Relation[];
const interfaceOf = (name: string, type: string, schema?: Partial<FieldSchema>) =>
  guess(field(name, type, schema), relations).interface;

test("text columns by their names", () => {
  expect(interfaceOf("name", "text")).toBe("input");
  expect(interfaceOf("site_name", "text")).toBe("input");
  expect(interfaceOf("PostTitle", "text")).toBe("input");
  expect(interfaceOf("notes", "text")).toBe("input-multiline");
  expect(interfaceOf("notes", "string", { max_length: 60 })).toBe("input");
  expect(guess(field("motto", "text"), [], ["one\ntwo"]).interface).toBe("input-multiline");
  expect(interfaceOf("BodyHTML", "text")).toBe("input-rich-text-html");
  expect(interfaceOf("markdown_body", "text")).toBe("input-rich-text-md");
  expect(interfaceOf("bg_color", "string")).toBe("select-color");
  expect(interfaceOf("icon", "string")).toBe("select-icon");
  expect(guess(field("from_email", "string"), []).options).toEqual({ iconLeft: "mail" });
  expect(guess(field("image_url", "string", { max_length: 400 }), []).options).toEqual({ iconLeft: "link" });
  expect(guess(field("password_hash", "string"), []).hidden).toBe(true);
  expect(interfaceOf("tags", "json")).toBe("tags");
  expect(interfaceOf("payload", "json")).toBe("input-code");
});

test("columns with choices are chosen from", () => {
  const made = guess(field("status", "string", { choices: ["new", "in_stock"] }), []);
  expect(made.interface).toBe("select-dropdown");
  expect(made.options).toEqual({
    choices: [
      { text: "New", value: "new" },
      { text: "In stock", value: "in_stock" },
    ],
  });
});

test("keys of other tables are links, also where they are part of the key", () => {
  const key = { is_primary_key: true, is_nullable: false };
  expect(guess(field("team_id", "uuid", key), relations)).toMatchObject({
    interface: "select-dropdown-m2o",
    hidden: false,
    required: true,
    special: ["m2o"],
  });
  expect(guess(field("id", "uuid", key), relations)).toMatchObject({
    hidden: true,
    special: ["uuid"],
    required: false,
  });
});

test("what the database fills in by itself is not typed", () => {
  expect(guess(field("created_at", "timestamp", { default_value: "now()" }), []).readonly).toBe(true);
  expect(guess(field("placed_at", "timestamp", { default_value: "now()" }), []).readonly).toBe(false);
});

test("a table by its columns", () => {
  const people = [field("id", "integer"), field("first_name", "string"), field("last_name", "string")];
  expect(guessCollection(people, [])).toEqual({ display_template: "{{first_name}} {{last_name}}" });
  expect(guessCollection([field("sku", "string"), field("name", "text"), field("position", "integer")], [])).toEqual({
    display_template: "{{name}}",
    sort_field: "position",
  });
  expect(guessCollection([field("PostID", "integer"), field("PostTitle", "string")], [])).toEqual({
    display_template: "{{PostTitle}}",
  });
  expect(guessCollection([field("country_code", "string"), field("team_id", "integer")], relations)).toEqual({
    hidden: true,
  });
});
