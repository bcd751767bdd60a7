import { beforeAll, expect, test } from "vitest";
import type { Field } from "~/api/types";
import { displays } from "~/extensions/registry";
import { activate } from "~/i18n/i18n";
import { displayOf, valueText } from "./choice";
import { dateText } from "./datetime/text";
import { conditionOf, formattedText } from "./formatted-value/text";
import { labelsOf } from "./labels/labels";
import { withoutTags } from "./text";

beforeAll(() => activate("en"));

const field = (type: string, meta: object = {}) =>
  ({
    collection: "a",
    field: "f",
    type,
    schema: {},
    meta: { options: null, display: null, ...meta },
  }) as unknown as Field;

test("all displays are registered", () => {
  const ids = displays.all().map((one) => one.id);
  expect(ids.sort()).toEqual(
    [
      "boolean collection color datetime file filesize formatted-json-value formatted-value hash icon image labels",
      "mime-type rating raw related-values translations user",
    ]
      .join(" ")
      .split(" "),
  );
});

test("a field without a display gets what fits its type", () => {
  expect(displayOf(field("boolean")).id).toBe("boolean");
  expect(displayOf(field("timestamp")).id).toBe("datetime");
  expect(displayOf(field("uuid", { special: ["user-created"] })).id).toBe("user");
  expect(displayOf(field("string", { options: { choices: [{ text: "A", value: "a" }] } })).id).toBe("labels");
  expect(displayOf(field("string")).id).toBeNull();
  expect(displayOf(field("string", { display: "of-an-extension-that-is-gone" })).id).toBeNull();
});

test("a choice's words stand for its value, also in a list of them", () => {
  const choices = [{ text: "In review", value: "review" }];
  expect(valueText(field("string", { options: { choices } }), "review")).toBe("In review");
  expect(labelsOf(["review", "odd_one"], { choices }).map((one) => one.text)).toEqual(["In review", "Odd one"]);
  expect(labelsOf("a,b", { csv: true, format: false }).map((one) => one.text)).toEqual(["a", "b"]);
});

test("a day is that day in every time zone, and what is near is relative", () => {
  expect(dateText("2026-03-01")).toBe("Mar 1, 2026");
  expect(dateText("13:05:00", { use24: true })).toBe("13:05");
  const now = new Date("2026-03-01T12:00:00").getTime();
  expect(dateText("2026-03-01T09:00:00", { relative: true }, now)).toBe("3 hours ago");
  expect(dateText("not a date")).toBe("not a date");
});

test("formatted values carry what is around them, and conditions", () => {
  expect(formattedText(1234.5, { prefix: "€ " })).toBe("€ 1,234.5");
  expect(formattedText("in_review", { format: true })).toBe("In review");
  expect(formattedText("secret", { masked: true })).not.toContain("secret");
  const options = { conditionalFormatting: [{ operator: "gt", value: 10, text: "many", color: "red" }] };
  expect(formattedText(11, options)).toBe("many");
  expect(conditionOf(9, options)).toBeUndefined();
  expect(withoutTags("<p>One &amp; two</p><p>three</p>")).toBe("One & two three");
});
