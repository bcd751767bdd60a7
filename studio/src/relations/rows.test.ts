import { beforeEach, describe, expect, test } from "vitest";
import type { Field, Relation } from "~/api/types";
import { Journal } from "~/form/journal";
import { places, reordered, rowsOf } from "./rows";
import { relationsOf, type ToAny, type ToMany } from "./schema";

const link: ToMany = {
  kind: "m2m",
  rows: "articles_tags",
  back: "articles_id",
  forward: "tags_id",
  related: "tags",
  sortField: "sort",
  deselect: "nullify",
};
const stored = [1, 2, 3].map((id) => ({ id, tags_id: id * 10, sort: id }));
let journal: Journal;

beforeEach(() => {
  journal = new Journal({ collection: "articles", key: 1, primaryKey: "id" });
});
const rows = () => rowsOf(journal, journal.root, "tags", link, stored, "id");

describe("rows", () => {
  test("stored ones lead to what they link", () => {
    expect(rows().map((row) => [row.key, row.collection, row.target])).toEqual([
      [1, "tags", 10],
      [2, "tags", 20],
      [3, "tags", 30],
    ]);
  });

  test("new ones come last, given up ones stay in sight", () => {
    journal.create(journal.root, "tags", "articles_tags", "id", { tags_id: 40 });
    journal.unlink(journal.root, "tags", 2);
    expect(rows().map((row) => [row.target, row.isNew, row.removed])).toEqual([
      [10, false, false],
      [20, false, true],
      [30, false, false],
      [40, true, false],
    ]);
  });

  test("a new order shows at once", () => {
    const nodes = stored.map((row) => journal.openRow(journal.root, "tags", "articles_tags", row.id, "id", row));
    const order = reordered(["1", "2", "3"], new Set(["3"]), "1", "before");
    const changes = places(
      rows().map(({ id, sort }) => ({ id, sort })),
      order,
    );
    journal.place(
      journal.root,
      "tags",
      "sort",
      new Map([...changes].map(([id, place]) => [nodes[Number(id) - 1] as string, place])),
    );
    expect(rows().map((row) => row.key)).toEqual([3, 1, 2]);
  });
});

describe("places", () => {
  const list = (...sorts: (number | null)[]) => sorts.map((sort, index) => ({ id: String(index + 1), sort }));

  test("only rows in between change", () => {
    expect([...places(list(1, 2, 3, 4, 5), ["1", "3", "2", "4", "5"])]).toEqual([
      ["3", 2],
      ["2", 3],
    ]);
  });

  test("gaps are kept", () => {
    expect([...places(list(10, 20, 30), ["3", "1", "2"])]).toEqual([
      ["3", 10],
      ["1", 20],
      ["2", 30],
    ]);
  });

  test("rows without places, or with equal ones, are counted", () => {
    expect([...places(list(null, null, null), ["2", "1", "3"])]).toEqual([
      ["2", 1],
      ["1", 2],
      ["3", 3],
    ]);
    expect([...places(list(1, 1, 2), ["1", "3", "2"])]).toEqual([["2", 3]]);
  });

  test("several rows move together, in their order", () => {
    expect(reordered(["a", "b", "c", "d"], new Set(["d", "a"]), "b", "after")).toEqual(["b", "a", "d", "c"]);
    expect(reordered(["a", "b"], new Set(["a"]), "a", "after")).toEqual(["a", "b"]);
  });
});

describe("relations", () => {
  const field = (collection: string, name: string, special: string, schema: object | null = null) =>
    ({ collection, field: name, type: "alias", schema, meta: { special: [special] } }) as unknown as Field;
  const relation = (collection: string, name: string, related: string | null, meta: object) =>
    ({
      collection,
      field: name,
      related_collection: related,
      meta: {
        one_field: null,
        junction_field: null,
        sort_field: null,
        one_deselect_action: "nullify",
        one_collection_field: null,
        one_allowed_collections: null,
        ...meta,
      },
    }) as unknown as Relation;
  const relations = [
    relation("articles", "author", "authors", { one_field: "articles" }),
    relation("articles_tags", "articles_id", "articles", {
      one_field: "tags",
      junction_field: "tags_id",
      sort_field: "sort",
    }),
    relation("articles_tags", "tags_id", "tags", { junction_field: "articles_id" }),
    relation("blocks", "page", "pages", { one_field: "blocks", junction_field: "item", one_deselect_action: "delete" }),
    relation("blocks", "item", null, {
      junction_field: "page",
      one_collection_field: "collection",
      one_allowed_collections: ["a", "b"],
    }),
    relation("pages", "parent", "pages", { one_field: "children" }),
  ];

  test("to one, by metadata and by a foreign key alone", () => {
    expect(relationsOf(field("articles", "author", "m2o"), relations)).toEqual({ kind: "m2o", related: "authors" });
    const bare = {
      collection: "x",
      field: "y",
      type: "integer",
      schema: { foreign_key_table: "z" },
      meta: null,
    } as unknown as Field;
    expect(relationsOf(bare, [])).toEqual({ kind: "m2o", related: "z" });
  });

  test("to many, also to itself", () => {
    expect(relationsOf(field("authors", "articles", "o2m"), relations)).toMatchObject({
      kind: "o2m",
      rows: "articles",
      back: "author",
      forward: null,
      related: "articles",
    });
    expect(relationsOf(field("pages", "children", "o2m"), relations)).toMatchObject({ rows: "pages", back: "parent" });
  });

  test("through a junction, to one collection and to several", () => {
    expect(relationsOf(field("articles", "tags", "m2m"), relations)).toEqual(link);
    expect(relationsOf(field("pages", "blocks", "m2a"), relations)).toMatchObject({
      kind: "m2a",
      rows: "blocks",
      forward: "item",
      collectionField: "collection",
      allowed: ["a", "b"],
      deselect: "delete",
    } satisfies Partial<ToAny>);
  });

  test("what is not known leads nowhere", () => {
    expect(relationsOf(field("articles", "gone", "m2m"), relations)).toBeNull();
    expect(relationsOf(field("articles", "title", "cast-json"), relations)).toBeNull();
  });
});
