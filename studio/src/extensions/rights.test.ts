import { expect, test } from "vitest";
import type { Relation } from "~/api/types";
import { refusal } from "./rights";

const AUTHOR = {
  collection: "articles",
  field: "author",
  related_collection: "people",
  meta: { one_field: "articles" },
};
const relations = [AUTHOR as unknown as Relation];
const ask = (
  api: string[],
  method: string,
  path: string,
  more: { query?: Record<string, unknown>; body?: unknown } = {},
) => refusal(api, { method, path, ...more }, relations);

test("what is declared passes", () => {
  expect(ask(["read:*"], "GET", "/items/articles")).toBeNull();
  expect(ask(["read:articles"], "GET", "/items/articles/7", { query: { fields: "title,author" } })).toBeNull();
  expect(ask(["update:articles"], "PATCH", "/items/articles/7", { body: { author: 3, tags: ["a"] } })).toBeNull();
  expect(ask(["read:directus_users"], "GET", "/users")).toBeNull();
});

test("what is not declared is refused", () => {
  expect(ask([], "GET", "/items/articles")).toContain('"read:articles"');
  expect(ask(["read:*"], "PATCH", "/items/articles/7", { body: {} })).toContain('"update:articles"');
  expect(ask(["read:*"], "GET", "/users")).toContain('"read:directus_users"');
  for (const path of [
    "/auth/logout",
    "/settings",
    "/items/articles/../../users",
    "/items/a%2f..",
    "/items/a?x=1",
    "//evil",
  ]) {
    expect(ask(["read:*", "create:*"], "GET", path), path).not.toBeNull();
  }
  expect(ask(["read:*"], "SEARCH", "/items/articles")).not.toBeNull();
  expect(ask(["read:*"], "GET", "/items/articles", { query: { access_token: "x" } })).toContain("access_token");
});

test("no way leads through a relation", () => {
  for (const query of [
    { fields: "author.email" },
    { fields: ["*.*"] },
    { sort: "-author.email" },
    { filter: { author: { email: { _starts_with: "a" } } } },
    { filter: { _or: [{ author: { _some: {} } }] } },
    { filter: '{"author":{"email":{"_eq":"a"}}}' },
    { groupBy: ["author.email"] },
    { aggregate: { count: "author.email" } },
  ]) {
    expect(ask(["read:articles"], "GET", "/items/articles", { query }), JSON.stringify(query)).not.toBeNull();
  }
  expect(ask(["update:articles"], "PATCH", "/items/articles/7", { body: { author: { email: "x" } } })).toContain(
    "author",
  );
  expect(ask(["create:people"], "POST", "/items/people", { body: [{ articles: { create: [{}] } }] })).toContain(
    "articles",
  );
});
