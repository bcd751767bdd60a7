import { expect, test } from "vitest";
import { groupsOf, pointsOf, startOf } from "./times";

test("periods are grouped by all their parts", () => {
  expect(groupsOf("made", "month")).toEqual(["year(made)", "month(made)"]);
  expect(startOf({ made_year: 2026, made_month: 11 }, "made", "month")).toBe(Date.UTC(2026, 10, 1));
  expect(startOf({ made_year: null, made_month: null }, "made", "month")).toBeNull();
});

test("periods without items are drawn too", () => {
  const found = [
    { time: Date.UTC(2026, 10, 1), value: 2 },
    { time: Date.UTC(2026, 7, 1), value: 5 },
  ];
  expect(pointsOf(found, "month", 0).map((one) => one.value)).toEqual([5, 0, 0, 2]);
  expect(pointsOf([], "day", 0)).toEqual([]);
});
