import { expect, test } from "vitest";
import type { Filter } from "~/api/types";
import { parseRelative, writeRelative } from "./dates";
import { carriedValue, operatorsOf } from "./operators";
import { bothFilters, countRules, group, isFinished, parseFilter, replaceNode, rule, serializeFilter } from "./tree";

const same = (filter: Filter) => expect(serializeFilter(parseFilter(filter))).toEqual(filter);

test("what the studio writes is read back as it was", () => {
  same({ status: { _eq: "draft" } });
  same({
    _and: [
      { status: { _in: ["a", "b"] } },
      { _or: [{ views: { _gt: 3 } }, { author: { name: { _icontains: "m" } } }] },
    ],
  });
  same({ tags: { _none: { tags_id: { name: { _eq: "x" } } } } });
  same({ tags: { _some: { _and: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }] } } });
  same({ _or: [{ a: { _null: true } }, { "year(date)": { _eq: 2026 } }] });
  same({ date: { _between: ["2026-01-01", "$NOW"] } });
});

test("shorter and older forms mean the same", () => {
  expect(serializeFilter(parseFilter({ author: 5 }))).toEqual({ author: { _eq: 5 } });
  expect(serializeFilter(parseFilter({ views: { _gt: 1, _lt: 5 }, status: { _eq: "a" } }))).toEqual({
    _and: [{ views: { _gt: 1 } }, { views: { _lt: 5 } }, { status: { _eq: "a" } }],
  });
  expect(serializeFilter(parseFilter({ author: { _or: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }] } }))).toEqual({
    author: { _or: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }] },
  });
  expect(serializeFilter(parseFilter(null))).toBeNull();
});

test("rules that say nothing yet filter nothing, and empty groups neither", () => {
  const half = group("and", [
    rule(["a"], "_eq"),
    rule(["b"], "_between", [1, undefined]),
    rule(["c"], "_in", []),
    group("or", []),
  ]);
  expect(serializeFilter(half)).toBeNull();
  const [first] = half.children;
  const said = replaceNode(half, first?.id ?? "", { ...rule(["a"], "_eq", 0), id: first?.id ?? "" });
  expect(serializeFilter(said)).toEqual({ a: { _eq: 0 } });
  expect(countRules(replaceNode(said, first?.id ?? "", null))).toBe(2);
});

test("what was read stays, also where nobody would choose it", () => {
  same({ _and: [{ note: { _eq: "" } }, { status: { _in: [] } }, { views: { _gt: 3 } }] });
  const tree = parseFilter({ _and: [{ note: { _eq: "" } }, { views: { _gt: 3 } }] });
  const [, views] = tree.children;
  const changed = replaceNode(tree, views?.id ?? "", { ...rule(["views"], "_gt", 4), id: views?.id ?? "" });
  expect(serializeFilter(changed)).toEqual({ _and: [{ note: { _eq: "" } }, { views: { _gt: 4 } }] });
  expect(isFinished(changed)).toBe(true);
  expect(isFinished(group("and", [changed, rule(["a"], "_eq", "")]))).toBe(false);
});

test("two filters hold both", () => {
  expect(bothFilters(null, {}, { a: { _eq: 1 } })).toEqual({ a: { _eq: 1 } });
  expect(bothFilters({ a: { _eq: 1 } }, { b: { _eq: 2 } })).toEqual({ _and: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }] });
  expect(bothFilters(undefined)).toBeNull();
});

test("relative moments are read in all their spellings and written in one", () => {
  expect(parseRelative("$NOW(-7 days)")).toEqual({ amount: -7, unit: "days" });
  expect(parseRelative("$NOW(-1 day)")).toEqual({ amount: -1, unit: "days" });
  expect(parseRelative("$NOW(+2 mo)")).toEqual({ amount: 2, unit: "months" });
  expect(parseRelative("$NOW")).toEqual({ amount: 0, unit: "days" });
  expect(parseRelative("2026-01-01")).toBeUndefined();
  expect(writeRelative({ amount: 3, unit: "weeks" })).toBe("$NOW(+3 weeks)");
});

test("another operator keeps what was said where it can", () => {
  expect(carriedValue("_eq", "_in", "a")).toEqual(["a"]);
  expect(carriedValue("_in", "_eq", ["a", "b"])).toBe("a");
  expect(carriedValue("_eq", "_null", "a")).toBe(true);
  expect(carriedValue("_null", "_eq", true)).toBeUndefined();
  expect(operatorsOf("text", true)[0]).toBe("_eq");
});
