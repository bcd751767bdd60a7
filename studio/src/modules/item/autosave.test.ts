import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "~/api/errors";
import type { Item } from "~/api/types";
import { Journal } from "~/form/journal";
import { Autosave } from "./autosave";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(write?: (changed: Item, dropped: string[]) => Promise<void>) {
  const journal = new Journal({
    collection: "pages",
    key: 1,
    primaryKey: "id",
    base: { id: 1, title: "A", text: "a" },
  });
  const sent: [Item, string[]][] = [];
  const autosave = new Autosave({
    payload: () => journal.payload(),
    subscribe: journal.subscribe,
    write: async (changed, dropped) => {
      sent.push([structuredClone(changed), dropped]);
      await write?.(changed, dropped);
    },
  });
  return { journal, autosave, sent };
}

test("three seconds of silence, then only what changed", async () => {
  const { journal, autosave, sent } = setUp();
  journal.set(journal.root, "title", "B");
  await vi.advanceTimersByTimeAsync(2_900);
  journal.set(journal.root, "title", "Be");
  await vi.advanceTimersByTimeAsync(2_900);
  expect(sent).toEqual([]);
  expect(autosave.state().phase).toBe("waiting");
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual([[{ title: "Be" }, []]]);
  expect(autosave.pending()).toBe(false);
  journal.set(journal.root, "text", "b");
  journal.undo(journal.root, "title");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent[1]).toEqual([{ text: "b" }, ["title"]]);
  expect(autosave.state().phase).toBe("saved");
});

test("one request is on its way, the next one waits, and the journal stays as it is", async () => {
  let answer = () => {};
  const { journal, autosave, sent } = setUp(() => new Promise((resolve) => (answer = resolve)));
  journal.set(journal.root, "title", "B");
  await vi.advanceTimersByTimeAsync(3_000);
  const row = journal.create(journal.root, "blocks", "blocks", "id", { text: "x" });
  await vi.advanceTimersByTimeAsync(9_000);
  expect(sent).toHaveLength(1);
  answer();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent[1]?.[0]).toEqual({ blocks: { create: [{ text: "x" }], update: [], delete: [] } });
  expect(journal.links(journal.root, "blocks").created).toEqual([row]);
  answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(autosave.pending()).toBe(false);
});

test("what nobody answered is tried again, what was refused waits for a change", async () => {
  let status = 0;
  const { journal, autosave, sent } = setUp(async () => {
    if (status !== 200) throw new ApiError(status, []);
  });
  journal.set(journal.root, "title", "B");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(autosave.state().phase).toBe("failed");
  status = 400;
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(2);
  status = 200;
  journal.set(journal.root, "title", "C");
  expect(await autosave.flush()).toBe(true);
  expect(autosave.state().phase).toBe("saved");
});
