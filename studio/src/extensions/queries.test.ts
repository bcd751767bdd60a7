import { expect, test } from "vitest";
import { filledQueries } from "./queries";

const TEMPLATE = {
  id: "q",
  collection: "{{options.collection}}",
  aggregate: { avg: "{{options.field}}" },
  filter: { note: { _contains: "a {{options.word}}" } },
  limit: 5,
};

test("options stand where templates name them", () => {
  expect(filledQueries([TEMPLATE], { collection: "orders", field: "total", word: "b" })).toEqual([
    {
      id: "q",
      collection: "orders",
      query: { aggregate: { avg: "total" }, filter: { note: { _contains: "a b" } }, limit: 5 },
    },
  ]);
});

test("without an option that is needed nothing is asked", () => {
  expect(filledQueries([TEMPLATE], { collection: "orders", word: "b" })).toBeNull();
  expect(filledQueries([], {})).toEqual([]);
});
