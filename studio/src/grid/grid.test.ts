import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "~/api/errors";
import type { Field, Item } from "~/api/types";
import { copyText, parseCell, parseDate, parseNumber, parseTsv, toTsv } from "./clipboard";
import { CellEdits, ChangedMeanwhile } from "./edits";
import { ALL_CLOSED, GroupedRows, NONE_CLOSED, withClosed } from "./groups";
import { DEPTH, History } from "./history";
import { bodyHeight, isScaled, MOST_PIXELS, offsetOf, offsetToShow, rowsInView, scrollTopOf } from "./scroll";
import { boundsOf, EVERYTHING, isSelected, NOTHING, sizeOf, toggled, withRows } from "./selection";
import { WindowSource } from "./window";

afterEach(() => vi.useRealTimers());

const settle = () => new Promise((done) => setTimeout(done, 0));

function listOf(length: number) {
  const asked: [number, number][] = [];
  const signals: AbortSignal[] = [];
  const rows: Item[] = Array.from({ length }, (_, id) => ({ id, name: `row ${id}` }));
  const source = new WindowSource(
    {
      page: async (offset, limit, signal) => {
        asked.push([offset, limit]);
        signals.push(signal);
        await settle();
        return rows.slice(offset, offset + limit).map((row) => ({ ...row }));
      },
      count: async () => rows.length,
      keyOf: (item) => item.id as number,
    },
    100,
  );
  return { source, asked, signals, rows };
}

test("a window loads what is in view, once, and what is near", async () => {
  const { source, asked } = listOf(1000);
  source.show(0, 30);
  await settle();
  await settle();
  expect(source.count()).toBe(1000);
  expect(source.row(5)).toEqual({ id: 5, name: "row 5" });
  source.show(70, 99);
  await settle();
  await settle();
  expect(asked).toEqual([
    [0, 100],
    [100, 100],
  ]);
  expect(source.row(500)).toBeUndefined();
});

test("a jump gives up what is no longer looked at", async () => {
  const { source, asked, signals } = listOf(10_000);
  source.show(0, 30);
  await settle();
  await settle();
  source.show(3000, 3030);
  source.show(9000, 9030);
  await settle();
  await settle();
  expect(signals[asked.findIndex(([offset]) => offset === 3000)]?.aborted).toBe(true);
  expect(source.row(9010)).toBeDefined();
  expect(source.row(3010)).toBeUndefined();
});

test("a refresh keeps the rows, and those that are the same keep their identity", async () => {
  const { source, rows } = listOf(50);
  source.show(0, 30);
  await settle();
  await settle();
  const [first, second] = [source.row(0), source.row(1)];
  rows[1] = { id: 1, name: "changed" };
  source.refresh();
  expect(source.row(1)).toBe(second);
  await settle();
  await settle();
  expect(source.row(0)).toBe(first);
  expect(source.row(1)).toEqual({ id: 1, name: "changed" });
  expect([...source.changed.keys()]).toEqual([1]);
});

test("a page that failed says so and can be tried again, the others stay", async () => {
  let broken = true;
  const source = new WindowSource(
    {
      page: async (offset) => {
        if (offset === 100 && broken) throw new Error("down");
        return Array.from({ length: 100 }, (_, index) => ({ id: offset + index }));
      },
      count: async () => 300,
      keyOf: (item) => item.id as number,
    },
    100,
  );
  source.show(0, 120);
  await settle();
  await settle();
  source.show(0, 120);
  await settle();
  expect(source.row(0)).toEqual({ id: 0 });
  expect(String(source.errorAt(110))).toContain("down");
  broken = false;
  source.retry();
  await settle();
  expect(source.row(110)).toEqual({ id: 110 });
  expect(source.errorAt(110)).toBeUndefined();
});

test("rows show without a count, and the count without rows", async () => {
  const source = new WindowSource(
    {
      page: async () => Array.from({ length: 100 }, (_, id) => ({ id })),
      count: async () => {
        throw new Error("too slow");
      },
      keyOf: (item) => item.id as number,
    },
    100,
  );
  source.show(0, 30);
  await settle();
  await settle();
  expect(source.count()).toBe(100);
  expect(source.isCounted).toBe(false);
  expect(String(source.countError)).toContain("too slow");
});

test("a long list scrolls in scale, from its first row to its last", () => {
  const geometry = { rowHeight: 36, count: 2_000_000, viewport: 700 };
  expect(isScaled(geometry)).toBe(true);
  expect(bodyHeight(geometry)).toBe(MOST_PIXELS);
  expect(offsetOf(geometry, 0)).toBe(0);
  const end = offsetOf(geometry, MOST_PIXELS - 700);
  expect(rowsInView(geometry, end)[1]).toBe(2_000_000);
  for (const offset of [0, 36_000, 35_999_000]) {
    expect(offsetOf(geometry, scrollTopOf(geometry, offset))).toBeCloseTo(offset, 3);
  }
  const short = { rowHeight: 36, count: 100, viewport: 700 };
  expect(isScaled(short)).toBe(false);
  expect(offsetOf(short, 123)).toBe(123);
  expect(rowsInView(short, 360, 0)).toEqual([10, 30]);
  expect(offsetToShow(short, 360, 5)).toBe(180);
  expect(offsetToShow(short, 0, 50)).toBe(51 * 36 - 700);
  expect(offsetToShow(short, 0, 3)).toBe(0);
});

