import { expect, test } from "vitest";
import type { Relation } from "~/api/types";
import { changeSetOf, newDraft, problemsOf } from "./collection_draft";
import { type FieldDraft, junctionsBetween, type Known, newField } from "./draft";
import { free, nameOf, translationsOf } from "./names";

const known: Known = {
  collections: new Set(["authors", "tags"]),
  keys: {
    authors: { field: "id", type: "uuid", maxLength: null },
    tags: { field: "code", type: "string", maxLength: 20 },
    broken: null,
  },
  fields: { authors: new Set(["id", "name", "books"]), tags: new Set(["code"]) },
  relations: [],
  label: (name) => name,
};
const words = { published: "Published", draft: "Draft", archived: "Archived" };
const field = (kind: string, label: string, more: Partial<FieldDraft> = {}): FieldDraft => ({
  ...newField(label, kind, label),
  ...more,
});
const make = (...fields: FieldDraft[]) => changeSetOf({ ...newDraft("Books"), fields }, known, words);
const rhs = (set: ReturnType<typeof make>, collection: string, name: string) =>
  set.fields.find((one) => one.collection === collection && one.field === name)?.diff[0]?.rhs as
    | Record<string, Record<string, unknown> | string | null>
    | undefined;
const relation = (set: ReturnType<typeof make>, collection: string, name: string) =>
  set.relations.find((one) => one.collection === collection && one.field === name)?.diff[0]?.rhs as
    | Record<string, Record<string, unknown>>
    | undefined;

test("names are made of what people type", () => {
  expect(nameOf("Über uns & mehr")).toBe("ueber_uns_mehr");
  expect(nameOf("  Año 2024 ")).toBe("ano_2024");
  expect(nameOf("كتب")).toBe("كتب");
  expect(nameOf("---")).toBe("");
  expect(free("a", new Set(["a", "a_2"]))).toBe("a_3");
  expect(translationsOf("Book shops", "book_shops")).toBe(null);
  expect(translationsOf("Bücher", "buecher")).toEqual([{ language: "en-US", translation: "Bücher" }]);
});

test("a link to one has a column of the key's type, an index and a list at the other side", () => {
  const set = make(field("text", "Title"), field("link", "author", { target: "authors" }));
  expect(rhs(set, "books", "author")).toMatchObject({
    type: "uuid",
    meta: { special: ["m2o"] },
    schema: { is_indexed: true },
  });
  // "books" is taken at authors
  expect(rhs(set, "authors", "books_2")).toMatchObject({ type: "alias", schema: null, meta: { special: ["o2m"] } });
  expect(relation(set, "books", "author")).toMatchObject({
    related_collection: "authors",
    meta: { one_field: "books_2" },
    schema: { on_delete: "SET NULL" },
  });
  const collection = set.collections[0]?.diff[0]?.rhs as { meta: { display_template: string } };
  expect(collection.meta.display_template).toBe("{{title}}");
});

test("a link may make the collection that it leads to, once", () => {
  const set = make(field("link", "writer", { newTarget: "People" }), field("link", "editor", { newTarget: "People" }));
  expect(set.collections.map((one) => one.collection)).toEqual(["books", "people"]);
  expect(rhs(set, "people", "name")).toMatchObject({ type: "string" });
  expect(rhs(set, "people", "books")).toBeDefined();
  expect(rhs(set, "people", "books_2")).toBeDefined();
});

test("links to many go through a collection of their own, which keeps their order", () => {
  const set = make(field("link", "tags", { target: "tags", many: true }));
  expect(set.collections.map((one) => one.collection)).toEqual(["books", "books_tags"]);
  expect(rhs(set, "books_tags", "tags_code")).toMatchObject({ type: "string", schema: { max_length: 20 } });
  expect(relation(set, "books_tags", "books_id")?.meta).toMatchObject({
    one_field: "tags",
    junction_field: "tags_code",
    sort_field: "sort",
  });
  expect(relation(set, "books_tags", "tags_code")?.meta).toMatchObject({
    one_field: "books",
    junction_field: "books_id",
  });
});

