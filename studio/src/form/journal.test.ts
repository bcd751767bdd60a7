import { beforeEach, describe, expect, test, vi } from "vitest";
import { isNewNode, Journal } from "./journal";

let journal: Journal;
const root = () => journal.root;

beforeEach(() => {
  journal = new Journal({
    collection: "articles",
    key: 1,
    primaryKey: "id",
    base: { id: 1, title: "Old", author: 7, tags: ["a"] },
  });
});

describe("values", () => {
  test("a change is written, and none once it is the stored value again", () => {
    journal.set(root(), "title", "New");
    expect(journal.payload()).toEqual({ title: "New" });
    expect(journal.dirty(root(), "title")).toBe(true);
    journal.set(root(), "title", "Old");
    expect(journal.payload()).toEqual({});
    expect(journal.hasChanges(root())).toBe(false);
  });

  test("equal JSON is no change, and nothing is the same as a missing value", () => {
    journal.set(root(), "tags", ["a"]);
    journal.set(root(), "subtitle", null);
    expect(journal.hasChanges(root())).toBe(false);
  });

  test("only those who follow a field hear of it", () => {
    const [title, author, any] = [vi.fn(), vi.fn(), vi.fn()];
    const store = journal.store(root());
    store.subscribe(["title"], title);
    store.subscribe(["author"], author);
    const end = store.subscribe(null, any);
    journal.set(root(), "title", "New");
    expect([title.mock.calls.length, author.mock.calls.length, any.mock.calls.length]).toEqual([1, 0, 1]);
    end();
    journal.set(root(), "title", "Newer");
    expect(any).toHaveBeenCalledTimes(1);
  });

  test("the snapshot is the same object until something changes", () => {
    const store = journal.store(root());
    const before = store.snapshot();
    expect(store.snapshot()).toBe(before);
    journal.set(root(), "title", "New");
    expect(store.snapshot()).toMatchObject({ title: "New", author: 7 });
  });

  test("what the server has now ends changes that say the same, and keeps the others", () => {
    journal.set(root(), "title", "New");
    journal.set(root(), "author", 8);
    journal.learn(root(), { title: "New", author: 9 });
    expect(journal.payload()).toEqual({ author: 8 });
  });
});

describe("one linked item", () => {
  test("an existing one is written in place, below its key", () => {
    const author = journal.openOne(root(), "author", "authors", 7, "id", { id: 7, name: "Ada" });
    journal.set(author, "name", "Grace");
    expect(journal.dirty(root(), "author")).toBe(true);
    expect(journal.payload()).toEqual({ author: { id: 7, name: "Grace" } });
  });

  test("its changes wait while the field leads elsewhere, and are back with it", () => {
    const author = journal.openOne(root(), "author", "authors", 7, "id");
    journal.set(author, "name", "Grace");
    journal.set(root(), "author", 8);
    expect(journal.payload()).toEqual({ author: 8 });
    journal.set(root(), "author", 7);
    expect(journal.payload()).toEqual({ author: { id: 7, name: "Grace" } });
  });

  test("a new one is written whole; undoing the field gives it up", () => {
    const author = journal.createOne(root(), "author", "authors", "id", { name: "New" });
    expect(isNewNode(author)).toBe(true);
    journal.set(author, "email", "n@example.com");
    expect(journal.payload()).toEqual({ author: { name: "New", email: "n@example.com" } });
    journal.undo(root(), "author");
    expect(journal.payload()).toEqual({});
  });

  test("three levels are one write, and each change can be undone alone", () => {
    const author = journal.openOne(root(), "author", "authors", 7, "id", { organisation: 3 });
    const organisation = journal.openOne(author, "organisation", "organisations", 3, "id");
    journal.set(root(), "title", "New");
    journal.set(author, "name", "Grace");
    journal.set(organisation, "city", "Oslo");
    expect(journal.payload()).toEqual({
      title: "New",
      author: { id: 7, name: "Grace", organisation: { id: 3, city: "Oslo" } },
    });
    const entries = journal.entries();
    expect(entries.map((entry) => [entry.collection, entry.field, entry.kind])).toEqual([
      ["articles", "title", "set"],
      ["authors", "name", "set"],
      ["organisations", "city", "set"],
    ]);
    entries[1]?.undo();
    expect(journal.payload()).toEqual({
      title: "New",
      author: { id: 7, organisation: { id: 3, city: "Oslo" } },
    });
  });

  test("an item that two ways lead to has one set of changes, written once", () => {
    journal.learn(root(), { reviewer: 7 });
    const author = journal.openOne(root(), "author", "authors", 7, "id");
    const reviewer = journal.openOne(root(), "reviewer", "authors", 7, "id");
    expect(reviewer).toBe(author);
    journal.set(reviewer, "name", "Grace");
    expect(journal.payload()).toEqual({ author: { id: 7, name: "Grace" } });
  });

  test("a ring of links ends", () => {
    const author = journal.openOne(root(), "author", "authors", 7, "id", { favourite: 1 });
    journal.openOne(author, "favourite", "articles", 1, "id");
    journal.set(author, "name", "Grace");
    expect(journal.payload()).toEqual({ author: { id: 7, name: "Grace" } });
    expect(journal.hasChanges(root())).toBe(true);
    expect(journal.entries()).toHaveLength(1);
  });
});

