import { expect, test } from "vitest";
import { parseExact } from "./exact";

const told =
  JSON.parse("1", ((_key: string, _value: unknown, context?: { source: string }) => context?.source) as never) === "1";

test.runIf(told)("numbers that would lose digits stay texts", () => {
  expect(parseExact('{"a":9007199254740993,"b":12345678901234.5678,"c":12,"d":0.1,"e":1e21,"f":"x"}')).toEqual({
    a: "9007199254740993",
    b: "12345678901234.5678",
    c: 12,
    d: 0.1,
    e: 1e21,
    f: "x",
  });
});

test("ordinary numbers are numbers", () => {
  expect(parseExact("[1,-2.5,1500,0,5.00]")).toEqual([1, -2.5, 1500, 0, 5]);
});
