import { afterEach, expect, test } from "vitest";
import { addShortcut, strokeOf } from "./keys";
import { preferences } from "./preferences";

const done: string[] = [];
const cleanups: (() => void)[] = [];
const add = (keys: string) => cleanups.push(addShortcut({ keys, run: () => done.push(keys) }));
const press = (key: string, init: KeyboardEventInit = {}, target: Element = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  done.length = 0;
  document.body.replaceChildren();
  preferences.set({ shortcuts: true });
});

test("a stroke is named by its key and modifiers; shift only where the sign doesn't hold it", () => {
  const stroke = (key: string, init: Partial<KeyboardEventInit> = {}) =>
    strokeOf({ key, metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, ...init });
  expect(stroke("K", { ctrlKey: true })).toBe("mod+k");
  expect(stroke("L", { ctrlKey: true, shiftKey: true })).toBe("mod+shift+l");
  expect(stroke("?", { shiftKey: true })).toBe("?");
  expect(stroke("ArrowUp", { ctrlKey: true })).toBe("mod+up");
});

test("two keys one after the other", () => {
  add("g h");
  add("h");
  press("g");
  press("h");
  press("h");
  expect(done).toEqual(["g h", "h"]);
});

test("single keys are off in text fields, in dialogs and by preference; the others are not", () => {
  add("n");
  add("mod+k");
  const input = document.body.appendChild(document.createElement("input"));
  press("n", {}, input);
  press("k", { ctrlKey: true }, input);
  expect(done).toEqual(["mod+k"]);
  const dialog = document.body.appendChild(document.createElement("div"));
  dialog.setAttribute("role", "dialog");
  press("n");
  dialog.remove();
  preferences.set({ shortcuts: false });
  press("n");
  expect(done).toEqual(["mod+k"]);
  preferences.set({ shortcuts: true });
  press("n");
  expect(done).toEqual(["mod+k", "n"]);
});

test("what a component handled is left alone, and the latest shortcut wins", () => {
  add("x");
  cleanups.push(addShortcut({ keys: "x", run: () => done.push("later") }));
  press("x");
  document.body.addEventListener("keydown", (event) => event.preventDefault(), { once: true });
  press("x");
  expect(done).toEqual(["later"]);
});