describe("many linked rows", () => {
  test("new, taken over, changed and given up ones are one detailed write", () => {
    const row = journal.openRow(root(), "comments", "comments", 5, "cid", { text: "a" });
    journal.set(row, "text", "b");
    journal.create(root(), "comments", "comments", "cid", { text: "new" });
    journal.link(root(), "comments", [9], "cid");
    journal.unlink(root(), "comments", 6);
    expect(journal.payload()).toEqual({
      comments: { create: [{ text: "new" }], update: [{ cid: 5, text: "b" }, { cid: 9 }], delete: [6] },
    });
  });

  test("rows through a junction carry the linked item: by key, new, or changed", () => {
    journal.create(root(), "tags", "articles_tags", "id", { tags_id: 3 });
    const fresh = journal.create(root(), "tags", "articles_tags", "id");
    journal.createOne(fresh, "tags_id", "tags", "id", { name: "new" });
    const row = journal.openRow(root(), "tags", "articles_tags", 11, "id", { tags_id: 4 });
    const tag = journal.openOne(row, "tags_id", "tags", 4, "id");
    journal.set(tag, "name", "renamed");
    expect(journal.payload()).toEqual({
      tags: {
        create: [{ tags_id: 3 }, { tags_id: { name: "new" } }],
        update: [{ id: 11, tags_id: { id: 4, name: "renamed" } }],
        delete: [],
      },
    });
  });

  test("a prepared row is part of the field once something is typed into it", () => {
    const row = journal.prepare(root(), "translations", "rows", "id", { language: "de" });
    expect(journal.payload()).toEqual({});
    journal.set(row, "title", "Titel");
    journal.set(row, "title", "Titel!");
    expect(journal.payload()).toEqual({
      translations: { create: [{ language: "de", title: "Titel!" }], update: [], delete: [] },
    });
  });

  test("what still draws a row that was saved sees nothing", () => {
    const row = journal.create(root(), "translations", "rows", "id", { title: "x" });
    const store = journal.store(row);
    journal.settle(journal.mark(), {});
    expect([store.get("title"), store.snapshot(), store.dirty("title")]).toEqual([undefined, {}, false]);
  });

  test("opening a row writes nothing", () => {
    journal.openRow(root(), "comments", "comments", 5, "id");
    expect(journal.hasChanges(root())).toBe(false);
    expect(journal.payload()).toEqual({});
  });

  test("a row that comes and goes leaves nothing, one that goes and comes back neither", () => {
    const row = journal.create(root(), "comments", "comments", "id");
    journal.unlink(root(), "comments", row);
    journal.link(root(), "comments", [9], "id");
    journal.unlink(root(), "comments", 9);
    journal.unlink(root(), "comments", 6);
    journal.link(root(), "comments", [6], "id");
    expect(journal.payload()).toEqual({});
  });

  test("changes of a row that is given up are not written, and are back when it stays", () => {
    const row = journal.openRow(root(), "comments", "comments", 5, "id");
    journal.set(row, "text", "b");
    journal.unlink(root(), "comments", 5);
    expect(journal.payload()).toEqual({ comments: { create: [], update: [], delete: [5] } });
    journal.restore(root(), "comments", 5);
    expect(journal.payload()).toEqual({ comments: { create: [], update: [{ id: 5, text: "b" }], delete: [] } });
  });

  test("a new order is one entry, undone as one", () => {
    const [one, two] = [5, 6].map((key) => journal.openRow(root(), "tags", "rows", key, "id", { sort: key }));
    journal.place(
      root(),
      "tags",
      "sort",
      new Map([
        [one as string, 6],
        [two as string, 5],
      ]),
    );
    expect(journal.payload()).toEqual({
      tags: {
        create: [],
        update: [
          { id: 5, sort: 6 },
          { id: 6, sort: 5 },
        ],
        delete: [],
      },
    });
    expect(journal.entries().map((entry) => entry.kind)).toEqual(["move"]);
    journal.entries()[0]?.undo();
    expect(journal.payload()).toEqual({});
  });

  test("a parent is told that something below it changed", () => {
    const heard = vi.fn();
    journal.store(root()).subscribe(["comments"], heard);
    const row = journal.openRow(root(), "comments", "comments", 5, "id");
    journal.set(row, "text", "b");
    expect(heard).toHaveBeenCalled();
    expect(journal.dirty(root(), "comments")).toBe(true);
  });

  test("undoing the field takes back all of it", () => {
    const row = journal.openRow(root(), "comments", "comments", 5, "id", { text: "a" });
    journal.set(row, "text", "b");
    journal.create(root(), "comments", "comments", "id");
    journal.unlink(root(), "comments", 6);
    journal.undo(root(), "comments");
    expect(journal.payload()).toEqual({});
    expect(journal.get(row, "text")).toBe("a");
  });
});

