import { expect, test } from "vitest";
import { parseNumber, stepped } from "./numbers";
import { slug } from "./slug";

test.each([
  ["12", "integer", 12],
  ["", "integer", null],
  ["-", "integer", "-"],
  ["12a", "integer", "12a"],
  ["9007199254740993", "bigInteger", "9007199254740993"],
  ["42", "bigInteger", 42],
  ["0.1", "float", 0.1],
  ["12345678901234567890.123456", "decimal", "12345678901234567890.123456"],
  ["1,5", "float", 1.5],
  ["5.00", "decimal", "5.00"],
])("%s as %s is %j", (text, type, value) => {
  expect(parseNumber(text, type)).toBe(value);
});

test("steps keep all digits", () => {
  expect(stepped("0.1", 0.2, 1)).toBe("0.3");
  expect(stepped("9007199254740993", 1, 1)).toBe("9007199254740994");
  expect(stepped(null, 1, -1)).toBe("-1");
  expect(stepped("-0.5", 0.25, 1)).toBe("-0.25");
  expect(stepped(5, 1, 1, 0, 5)).toBe("5");
  expect(stepped("abc", 1, 1)).toBe("abc");
});

test("slugs", () => {
  expect(slug("Größe & Maß, Übung 2!", true)).toBe("groesse-mass-uebung-2");
  expect(slug("Café  au lait ")).toBe("cafe-au-lait-");
  expect(slug("日本語 text", true)).toBe("日本語-text");
});