test("selecting all and leaving some out counts right", () => {
  let selection = withRows(NOTHING, [1, 2, 3], true);
  selection = toggled(selection, 2);
  expect([1, 2, 3].map((key) => isSelected(selection, key))).toEqual([true, false, true]);
  expect(sizeOf(selection, 100)).toBe(2);
  const most = toggled(EVERYTHING, 7);
  expect(isSelected(most, 7)).toBe(false);
  expect(isSelected(most, 8)).toBe(true);
  expect(sizeOf(most, 100)).toBe(99);
  expect(sizeOf(withRows(most, [7], true), 100)).toBe(100);
  expect(boundsOf({ anchor: { row: 5, column: 3 }, focus: { row: 2, column: 4 } })).toEqual({
    top: 2,
    bottom: 5,
    start: 3,
    end: 4,
  });
});

test("what a spreadsheet copies is read as its cells", () => {
  const cells = [
    ["a", "two\nlines", 'say "hi"'],
    ["", "b\tc", ""],
  ];
  expect(parseTsv(toTsv(cells))).toEqual(cells);
  expect(parseTsv("a\tb\r\nc\td\r\n")).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(parseTsv("one")).toEqual([["one"]]);
});

const field = (type: string, meta: object = {}, schema: object = { is_nullable: true }) =>
  ({ collection: "a", field: "f", type, schema, meta: { options: null, ...meta } }) as unknown as Field;

test("texts become values of their fields, in the spellings of several countries", () => {
  expect(parseNumber("1.234,5")).toBe(1234.5);
  expect(parseNumber("1,234.5")).toBe(1234.5);
  expect(parseNumber("12,345")).toBe(12345);
  expect(parseNumber("3,5")).toBe(3.5);
  expect(parseNumber("abc")).toBeUndefined();
  expect(parseDate("31.12.2026", "date")).toBe("2026-12-31");
  expect(parseDate("12/31/2026 1:05 pm", "dateTime")).toBe("2026-12-31T13:05:00");
  expect(parseDate("2026-12-31T13:05:09Z", "timestamp")).toBe("2026-12-31T13:05:09Z");
  expect(parseDate("31.02.2026", "date")).toBeUndefined();
  expect(parseCell(field("integer"), "1.5")).toEqual({ problem: "integer" });
  expect(parseCell(field("boolean"), "Ja")).toEqual({ value: true });
  expect(parseCell(field("boolean"), "")).toEqual({ value: false });
  expect(parseCell(field("boolean"), "maybe")).toEqual({ problem: "boolean" });
  expect(parseCell(field("string"), "")).toEqual({ value: null });
  expect(parseCell(field("string", { required: true }), " ")).toEqual({ problem: "required" });
  const choices = { options: { choices: [{ text: "In review", value: "review" }] } };
  expect(parseCell(field("string", choices), "in review")).toEqual({ value: "review" });
  expect(parseCell(field("string", choices), "nope")).toEqual({ problem: "choice" });
  expect(parseCell(field("json", { interface: "tags" }), "a, b")).toEqual({ value: ["a", "b"] });
  expect(parseCell(field("json"), "{broken")).toEqual({ problem: "json" });
  expect(copyText(field("boolean"), true)).toBe("TRUE");
  expect(copyText(field("json"), ["a", "b"])).toBe("a, b");
});

test("history goes back and forth, forgets the redone after something new, and the oldest beyond its depth", async () => {
  const history = new History();
  const log: string[] = [];
  const operation = (text: string) => ({
    text,
    undo: async () => void log.push(`undo ${text}`),
    redo: async () => void log.push(`redo ${text}`),
  });
  history.push(operation("a"));
  history.push(operation("b"));
  await history.undo();
  await history.redo();
  await history.undo();
  history.push(operation("c"));
  expect(await history.redo()).toBeUndefined();
  expect(log).toEqual(["undo b", "redo b", "undo b"]);
  for (let index = 0; index < DEPTH + 5; index++) history.push(operation(String(index)));
  let undone = 0;
  while (await history.undo()) undone++;
  expect(undone).toBe(DEPTH);
});

test("an undo that fails can be tried again", async () => {
  const history = new History();
  let broken = true;
  history.push({
    text: "a",
    undo: async () => {
      if (broken) throw new Error("offline");
    },
    redo: async () => {},
  });
  await expect(history.undo()).rejects.toThrow("offline");
  broken = false;
  expect((await history.undo())?.text).toBe("a");
});

