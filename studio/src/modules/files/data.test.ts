import { expect, test } from "vitest";
import { treeOf, within } from "~/api/hierarchy";
import { type Folder, filterOf, metadataOf, realFolder } from "./data";

const folders: Folder[] = [
  { id: "a", name: "A", parent: null },
  { id: "b", name: "B", parent: "a" },
  { id: "c", name: "C", parent: "b" },
  { id: "d", name: "D", parent: "gone" },
];

test("folders as a tree; what lies in a folder that may not be seen stands at the top", () => {
  expect(treeOf(folders).map(({ one, depth }) => [one.id, depth])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
    ["d", 0],
  ]);
});

test("what is below a folder", () => {
  expect([...within(folders, "a")].sort()).toEqual(["a", "b", "c"]);
  expect([...within(folders, "d")]).toEqual(["d"]);
});

test("choices of the navigation", () => {
  expect(filterOf(undefined, "me")).toBeUndefined();
  expect(filterOf("mine", "me")).toEqual({ uploaded_by: { _eq: "me" } });
  expect(filterOf("none", "me")).toEqual({ folder: { _null: true } });
  expect(filterOf("a", "me")).toEqual({ folder: { _eq: "a" } });
  expect(filterOf("a", "me", "image")).toEqual({
    _and: [{ folder: { _eq: "a" } }, { type: { _starts_with: "image/" } }],
  });
  expect(filterOf(undefined, "me", "video")).toEqual({ type: { _starts_with: "video/" } });
  expect([realFolder("mine"), realFolder("a")]).toEqual([null, "a"]);
});

test("metadata as a list", () => {
  expect(metadataOf({ metadata: null })).toEqual([]);
  expect(metadataOf({ metadata: { ifd0: { Make: "Acme", Empty: "" }, exif: { ISO: 100, Lens: ["a", "b"] } } })).toEqual(
    [
      ["Make", "Acme"],
      ["ISO", "100"],
      ["Lens", "a, b"],
    ],
  );
});
