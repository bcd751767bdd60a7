import { expect, test } from "vitest";
import { pieces } from "./diff";

const marked = (text: string, other: string) =>
  pieces(text, other)
    .map((one) => (one.changed ? `[${one.text}]` : one.text))
    .join("");

test("words that the other text has not are marked", () => {
  expect(marked("the quick brown fox", "the slow brown fox")).toBe("the [quick] brown fox");
  expect(marked("a b c", "a b c")).toBe("a b c");
  expect(marked("a b c", "")).toBe("[a b c]");
  expect(marked("", "a")).toBe("");
  expect(marked("one two three four", "two four")).toBe("[one ]two[ three] four");
});

test("the text is whole again when the pieces are put together", () => {
  const text = "Some  text\nwith lines, and  more lines.";
  expect(
    pieces(text, "Other text with lines")
      .map((one) => one.text)
      .join(""),
  ).toBe(text);
});

test("very long texts are compared from both ends", () => {
  const long = Array.from({ length: 4000 }, (_, index) => `w${index}`).join(" ");
  expect(pieces(`${long} end`, `${long} END`)).toEqual([
    { text: `${long} `, changed: false },
    { text: "end", changed: true },
  ]);
});