describe("saving and going on", () => {
  test("what was typed while a save was under way stays a change", () => {
    journal.set(root(), "title", "New");
    journal.set(root(), "slug", "new");
    const mark = journal.mark();
    journal.set(root(), "title", "Newer");
    journal.settle(mark, { id: 1, title: "New", slug: "new" });
    expect(journal.payload()).toEqual({ title: "Newer" });
    expect(journal.node(root()).base.title).toBe("New");
  });

  test("links are done with after a save", () => {
    journal.create(root(), "comments", "comments", "id", { text: "x" });
    journal.settle(journal.mark(), {});
    expect(journal.hasChanges(root())).toBe(false);
  });

  test("kept changes are taken up as they were, over what is stored now", () => {
    const author = journal.openOne(root(), "author", "authors", 7, "id", { name: "Ada" });
    journal.set(author, "name", "Grace");
    journal.set(root(), "title", "New");
    const fresh = journal.create(root(), "tags", "rows", "id", { tags_id: 3 });
    journal.createOne(fresh, "other", "others", "id", { a: 1 });
    const kept = JSON.parse(JSON.stringify(journal.data()));
    const later = new Journal({
      collection: "articles",
      key: 1,
      primaryKey: "id",
      base: { id: 1, title: "Old", author: 7, subtitle: "there" },
    });
    later.resume(kept);
    expect(later.payload()).toEqual(journal.payload());
    expect(later.get(later.root, "subtitle")).toBe("there");
    // names of new items are not given twice
    expect(later.create(later.root, "tags", "rows", "id")).not.toBe(fresh);
  });

  test("kept changes that are stored by now are no changes", () => {
    journal.set(root(), "title", "New");
    const later = new Journal({ collection: "articles", key: 1, primaryKey: "id", base: { id: 1, title: "New" } });
    later.resume(journal.data());
    expect(later.hasChanges(later.root)).toBe(false);
  });

  test("a new item is kept and taken up, too", () => {
    const first = new Journal({ collection: "articles", key: null, primaryKey: "id" });
    first.set(first.root, "title", "Draft");
    const later = new Journal({ collection: "articles", key: null, primaryKey: "id" });
    later.resume(first.data());
    expect(later.payload()).toEqual({ title: "Draft" });
  });

  test("giving everything up leaves what is stored", () => {
    journal.set(root(), "title", "New");
    journal.create(root(), "tags", "rows", "id");
    journal.discard();
    expect(journal.payload()).toEqual({});
    expect(journal.get(root(), "title")).toBe("Old");
  });
});
