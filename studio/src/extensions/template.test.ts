import { expect, test } from "vitest";
import { filledText } from "./template";

test("a template says a value in words", () => {
  expect(filledText("{{value}} of {{ options.max }}", 3, { max: 5 })).toBe("3 of 5");
  expect(filledText({ en: "{{value | number}} €" }, 1234.5, {})).toBe("1,234.5 €");
  expect(filledText("{{value | percent}}", 0.25, {})).toBe("25%");
  expect(filledText("{{value | count}} tags", ["a", "b"], {})).toBe("2 tags");
  expect(filledText("{{value | date}}", "2026-03-01", {})).toContain("2026");
  const choices = [{ value: "a", text: { en: "First" } }];
  expect(filledText("{{value | choice}}", "a", { choices })).toBe("First");
  expect(filledText("{{value | choice}}", ["a", "b"], { choices })).toBe("First, b");
});

test("what can't be formatted stands as it is", () => {
  expect(filledText("{{value | date}}", "never", {})).toBe("never");
  expect(filledText("{{value | constructor}}", 1, {})).toBe("1");
  expect(filledText("{{options.none}}-{{value.secret}}", 1, {})).toBe("-{{value.secret}}");
  expect(filledText("{{value}}", "<b>{{options.x}}</b>", { x: 1 })).toBe("<b>{{options.x}}</b>");
});
