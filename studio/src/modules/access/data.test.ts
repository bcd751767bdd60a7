import { expect, test } from "vitest";
import { changesOf, countChanges, levelOf, type Permission, whole } from "./data";

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
