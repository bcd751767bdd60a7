import { expect, test } from "vitest";
import type { Field } from "~/api/types";
import { changesOf, countChanges, isNetwork, levelOf, own, ownerField, type Permission, whole } from "./data";

const stored: Permission[] = [
  { ...whole("posts", "read"), id: 1 },
  { ...whole("posts", "update"), id: 2, permissions: { author: { _eq: "$CURRENT_USER" } } },
];

test("a cell says none, all or custom", () => {
  expect(levelOf([])).toBe("none");
  expect(levelOf([stored[0] as Permission])).toBe("all");
  expect(levelOf([stored[1] as Permission])).toBe("custom");
  expect(levelOf([{ ...whole("posts", "read"), fields: ["title"] }])).toBe("custom");
  expect(levelOf([{ ...whole("posts", "delete"), fields: null }])).toBe("all");
  expect(levelOf([{ ...whole("posts", "read"), permissions: {} }])).toBe("all");
});

test("only what changed is sent", () => {
  expect(countChanges(changesOf(stored, stored))).toBe(0);
  const wanted = [{ ...(stored[1] as Permission), fields: ["title"] }, whole("posts", "create")];
  expect(changesOf(stored, wanted)).toEqual({
    create: [
      { collection: "posts", action: "create", permissions: null, validation: null, presets: null, fields: ["*"] },
    ],
    update: [{ ...stored[1], fields: ["title"] }],
    delete: [1],
  });
});

test("own is a level where the collection says whose an item is", () => {
  expect(levelOf([own("posts", "update", "author")], "author")).toBe("own");
  expect(levelOf([stored[1] as Permission], "author")).toBe("own");
  expect(levelOf([stored[1] as Permission], "editor")).toBe("custom");
  expect(levelOf([{ ...own("posts", "update", "author"), fields: ["title"] }], "author")).toBe("custom");
});

test("the owner is who made it, else a person it links to, never who changed it", () => {
  const field = (name: string, special: string[], table: string | null = "directus_users") =>
    ({ field: name, meta: { special }, schema: { foreign_key_table: table } }) as unknown as Field;
  expect(ownerField([field("editor", ["user-updated"]), field("owner", ["m2o"])])).toBe("owner");
  expect(ownerField([field("owner", ["m2o"]), field("made", ["user-created"], null)])).toBe("made");
  expect(ownerField([field("editor", ["user-updated"]), field("shop", ["m2o"], "shops")])).toBeUndefined();
});

test("addresses and networks", () => {
  for (const good of ["10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "10.0.0.1-10.0.0.9"])
    expect(isNetwork(good)).toBe(true);
  for (const bad of ["10.0.0", "10.0.0.256", "10.0.0.0/33", "home", "::g", "10.0.0.1-", "1.2.3.4/"])
    expect(isNetwork(bad)).toBe(false);
});
