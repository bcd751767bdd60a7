import { expect, test } from "vitest";
import type { CollectionMeta, Field, FieldMeta, FieldSchema, Relation } from "~/api/types";
import {
  changeSetOfDraft,
  changesOf,
  keeperOf,
  lean,
  movedPlaces,
  NOTHING,
  placesOf,
  type SchemaDraft,
} from "./changes";
import { newField } from "./draft";

const field = (name: string, sort: number, group: string | null = null, more: Partial<Field> = {}): Field => ({
  collection: "books",
  field: name,
  type: "string",
  schema: { name, is_nullable: true, max_length: 255 } as FieldSchema,
  meta: { sort, group, note: null, width: "full" } as FieldMeta,
  ...more,
});
const fields = [
  field("id", 1),
  field("title", 2),
  field("box", 3, null, { type: "alias", schema: null }),
  field("isbn", 4, "box"),
];
const author = field("author", 5);
const relation = {
  collection: "books",
  field: "author",
  related_collection: "authors",
  schema: { on_delete: "SET NULL" },
  meta: { one_field: "books" },
} as Relation;
const draft = (more: Partial<SchemaDraft>): SchemaDraft => ({ ...NOTHING, ...more });
const set = (more: Partial<SchemaDraft>, meta: Partial<CollectionMeta> = {}, relations = [relation]) =>
  changeSetOfDraft(draft(more), {
    collection: "books",
    meta: { display_template: "{{title}} {{title_note}}", sort_field: null, ...meta } as CollectionMeta,
    fields: [...fields, author],
    relations,
    known: {
      collections: new Set(["books", "authors"]),
      keys: {},
      fields: {},
      relations: [relation],
      label: (name) => name,
    },
    owner: {
      name: "books",
      label: "Books",
      key: { field: "id", type: "integer", maxLength: null },
      taken: new Set(["id", "title", "box", "isbn", "author"]),
      sort: 6,
    },
  });

test("what is as it was is no change", () => {
  const title = fields[1] as Field;
  expect(lean({ name: "title", meta: { note: null }, schema: { max_length: 255 } }, title)).toBeUndefined();
  expect(lean({ name: "head", meta: { note: "x", width: "full" } }, title)).toEqual({
    name: "head",
    meta: { note: "x" },
  });
  expect(lean({ onDelete: "SET NULL" }, author, relation)).toBeUndefined();
});

test("a renamed field is renamed, also where the collection speaks of it", () => {
  const made = set({ edits: { title: { name: "headline", meta: { note: "n" }, schema: { is_unique: true } } } });
  expect(made.fields).toEqual([
    {
      collection: "books",
      field: "title",
      diff: [
        { kind: "E", path: ["field"], lhs: "title", rhs: "headline" },
        { kind: "E", path: ["meta", "note"], rhs: "n" },
        { kind: "E", path: ["schema", "is_unique"], rhs: true },
      ],
    },
  ]);
  expect(made.collections[0]?.diff).toEqual([
    { kind: "E", path: ["meta", "display_template"], rhs: "{{headline}} {{title_note}}" },
  ]);
});

test("a removed link takes its relation and the other side with it", () => {
  const made = set({ removed: ["author"] });
  expect(made.fields.map((one) => `${one.collection}.${one.field} ${one.diff[0]?.kind}`)).toEqual([
    "books.author D",
    "authors.books D",
  ]);
  expect(made.relations).toMatchObject([{ collection: "books", field: "author", diff: [{ kind: "D" }] }]);
});

test("fields of a removed group move out of it", () => {
  const made = set({ removed: ["box"] });
  expect(made.fields).toContainEqual({
    collection: "books",
    field: "isbn",
    diff: [{ kind: "E", path: ["meta", "group"], rhs: null }],
  });
});

test("order and groups, with drafts among them", () => {
  const group = newField("g", "group", "Details");
  const all = [...fields, author];
  const places = placesOf(all, draft({ added: [group] }));
  expect(places.map((place) => place.key)).toEqual(["id", "title", "box", "isbn", "author", "g"]);
  const order = movedPlaces(places, ["author"], "g", "on");
  expect(order?.at(-1)).toEqual({ key: "author", group: "g" });
  expect(movedPlaces(places, ["box"], "isbn", "after")).toBe(null);
  const made = set({ added: [group], order });
  expect(made.fields).toContainEqual({
    collection: "books",
    field: "author",
    diff: [
      { kind: "E", path: ["meta", "sort"], rhs: 6 },
      { kind: "E", path: ["meta", "group"], rhs: "details" },
    ],
  });
  expect(changesOf(draft({ added: [group], order }), all).map((one) => one.kind)).toEqual(["add", "order"]);
  expect(changesOf(draft({ order: placesOf(all, NOTHING) }), all)).toEqual([]);
});

test("a field without metadata gets it whole", () => {
  const bare = field("bare", 9, null, { meta: null });
  const made = changeSetOfDraft(draft({ edits: { bare: { meta: { note: "n" } } } }), {
    collection: "books",
    meta: null,
    fields: [bare],
    relations: [],
    known: { collections: new Set(), keys: {}, fields: {}, relations: [relation], label: (name) => name },
    owner: {
      name: "books",
      label: "",
      key: { field: "id", type: "integer", maxLength: null },
      taken: new Set(),
      sort: 1,
    },
  });
  expect(made.fields[0]?.diff).toEqual([{ kind: "E", path: ["meta"], rhs: { note: "n" } }]);
});

test("what a field shows from elsewhere stays, or goes with the table or column that keeps it", () => {
  const meta = (more: object) => ({ one_field: null, junction_field: null, ...more });
  const link = (collection: string, field: string, related: string, more: object) =>
    ({ collection, field, related_collection: related, schema: {}, meta: meta(more) }) as unknown as Relation;
  const relations = [
    link("books_tags", "book", "books", { one_field: "tags", junction_field: "tag" }),
    link("books_tags", "tag", "tags", { one_field: "books", junction_field: "book" }),
    link("pages", "book", "books", { one_field: "pages" }),
  ];
  expect(keeperOf("books", "tags", relations)).toEqual({ collection: "books_tags", field: null });
  expect(keeperOf("books", "pages", relations)).toEqual({ collection: "pages", field: "book" });
  expect(keeperOf("books", "title", relations)).toBeNull();
  const make = (more: Partial<SchemaDraft>) => set(more, {}, relations);
  const kept = make({ removed: ["tags"] });
  expect(kept.fields).toEqual([{ collection: "books", field: "tags", diff: [{ kind: "D" }] }]);
  expect(kept.relations).toMatchObject([{ field: "book", diff: [{ path: ["meta", "one_field"], rhs: null }] }]);
  const table = make({ removed: ["tags"], thorough: ["tags"] });
  expect(table.collections).toEqual([{ collection: "books_tags", diff: [{ kind: "D" }] }]);
  expect(table.fields.map((one) => `${one.collection}.${one.field}`)).toEqual(["books.tags", "tags.books"]);
  expect(table.relations).toEqual([]);
  const column = make({ removed: ["pages"], thorough: ["pages"] });
  expect(column.fields.map((one) => `${one.collection}.${one.field}`)).toEqual(["books.pages", "pages.book"]);
  expect(column.relations).toMatchObject([{ collection: "pages", field: "book", diff: [{ kind: "D" }] }]);
});
