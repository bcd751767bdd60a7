import { expect, test } from "vitest";
import { columnsOf, freePlace, inOrder, type Placed, place, resized, shifted } from "./layout";

const box = (id: string, position_x: number, position_y: number, width: number, height: number): Placed => ({
  id,
  position_x,
  position_y,
  width,
  height,
});
const BOARD = [box("a", 1, 1, 12, 6), box("b", 13, 1, 12, 6), box("c", 1, 7, 24, 6)];
const at = (boxes: Placed[]) => boxes.map((one) => `${one.id} ${one.position_x},${one.position_y}`);

test("what is in the way moves down, and what is in its way too", () => {
  const moved = place(BOARD, "b", { position_x: 1, position_y: 1, width: 12, height: 6 });
  expect(at(moved)).toEqual(["a 1,7", "b 1,1", "c 1,13"]);
  expect(at(place(BOARD, "a", { position_x: 1, position_y: 1, width: 12, height: 8 }))).toEqual([
    "a 1,1",
    "b 13,1",
    "c 1,9",
  ]);
});

test("nothing leaves the grid or becomes too small", () => {
  expect(shifted(box("a", 1, 1, 12, 6), { x: -3, y: -3 })).toMatchObject({ position_x: 1, position_y: 1 });
  expect(shifted(box("a", 1, 1, 12, 6), { x: 40, y: 2 })).toMatchObject({ position_x: 13, position_y: 3 });
  const smallest = { minWidth: 4, minHeight: 3 };
  expect(resized(box("a", 13, 1, 12, 6), { x: 5, y: 1 }, smallest)).toMatchObject({ width: 12, height: 7 });
  expect(resized(box("a", 1, 1, 12, 6), { x: -20, y: -20 }, smallest)).toMatchObject({ width: 4, height: 3 });
});

test("a new panel takes the first room that there is", () => {
  expect(freePlace([BOARD[0] as Placed], 12, 6)).toMatchObject({ position_x: 13, position_y: 1 });
  expect(freePlace(BOARD, 12, 6)).toMatchObject({ position_x: 1, position_y: 13 });
});

test("order is that of reading, and wide dashboards keep their width", () => {
  expect(inOrder([BOARD[2] as Placed, BOARD[1] as Placed, BOARD[0] as Placed]).map((one) => one.id)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(columnsOf([box("a", 20, 1, 20, 4)])).toBe(39);
  expect(columnsOf([])).toBe(24);
});
