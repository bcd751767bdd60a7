import { expect, test } from "vitest";
import { both, canBoth, conflictsOf, firstChoice } from "./merge";

const base = { title: "a", body: "b", tags: ["x", "y"], data: { k: 1 } };

test("fields that only one of us changed merge by themselves", () => {
  expect(conflictsOf(base, { title: "mine" }, { ...base, body: "theirs" })).toEqual([]);
});

test("the same change by both is no conflict", () => {
  expect(conflictsOf(base, { title: "z", data: { k: 2 } }, { ...base, title: "z", data: { k: 2 } })).toEqual([]);
});

test("a field that both changed is one", () => {
  const found = conflictsOf(base, { title: "mine", body: "b2" }, { ...base, title: "theirs" });
  expect(found).toEqual([{ field: "title", base: "a", mine: "mine", theirs: "theirs" }]);
  expect(firstChoice(found[0] as never)).toBe("mine");
});

test("a field that can't be read any more is no conflict", () => {
  expect(conflictsOf(base, { title: "mine" }, { body: "b" })).toEqual([]);
});

test("lists keep what both added, and lose what either took away", () => {
  const [conflict] = conflictsOf(base, { tags: ["x", "mine"] }, { ...base, tags: ["x", "y", "theirs"] });
  expect(conflict && canBoth(conflict)).toBe(true);
  expect(conflict && both(conflict)).toEqual(["x", "theirs", "mine"]);
  expect(conflict && firstChoice(conflict)).toBe("both");
});

test("a new linked item against another link is a conflict", () => {
  expect(conflictsOf({ author: 1 }, { author: { $node: "$new:2" } }, { author: 3 })).toHaveLength(1);
});
