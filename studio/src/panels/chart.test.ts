import { expect, test } from "vitest";
import { scaleOf } from "./chart";

test("scales begin at nothing and end at a round number above all values", () => {
  expect(scaleOf([3, 7, null])).toEqual({ low: 0, high: 8, steps: [0, 2, 4, 6, 8] });
  expect(scaleOf([1, 0])).toEqual({ low: 0, high: 1, steps: [0, 1] });
  expect(scaleOf([-5, 12])).toMatchObject({ low: -5, high: 15 });
  expect(scaleOf([])).toMatchObject({ low: 0 });
});
