import { expect, test } from "vitest";
import { inside } from "./inside";

test.each([
  ["/content/articles?q=a", "/content/articles?q=a"],
  [undefined, "/home"],
  ["https://evil.example", "/home"],
  ["//evil.example", "/home"],
  ["/\\evil.example", "/home"],
  ["/login?to=/login", "/home"],
  ["/settings/loginpage", "/settings/loginpage"],
])("%s leads to %s", (to, place) => expect(inside(to)).toBe(place));