test("a collection may link to itself", () => {
  const set = make(
    field("link", "parent", { target: "books" }),
    field("link", "similar", { target: "books", many: true }),
  );
  expect(relation(set, "books", "parent")).toMatchObject({ related_collection: "books", meta: { one_field: "books" } });
  expect(rhs(set, "books_books", "books_id_2")).toBeDefined();
});

test("a tree is a link up and a list down", () => {
  const set = make(field("tree", "parts", { reverseLabel: "Whole" }));
  expect(relation(set, "books", "whole")).toMatchObject({ related_collection: "books", meta: { one_field: "parts" } });
  expect(rhs(set, "books", "parts")).toMatchObject({ type: "alias", meta: { interface: "list-o2m" } });
});

test("links may go through a table that is there", () => {
  const link = (one: string, name: string) => ({ collection: "books_tags", field: name, related_collection: one });
  const relations = [link("books", "book"), link("tags", "tag")].map(
    (one) => ({ ...one, schema: {}, meta: null }) as unknown as Relation,
  );
  const junctions = junctionsBetween("books", "tags", relations);
  expect(junctions).toEqual([{ collection: "books_tags", back: "book", there: "tag" }]);
  const junction = junctions[0] ?? null;
  const fields = [field("link", "tags", { target: "tags", many: true, junction })];
  const set = changeSetOf({ ...newDraft("Books"), fields }, { ...known, relations }, words);
  expect(set.collections.map((one) => one.collection)).toEqual(["books"]);
  expect(rhs(set, "tags", "books")).toMatchObject({ meta: { interface: "list-m2m" } });
  expect(set.relations.map((one) => one.diff[0])).toEqual([
    { kind: "E", path: ["meta"], rhs: { one_field: "tags", junction_field: "tag" } },
    { kind: "E", path: ["meta"], rhs: { one_field: "books", junction_field: "book" } },
  ]);
});

test("lists of links, links to many types, files and translations", () => {
  const set = make(
    field("link_back", "chapters", { newTarget: "Chapters" }),
    field("link_any", "blocks", { allowed: ["authors", "tags"] }),
    field("files", "scans"),
    field("translations", "translations", { translated: ["Summary"] }),
  );
  expect(relation(set, "chapters", "books")).toMatchObject({ meta: { one_field: "chapters" } });
  expect(relation(set, "books_blocks", "item")).toMatchObject({
    related_collection: null,
    meta: { one_allowed_collections: ["authors", "tags"], one_collection_field: "collection" },
  });
  expect(relation(set, "books_scans", "directus_files_id")).toMatchObject({ meta: { one_field: null } });
  expect(set.collections.map((one) => one.collection)).toContain("languages");
  expect(rhs(set, "books_translations", "summary")).toMatchObject({ type: "text" });
  expect(relation(set, "books_translations", "languages_code")?.related_collection).toBe("languages");
});

test("extras bring their relations and the archive", () => {
  const extras = { status: true, sort: true, created: true, createdBy: true, updated: false, updatedBy: false };
  const set = changeSetOf({ ...newDraft("Books"), extras }, known, words);
  expect(set.fields.map((one) => one.field)).toEqual(["id", "status", "sort", "date_created", "user_created"]);
  expect(relation(set, "books", "user_created")?.related_collection).toBe("directus_users");
});

test("rows that can't be made are named", () => {
  const fields = [
    field("text", "Title"),
    field("text", "title "),
    field("text", "  "),
    field("link", "author"),
    field("link_any", "blocks"),
  ];
  expect([...problemsOf({ ...newDraft("Books"), fields }).values()]).toEqual(["taken", "empty", "target", "allowed"]);
  expect(() => make(field("link", "x", { target: "broken" }))).toThrow("key");
});
