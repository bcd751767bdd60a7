import { expect, test } from "vitest";
import { at, nested } from "./document";

test("paths lead into documents, and changes out of them", () => {
  expect(at({ smtp: { host: "a" } }, "smtp.host")).toBe("a");
  expect(at({ smtp: null }, "smtp.host")).toBeUndefined();
  const changes = new Map<string, unknown>([
    ["smtp.host", "b"],
    ["smtp.port", 25],
    ["meta.appName", "x"],
  ]);
  expect(nested(changes)).toEqual({ smtp: { host: "b", port: 25 }, meta: { appName: "x" } });
});
