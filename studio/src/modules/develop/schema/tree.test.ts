import { expect, test } from "vitest";
import type { Collection, CollectionMeta } from "~/api/types";
import { moved, treeOf } from "./tree";

const one = (collection: string, group: string | null, sort: number | null, folder = false): Collection => ({
  collection,
  meta: { collection, group, sort } as CollectionMeta,
  schema: folder ? null : { name: collection },
});
const all = [
  one("shop", null, 1, true),
  one("products", "shop", 2),
  one("orders", "shop", 1),
  one("posts", null, 2),
  one("lost", "gone", null),
  { ...one("raw", null, null), meta: null },
];
const names = (tree: ReturnType<typeof treeOf>): unknown[] =>
  tree.map((branch) =>
    branch.children.length ? [branch.collection.collection, names(branch.children)] : branch.collection.collection,
  );

test("folders hold collections in their order; one without its folder stands at the top", () => {
  expect(names(treeOf(all))).toEqual([["shop", ["orders", "products"]], "posts", "lost"]);
});

test("a move tells the places of the whole folder", () => {
  expect(moved(all, ["posts"], "products", "before")).toEqual([
    { collection: "orders", meta: { sort: 1, group: "shop" } },
    { collection: "posts", meta: { sort: 2, group: "shop" } },
    { collection: "products", meta: { sort: 3, group: "shop" } },
  ]);
  expect(moved(all, ["orders"], "posts", "after")?.map((move) => move.collection)).toEqual([
    "shop",
    "posts",
    "orders",
    "lost",
  ]);
  expect(moved(all, ["posts"], "shop", "on")?.[2]).toEqual({ collection: "posts", meta: { sort: 3, group: "shop" } });
});

test("nothing goes into itself or into what is no folder", () => {
  expect(moved(all, ["shop"], "orders", "after")).toBe(null);
  expect(moved(all, ["posts"], "orders", "on")).toBe(null);
  expect(moved(all, ["posts"], "nowhere", "after")).toBe(null);
});

test("folders that are in each other end somewhere", () => {
  expect(treeOf([one("a", "b", 1, true), one("b", "a", 1, true)])).toEqual([]);
});