async function edited(
  save: (rows: { key: unknown; values: Item }[], operation: string, seen?: unknown) => Promise<Item[]>,
) {
  const { source } = listOf(50);
  source.show(0, 30);
  await settle();
  await settle();
  const edits = new CellEdits(source, {
    save,
    keyOf: (item) => item.id as number,
    text: (_, value) => String(value),
    name: (cells) => `${cells} cells`,
  });
  return { source, edits };
}
const change = (key: number, value: string) => ({ key, field: "name", value, before: `row ${key}` });

test("a changed cell shows at once, is pending until it is saved, and can be undone", async () => {
  const calls: unknown[] = [];
  const { source, edits } = await edited(async (rows, _, seen) => {
    calls.push([rows, seen]);
    return rows.map(({ key, values }) => ({ id: key, ...values }));
  });
  const done = edits.write([change(1, "new")]);
  expect(source.row(1)?.name).toBe("new");
  expect(edits.of(1).name?.kind).toBe("pending");
  await done;
  expect(edits.of(1)).toEqual({});
  await edits.history.undo();
  expect(source.row(1)?.name).toBe("row 1");
  expect(calls).toEqual([
    [[{ key: 1, values: { name: "new" } }], { field: "name", value: "row 1" }],
    [[{ key: 1, values: { name: "row 1" } }], undefined],
  ]);
});

test("of a refused batch only the wrong cells stay behind, with their text and the reason", async () => {
  const { source, edits } = await edited(async (rows) => {
    if (rows.some(({ values }) => values.name === "bad"))
      throw new ApiError(400, [{ message: "not unique", code: "RECORD_NOT_UNIQUE", extensions: {} }]);
    return rows.map(({ key, values }) => ({ id: key, ...values }));
  });
  const saved = await edits.write([change(1, "good"), change(2, "bad"), change(3, "fine")]);
  expect(saved.map((one) => one.key)).toEqual([1, 3]);
  expect(source.row(2)?.name).toBe("row 2");
  expect(edits.of(2).name).toEqual({ kind: "failed", text: "bad", message: "not unique" });
  await edits.history.undo();
  expect([1, 2, 3].map((index) => source.row(index)?.name)).toEqual(["row 1", "row 2", "row 3"]);
});

test("what somebody else changed meanwhile is shown, and the typed text is kept", async () => {
  const { source, edits } = await edited(async () => {
    throw new ChangedMeanwhile("changed", "theirs");
  });
  expect(await edits.write([change(1, "mine")])).toEqual([]);
  expect(source.row(1)?.name).toBe("theirs");
  expect(edits.of(1).name).toEqual({ kind: "failed", text: "mine", message: "changed" });
  expect(edits.history.next).toBeUndefined();
});

test("groups are stretches of the list below, with heads between them", async () => {
  const { source, asked } = groupedList([3, 0, 4, 100]);
  source.show(0, 20);
  await settle();
  await settle();
  const all = new GroupedRows(source, source.loader.groups?.() ?? [], NONE_CLOSED);
  expect(all.count()).toBe(3 + 4 + 100 + 4);
  expect([0, 4, 5, 10].map((at) => all.headAt(at)?.group.id)).toEqual(["0", "1", "2", "3"]);
  expect([1, 3, 6, 11].map((at) => all.row(at)?.id)).toEqual([0, 2, 3, 7]);
  expect([2, 4, 7, 90].map((at) => all.headOf(at))).toEqual([0, 4, 5, 10]);
  expect(all.row(all.count())).toBe(undefined);
  expect([all.indexOf(2), all.indexOf(3)]).toEqual([3, 6]);
  expect((await all.take(2, 4)).map((one) => one.id)).toEqual([1, 2, 3, 4]);
  expect((await all.ensure(2, 8)).map((one) => one.id)).toEqual([1, 2, 3, 4]);
  const shut = new GroupedRows(source, source.loader.groups?.() ?? [], withClosed(NONE_CLOSED, "2", true));
  expect(shut.count()).toBe(3 + 100 + 4);
  expect([shut.headAt(5)?.isOpen, shut.headAt(6)?.group.id, shut.row(7)?.id]).toEqual([false, "3", 7]);
  expect(shut.indexOf(4)).toBe(undefined);
  const none = new GroupedRows(source, source.loader.groups?.() ?? [], ALL_CLOSED);
  asked.length = 0;
  none.show(0, 3);
  await settle();
  expect([none.count(), asked]).toEqual([4, []]);
});

function groupedList(sizes: number[]) {
  const asked: number[] = [];
  const total = sizes.reduce((sum, one) => sum + one, 0);
  const groups = sizes.map((count, at) => ({ id: String(at), values: {}, count }));
  const source = new WindowSource(
    {
      groups: () => groups,
      page: async (offset, limit) => {
        asked.push(offset);
        return Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => ({ id: offset + at }));
      },
      count: async () => total,
      keyOf: (item) => item.id as number,
    },
    10,
  );
  return { source, asked };
}
