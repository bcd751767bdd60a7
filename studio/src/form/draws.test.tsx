// What one change draws again.
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Journal, type NodeId } from "./journal";
import { useChanges } from "./store";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
let journal: Journal;
const ends: (() => void)[] = [];

beforeEach(() => {
  journal = new Journal({ collection: "articles", key: 1, primaryKey: "id", base: { id: 1, author: 7 } });
});
afterEach(() =>
  act(() => {
    for (const end of ends.splice(0)) end();
  }),
);

function Follower({ node, field, onDraw }: { node: NodeId; field?: string; onDraw: () => void }) {
  useChanges(journal, node, field);
  onDraw();
  return null;
}

/** Draw something that follows an item, or a field of it; gives how often it was drawn until then. */
function follow(node: NodeId, field?: string): () => number {
  const onDraw = vi.fn();
  const root = createRoot(document.createElement("div"));
  act(() => root.render(<Follower node={node} field={field} onDraw={onDraw} />));
  ends.push(() => root.unmount());
  return () => onDraw.mock.calls.length;
}

test("a key in one field draws nothing that follows a list of links or a linked item", () => {
  const [list, item] = [follow(journal.root, "comments"), follow("authors/7")];
  act(() => journal.set(journal.root, "title", "New"));
  expect([list(), item()]).toEqual([1, 1]);
});

test("a change of a linked item draws what follows it, and all lists that it is in", () => {
  const [comments, answers] = [follow(journal.root, "comments"), follow(journal.root, "answers")];
  const item = follow("comments/3");
  for (const field of ["comments", "answers"]) journal.openRow(journal.root, field, "comments", 3, "id");
  act(() => journal.set("comments/3", "text", "New"));
  expect([comments(), answers(), item()]).toEqual([2, 2, 2]);
});

test("what shows a linked item hears that its changes were saved, given up or taken up again", () => {
  const item = follow("authors/7");
  const change = () => {
    journal.openOne(journal.root, "author", "authors", 7, "id", { name: "Old" });
    act(() => journal.set("authors/7", "name", "New"));
  };
  change();
  const data = journal.data();
  act(() => journal.settle(journal.mark(), {}));
  expect(item()).toBe(3);
  act(() => journal.resume(data));
  expect(item()).toBe(4);
  act(() => journal.discard());
  expect(item()).toBe(5);
});

test("a row that was only prepared is forgotten with a save", () => {
  const row = journal.prepare(journal.root, "translations", "texts", "id", { language: "en" });
  journal.settle(journal.mark(), {});
  expect(journal.has(row)).toBe(false);
  expect(journal.links(journal.root, "translations").created).toEqual([]);
});
