import { expect, test } from "vitest";
import type { Field } from "~/api/types";
import { choicesFor, movingOf, withMoving } from "./presetValues";

const field = (type: string, options: object = {}) =>
  ({ field: "one", type, meta: { options }, schema: null }) as Field;
const ids = (...asked: Parameters<typeof choicesFor>) => choicesFor(...asked).map((one) => one.id);

test("how a value moves is told from the value", () => {
  expect(movingOf("$NOW")).toBe("now");
  expect(movingOf("$NOW(-7 days)")).toBe("ago");
  expect(movingOf("$NOW(+2 weeks)")).toBe("ahead");
  expect(movingOf("$CURRENT_USER")).toBe("$CURRENT_USER");
  for (const fixed of ["draft", "$5 off", null, 3, true, ["$NOW"]]) expect(movingOf(fixed)).toBeNull();
});

test("a moment keeps its distance when it changes sides", () => {
  expect(withMoving("ago", "$NOW(+2 weeks)")).toBe("$NOW(-2 weeks)");
  expect(withMoving("ahead", "$NOW")).toBe("$NOW(+7 days)");
  expect(withMoving("now", "$NOW(+2 weeks)")).toBe("$NOW");
  expect(withMoving("$CURRENT_ROLE", null)).toBe("$CURRENT_ROLE");
});

test("a field offers what fits it, and what it has already", () => {
  expect(ids(field("integer"), undefined, 1)).toEqual(["fixed"]);
  expect(ids(field("dateTime"), undefined, null)).toEqual(["fixed", "now", "ago", "ahead"]);
  expect(ids(field("string"), undefined, null)).toEqual(["fixed", "$CURRENT_USER", "$CURRENT_ROLE"]);
  expect(ids(field("string", { choices: [{ value: "a" }] }), undefined, "a")).toEqual(["fixed"]);
  expect(ids(field("integer"), undefined, "$CURRENT_USER.age")).toEqual(["fixed", "$CURRENT_USER.age"]);
  expect(ids(undefined, undefined, "$NOW")).toEqual(["fixed", "now"]);
});
