import { expect, test } from "vitest";
import type { Relation } from "~/api/types";
import { needsOf } from "./needs";
import { pathsOf, tintsOf } from "./tints";

test("the first rule that fits marks a row or a cell, and an item is judged once", () => {
  const tint = tintsOf(
    [
      { name: "mine", filter: { owner: { _eq: "$CURRENT_USER" } }, tone: "info", column: null },
      { name: "long", filter: { pages: { _gt: 100 } }, tone: "warning", column: null },
      { name: "late", filter: { author: { name: { _eq: "Mia" } } }, tone: "danger", column: "title" },
      { name: "unfinished", filter: null, tone: "danger", column: null },
    ],
    { user: "u1" },
  );
  const item = { owner: "u1", pages: 200, author: { name: "Mia" } };
  expect(tint(item)).toEqual({
    row: { tone: "info", name: "mine" },
    cells: { title: { tone: "danger", name: "late" } },
  });
  expect(tint(item)).toBe(tint(item));
  expect(tint({ owner: "u2", pages: 200 })?.row?.name).toBe("long");
  expect(tint({ owner: null, pages: 1 })).toBeUndefined();
  expect(
    pathsOf({ _or: [{ pages: { _gt: 1 } }, { author: { name: { _eq: "x" } } }, { "year(day)": { _eq: 1 } }] }),
  ).toEqual(["pages", "author.name", "day"]);
});

test("what has to be readable, through relations too", () => {
  const relation = (collection: string, field: string, related: string, one?: string, junction?: string) =>
    ({
      collection,
      field,
      related_collection: related,
      meta: { one_field: one ?? null, junction_field: junction ?? null },
    }) as unknown as Relation;
  const relations = [
    relation("books", "writer", "writers"),
    relation("books_labels", "books_id", "books", "labels", "labels_id"),
    relation("books_labels", "labels_id", "labels", undefined, "books_id"),
  ];
  const query = {
    fields: ["title", "writer.name", "labels.labels_id.name", "count(labels)"],
    filter: { _and: [{ status: { _eq: "draft" } }, { labels: { _some: { labels_id: { color: { _eq: "red" } } } } }] },
    sort: ["-pages"],
  };
  const needs = [...needsOf("books", query, relations)].map(([name, fields]) => [name, [...fields].sort().join()]);
  expect(needs).toEqual([
    ["books", "labels,pages,status,title,writer"],
    ["writers", "name"],
    ["books_labels", "*,labels_id"],
    ["labels", "color,name"],
  ]);
});
