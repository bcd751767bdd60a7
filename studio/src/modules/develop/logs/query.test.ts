import { expect, test } from "vitest";
import { barsOf, filterOf } from "./query";

const now = Date.parse("2026-05-01T12:34:56Z");

test("a filter of all that was chosen, with texts quoted", () => {
  expect(filterOf({ hours: 24, level: 8, q: 'say "hi" \\' }, now)).toBe(
    'data.url !~ "/api/logs" && created >= "2026-04-30 13:00:00.000Z" && level >= 8 && (message ~ "say \\"hi\\" \\\\" || data ~ "say \\"hi\\" \\\\")',
  );
  expect(filterOf({ at: "2026-05-01T10:00:00.000Z" }, now)).toContain('created < "2026-05-01 11:00:00.000Z"');
  expect(filterOf({ at: "nonsense", expr: "data.status = 500" }, now)).toBe(
    'data.url !~ "/api/logs" && (data.status = 500)',
  );
});

test("hours without an entry are there with none", () => {
  const found = barsOf([{ date: "2026-05-01 11:00:00.000Z", total: 7 }], 3, now);
  expect(found.map((one) => one.total)).toEqual([0, 7, 0]);
  const count = (date: string, total: number) => ({ date, total });
  const wide = barsOf([count("2026-05-01 11:00:00.000Z", 7), count("2026-05-01 12:00:00.000Z", 1)], 4, now, 2);
  expect(wide.map((one) => one.total)).toEqual([0, 8]);
});
