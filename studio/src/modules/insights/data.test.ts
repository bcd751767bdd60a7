import { expect, test } from "vitest";
import { changesOf, isEmpty, isNew, newId, type Panel } from "./data";

const panel = (id: string, more: Partial<Panel> = {}): Panel => ({
  id,
  name: null,
  icon: null,
  color: null,
  show_header: true,
  note: null,
  type: "label",
  position_x: 1,
  position_y: 1,
  width: 4,
  height: 2,
  options: { text: "Hello" },
  ...more,
});

test("only what changed is written", () => {
  const before = [panel("a"), panel("b"), panel("c")];
  const fresh = newId();
  const now = [panel("a"), panel("b", { width: 6, options: { text: "Bye" } }), panel(fresh)];
  const changes = changesOf(before, now);
  expect(changes.update).toEqual([{ id: "b", width: 6, options: { text: "Bye" } }]);
  expect(changes.delete).toEqual(["c"]);
  expect(changes.create).toHaveLength(1);
  expect(changes.create[0]).not.toHaveProperty("id");
  expect(isNew({ id: fresh })).toBe(true);
  expect(isEmpty(changesOf(before, [...before]))).toBe(true);
});
