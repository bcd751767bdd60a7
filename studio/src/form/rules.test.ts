import { describe, expect, test } from "vitest";
import type { Field } from "~/api/types";
import { cleared, conditionFields, effective, matching } from "./conditions";
import { fieldsOfRule, matches } from "./rules";

const item = {
  status: "draft",
  count: 5,
  price: "10.50",
  tags: ["a", "b"],
  empty: "",
  nothing: null,
  on: true,
  author: 3,
  at: "2024-05-06T10:00:00Z",
};

describe("rules", () => {
  test.each([
    [{ status: { _eq: "draft" } }, true],
    [{ status: "draft" }, true],
    [{ status: { _neq: "draft" } }, false],
    [{ count: { _eq: "5" } }, true],
    [{ count: { _gt: 4, _lte: 5 } }, true],
    [{ price: { _gte: 10.5 } }, true],
    [{ price: { _lt: "9" } }, false],
    [{ count: { _between: [1, 5] } }, true],
    [{ count: { _nbetween: [1, 5] } }, false],
    [{ status: { _in: ["draft", "x"] } }, true],
    [{ status: { _nin: ["draft"] } }, false],
    [{ nothing: { _null: true } }, true],
    [{ missing: { _null: true } }, true],
    [{ status: { _nnull: true } }, true],
    [{ empty: { _empty: true } }, true],
    [{ tags: { _nempty: true } }, true],
    [{ tags: { _contains: "a" } }, true],
    [{ status: { _contains: "raf" } }, true],
    [{ status: { _icontains: "DRAF" } }, true],
    [{ status: { _starts_with: "dr" } }, true],
    [{ status: { _ends_with: "dr" } }, false],
    [{ status: { _regex: "^d.*t$" } }, true],
    [{ status: { _regex: "/^D/i" } }, true],
    [{ on: { _eq: true } }, true],
    [{ on: { _eq: 1 } }, true],
    [{ author: { id: { _eq: 3 } } }, true],
    [{ author: { name: { _eq: "x" } } }, false],
    [{ "year(at)": { _eq: 2024 } }, true],
    [{ "count(tags)": { _eq: 2 } }, true],
    [{ at: { _lt: "$NOW" } }, true],
    [{ at: { _gt: "$NOW(-1 day)" } }, false],
    [{ nothing: { _gt: 0 } }, false],
    [{}, true],
    [null, true],
  ])("%j is %s", (rule, expected) => {
    expect(matches(rule as never, item)).toBe(expected);
  });

  test("groups", () => {
    expect(matches({ _and: [{ count: { _gt: 1 } }, { status: { _eq: "x" } }] }, item)).toBe(false);
    expect(matches({ _or: [{ count: { _gt: 10 } }, { status: { _eq: "draft" } }] }, item)).toBe(true);
    expect(matches({ status: { _or: [{ _eq: "x" }, { _eq: "draft" }] } }, item)).toBe(true);
  });

  test("the person", () => {
    expect(matches({ user: { _eq: "$CURRENT_USER" } }, { user: "u1" }, { user: "u1" })).toBe(true);
    expect(matches({ user: { _eq: "$CURRENT_ROLE" } }, { user: "u1" }, { role: "r" })).toBe(false);
  });

  test("the fields that a rule looks at", () => {
    expect(fieldsOfRule({ _and: [{ a: { _eq: 1 } }, { _or: [{ "year(b)": 1 }, { c: { d: 1 } }] }] })).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});

const field = (name: string, meta: object) => ({ field: name, meta }) as unknown as Field;

describe("conditions", () => {
  const conditional = field("extra", {
    hidden: true,
    options: { placeholder: "a", rows: 1 },
    conditions: [
      { rule: { kind: { _eq: "x" } }, hidden: false, required: true },
      { rule: { count: { _gt: 3 } }, hidden: true, clear_hidden_value_on_save: true, options: { rows: 2 } },
    ],
  });

  test("none matches: the field as it is", () => {
    const state = effective(conditional, matching(conditional, { kind: "y" }));
    expect(state).toMatchObject({ hidden: true, required: false, options: { placeholder: "a", rows: 1 } });
  });

  test("one matches", () => {
    expect(effective(conditional, matching(conditional, { kind: "x" }))).toMatchObject({
      hidden: false,
      required: true,
    });
  });

  test("the last that matches decides", () => {
    const state = effective(conditional, matching(conditional, { kind: "x", count: 4 }));
    expect(state).toMatchObject({ hidden: true, clear: true, options: { placeholder: "a", rows: 2 } });
  });

  test("what is hidden and says so is cleared by a save, if it has a value", () => {
    expect(cleared([conditional], { count: 4, extra: "v" })).toEqual(["extra"]);
    expect(cleared([conditional], { count: 4, extra: null })).toEqual([]);
    expect(cleared([conditional], { kind: "x", extra: "v" })).toEqual([]);
  });

  test("the fields that are followed", () => {
    expect(conditionFields(conditional)).toEqual(["kind", "count"]);
  });
});
