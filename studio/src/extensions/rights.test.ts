import { expect, test } from "vitest";
import type { Relation } from "~/api/types";
import { judged } from "./rights";

const AUTHOR = {
  collection: "articles",
  field: "author",
  related_collection: "people",
  meta: { one_field: "articles" },
};
const relations = [AUTHOR as unknown as Relation];
const ask = (api: string[], method: string, path: string, more: { query?: unknown; body?: unknown } = {}) => {
  const found = judged(api, { method, path, ...more }, relations);
  return "refused" in found ? found.refused : null;
};

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

test("no path is another one to whoever reads it next", () => {
  const all = [
    "read:*",
    "create:*",
    "update:*",
    "read:directus_users",
    "create:directus_files",
    "create:directus_users",
  ];
  for (const path of [
    "/items/articles/5\\..\\..\\..\\users",
    "/items/articles\\..\\..\\users",
    "/items/articles/%2e%2e",
    "/items/articles/.",
    "/items/articles/..%2f..%2fusers",
    "/items/articles/a%5c..%5cusers",
    "/items/articles/.%09./x",
    "/items/articles/.\t.",
    "/items/articles/%252e%252e",
    "/items/articles/5/",
    "/items//articles",
    "/items/directus_users",
    "/items/%64irectus_users",
    "/items/articles?access_token=x",
    "/items/articles#x",
    "/users/me/tfa/enable",
    "items/articles",
    "https://evil.example/items/articles",
    "/items/%",
  ]) {
    expect(ask(all, "GET", path), path).not.toBeNull();
  }
  // these make the server do something else than create an item
  for (const path of ["/files/import", "/users/invite", "/users/register", "/items/articles/5"]) {
    expect(ask(all, "POST", path, { body: {} }), path).not.toBeNull();
  }
  for (const method of ["SEARCH", "PUT", "HEAD", "OPTIONS", "get", "__proto__", "constructor"]) {
    expect(ask(all, method, "/items/articles"), method).not.toBeNull();
  }
  expect(judged(all, { method: "GET", path: "/items/articles/a%20b" }, [])).toEqual({ path: "/items/articles/a%20b" });
  expect(judged(all, { method: "GET", path: "/users/me" }, [])).toEqual({ path: "/users/me" });
});

test("parameters and bodies are what they seem", () => {
  for (const query of [
    "fields=author.email",
    ["fields"],
    { fields: { 0: "author.email" } },
    { fields: [["author.email"]] },
    { sort: { 0: "author.email" } },
    { fields: "count(articles)" },
    { filter: { "count(articles)": { _gt: 3 } } },
    { filter: { title: { _eq: "$CURRENT_USER.email" } } },
    { filter: "[" },
    { deep: {} },
    { alias: { x: "author.email" } },
    { "fields[]": "author.email" },
    { access_token: "x" },
    { version: "draft" },
    { export: "csv" },
  ]) {
    expect(ask(["read:*"], "GET", "/items/articles", { query }), JSON.stringify(query)).not.toBeNull();
  }
  for (const body of ['{"author":{"email":"x"}}', 7, { query: { fields: ["author.email"] } }, { query: "x" }]) {
    expect(ask(["update:*"], "PATCH", "/items/articles", { body }), JSON.stringify(body)).not.toBeNull();
  }
  expect(ask(["read:*"], "GET", "/items/articles", { query: { filter: { title: { _eq: "$NOW" } } } })).toBeNull();
});
