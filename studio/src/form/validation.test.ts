import { beforeAll, expect, test } from "vitest";
import { ApiError } from "~/api/errors";
import type { Field } from "~/api/types";
import { activateWhole } from "~/i18n/i18n";
import { saveErrors } from "./errors";
import { defaults, fieldsOf, interfaceId, isRequired } from "./fields";
import { validate } from "./validation";

beforeAll(() => activateWhole());

const field = (name: string, type: string, meta: object = {}, schema: object | null = {}): Field =>
  ({
    collection: "c",
    field: name,
    type,
    schema: schema && { is_nullable: true, default_value: null, max_length: null, ...schema },
    meta: { special: null, required: false, hidden: false, readonly: false, ...meta },
  }) as unknown as Field;

const wrong = (one: Field, value: unknown) => validate([one], { [one.field]: value })[one.field];

test("a needed value", () => {
  expect(wrong(field("a", "string", { required: true }), null)).toBe("A value is needed.");
  expect(wrong(field("a", "string", { required: true }), "")).toBe("A value is needed.");
  expect(wrong(field("a", "string", {}, { is_nullable: false }), null)).toBe("A value is needed.");
  expect(wrong(field("a", "string", {}, { is_nullable: false }), "")).toBeUndefined();
  expect(wrong(field("a", "string", {}, { is_nullable: false, default_value: "x" }), null)).toBeUndefined();
  expect(wrong(field("a", "string"), null)).toBeUndefined();
});

test("the least and the most of a number", () => {
  const level = field("a", "integer", { options: { min: 0, max: "10" } });
  expect(wrong(level, -1)).toBe("It has to be at least 0.");
  expect(wrong(level, "11")).toBe("It has to be at most 10.");
  expect(wrong(level, 0)).toBeUndefined();
  expect(wrong(field("a", "string", { options: { max: 3 } }), "12")).toBeUndefined();
});

test("what the server makes is not needed", () => {
  expect(isRequired(field("id", "integer", { required: true }, { has_auto_increment: true }))).toBe(false);
  expect(isRequired(field("by", "uuid", { required: true, special: ["user-created"] }))).toBe(false);
});

test("hidden and read-only fields are not judged", () => {
  expect(wrong(field("a", "string", { required: true, hidden: true }), null)).toBeUndefined();
  expect(wrong(field("a", "string", { required: true, readonly: true }), null)).toBeUndefined();
});

test.each([
  ["integer", "12", undefined],
  ["integer", 2147483648, "It has to be between -2147483648 and 2147483647."],
  ["integer", "1.5", "A whole number is needed."],
  ["bigInteger", "9223372036854775807", undefined],
  ["bigInteger", "9223372036854775808", "It has to be between -9223372036854775808 and 9223372036854775807."],
  ["float", "x", "A number is needed."],
  ["float", "1e5", undefined],
  ["uuid", "nope", "This is not a UUID."],
  ["uuid", "185b4cdf-84ad-465c-a450-1b4e1e618699", undefined],
])("%s %s", (type, value, message) => {
  expect(wrong(field("a", type), value)).toBe(message);
});

test("lengths and digits of a column", () => {
  expect(wrong(field("a", "string", {}, { max_length: 3 }), "abcd")).toBe("At most 3 characters.");
  const price = field("p", "decimal", {}, { numeric_precision: 5, numeric_scale: 2 });
  expect(wrong(price, "123.45")).toBeUndefined();
  expect(wrong(price, "1234.5")).toBe("At most 3 digits before the point.");
  expect(wrong(price, "1.234")).toBe("At most 2 digits after the point.");
});

test("the field's own rule, with its message", () => {
  const ruled = field("a", "integer", { validation: { a: { _gt: 3 } }, validation_message: "More!" });
  expect(wrong(ruled, 3)).toBe("More!");
  expect(wrong(ruled, 4)).toBeUndefined();
});

test("the server's complaints stand at their fields", () => {
  const error = new ApiError(400, [
    {
      message: "x",
      code: "FAILED_VALIDATION",
      field: "title",
      extensions: { field: "title", path: [], type: "required" },
    },
    { message: "x", code: "RECORD_NOT_UNIQUE", field: "slug", extensions: { collection: "c", field: "slug" } },
    {
      message: "x",
      code: "FAILED_VALIDATION",
      field: "name",
      extensions: { field: "name", path: ["author", 0], type: "nnull" },
    },
    { message: "x", code: "RECORD_NOT_UNIQUE", field: "slug", extensions: { collection: "other", field: "slug" } },
    { message: "odd", code: "SOMETHING", extensions: {} },
  ]);
  expect(saveErrors(error, "c", new Set(["title", "slug", "author"]))).toEqual({
    fields: {
      title: "A value is needed.",
      slug: "Another item has this value already.",
      author: "name: A value is needed.",
    },
    general: ["Another item has this value already.", "odd"],
  });
});

test("an interface for tables that nobody described", () => {
  expect(interfaceId(field("a", "string"))).toBe("input");
  expect(interfaceId(field("a", "text"))).toBe("input-multiline");
  expect(interfaceId(field("a", "timestamp"))).toBe("datetime");
  expect(interfaceId(field("a", "json"))).toBe("input-code");
  expect(interfaceId(field("a", "integer", {}, { foreign_key_table: "authors" }))).toBe("select-dropdown-m2o");
  expect(interfaceId({ ...field("a", "boolean"), meta: null })).toBe("boolean");
  expect(interfaceId(field("a", "unknown"))).toBeUndefined();
});

test("what a new item starts with", () => {
  const fields = [
    field("a", "string", {}, { default_value: "x" }),
    field("b", "timestamp", {}, { default_value: "CURRENT_TIMESTAMP" }),
    field("id", "integer", {}, { default_value: "nextval('s')", has_auto_increment: true }),
    field("c", "string"),
  ];
  expect(defaults(fields, { c: "preset", by: "$CURRENT_USER" })).toEqual({ a: "x", c: "preset" });
});

test("a field of a group that is not there stands at the top", () => {
  const fields = [
    field("a", "string", { group: "gone" }),
    field("g", "alias", { special: ["group"] }),
    field("b", "string", { group: "g" }),
  ];
  expect(fieldsOf(fields, null).map((one) => one.field)).toEqual(["a", "g"]);
  expect(fieldsOf(fields, "g").map((one) => one.field)).toEqual(["b"]);
});
