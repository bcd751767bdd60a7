import { expect, test } from "vitest";
import { aggregateOf, isCalculable, numberOf } from "./numbers";

test("what is asked for and what is found have the same name", () => {
  expect(aggregateOf("count", "id")).toEqual({ count: "*" });
  expect(aggregateOf("count_distinct", "author")).toEqual({ countDistinct: "author" });
  expect(numberOf({ count: 24 }, undefined)).toBe(24);
  expect(numberOf({ sum: { price: "12.50" } }, "sum")).toBe(12.5);
  expect(numberOf({ avg: { price: null } }, "avg")).toBeNull();
  expect(numberOf(undefined, "count")).toBeNull();
});

test("a calculation other than counting needs a field", () => {
  expect(isCalculable({ collection: "orders" }, "field")).toBe(true);
  expect(isCalculable({ collection: "orders", function: "sum" }, "field")).toBe(false);
  expect(isCalculable({ collection: "orders", function: "sum", field: "total" }, "field")).toBe(true);
  expect(isCalculable({}, "field")).toBe(false);
});
