import { expect, test } from "vitest";
import { ruleText } from "./ruleText";

test("a filter as one line", () => {
  expect(ruleText({ status: { _eq: "draft" } })).toBe('status = "draft"');
  expect(ruleText({ _and: [{ author: { _eq: "$CURRENT_USER" } }, { views: { _gt: 3 } }] })).toBe(
    "author = @request.auth.id && views > 3",
  );
  expect(ruleText({ _or: [{ status: { _in: ["a", "b"] } }, { author: { name: { _null: true } } }] })).toBe(
    '(status = "a" || status = "b") || author.name = null',
  );
  expect(ruleText({ tags: { _some: { name: { _icontains: "x" } } } })).toBe('tags.name ~ "x"');
  expect(ruleText(null)).toBe("");
});
