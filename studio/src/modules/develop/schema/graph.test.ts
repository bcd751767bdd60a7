import { expect, test } from "vitest";
import type { Collection, Field, Relation } from "~/api/types";
import { layout, linesOf, shownIn } from "./graph";

const collection = (name: string, folder = false) =>
  ({ collection: name, meta: {}, schema: folder ? null : { name } }) as Collection;
const relation = (from: string, field: string, to: string | null, allowed: string[] = []) =>
  ({
    collection: from,
    field,
    related_collection: to,
    meta: { one_field: null, one_allowed_collections: allowed },
  }) as unknown as Relation;
const relations = [
  relation("books", "author", "authors"),
  relation("blocks", "item", null, ["books", "authors"]),
  relation("books", "owner", "directus_users"),
  relation("books", "parent", "books"),
];

test("own collections, and what they link to of the system's", () => {
  const all = [
    ...["books", "authors", "blocks"].map((name) => collection(name)),
    collection("folder", true),
    collection("directus_users"),
    collection("directus_roles"),
  ];
  expect(shownIn(all, relations)).toEqual(["books", "authors", "blocks", "directus_users"]);
});

test("a line for every target, and boxes that don't overlap", () => {
  const lines = linesOf(relations, new Set(["books", "authors", "blocks"]));
  expect(lines.map((one) => one.id)).toEqual([
    "books.author>authors",
    "blocks.item>books",
    "blocks.item>authors",
    "books.parent>books",
  ]);
  const field = {} as Field;
  const boxes = layout({ books: [field, field], authors: [field], blocks: [field], alone: [] }, lines);
  for (const a of boxes)
    for (const b of boxes)
      if (a !== b)
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
          true,
        );
});
