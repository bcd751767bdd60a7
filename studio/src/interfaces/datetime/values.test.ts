import { expect, test } from "vitest";
import { readDate, readTime, writeDate, writeTime } from "./values";

test.each([
  ["date", "2024-01-02", "2024-01-02"],
  ["dateTime", "2024-01-02T03:04:05", "2024-01-02T03:04:05"],
  ["dateTime", "2024-01-02 03:04:05.123456", "2024-01-02T03:04:05"],
  ["timestamp", "2024-01-02T01:04:05.000Z", "2024-01-02T01:04:05.000Z"],
  ["timestamp", "2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05.000Z"],
] as const)("a %s %s is written as %s, whatever the zone", (type, stored, written) => {
  for (const zone of ["UTC", "Europe/Berlin", "America/New_York"]) {
    const date = readDate(stored, type, zone);
    expect(date).toBeTruthy();
    expect(writeDate(date ?? null, type)).toBe(written);
  }
});

test("nothing is nothing, and what is no date is said to be none", () => {
  expect(readDate(null, "date", "UTC")).toBeNull();
  expect(readDate("", "dateTime", "UTC")).toBeNull();
  expect(readDate("soon", "timestamp", "UTC")).toBeUndefined();
  expect(writeDate(null, "date")).toBeNull();
});

test("times", () => {
  expect(writeTime(readTime("9:05") ?? null)).toBe("09:05:00");
  expect(writeTime(readTime("09:05:07") ?? null)).toBe("09:05:07");
  expect(readTime("late")).toBeUndefined();
  expect(readTime(null)).toBeNull();
});
