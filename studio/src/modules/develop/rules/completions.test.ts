import { expect, test } from "vitest";
import { refusalProblems } from "../pocketbase";
import { rangeOf } from "./completions";

test("a refusal points at what it quotes, at a place, or at the whole rule", () => {
  const rule = 'title = "x" && foo = 1';
  expect(rangeOf(rule, 'Invalid rule. Raw error: invalid left operand "foo" - unknown field "foo".')).toEqual({
    from: 15,
    to: 18,
  });
  expect(rangeOf(rule, "unexpected character at 8")).toEqual({ from: 8, to: 9 });
  expect(rangeOf(rule, "Invalid rule.")).toEqual({ from: 0, to: rule.length });
});

test("the problems of a refusal, wherever they are nested", () => {
  const body = {
    message: "Failed.",
    data: { listRule: { code: "x", message: "m" }, fields: { 0: { name: { code: "y", message: "n" } } } },
  };
  expect(refusalProblems(body).map((one) => [one.field, one.message])).toEqual([
    ["listRule", "m"],
    ["fields.0.name", "n"],
  ]);
  expect(refusalProblems({ message: "Failed.", data: {} })[0]?.message).toBe("Failed.");
  expect(refusalProblems(undefined)).toHaveLength(1);
});
