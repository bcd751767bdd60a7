/** Dates and times between what is stored and what a picker takes. */
import {
  type CalendarDate,
  type CalendarDateTime,
  parseAbsolute,
  parseDate,
  parseDateTime,
  parseTime,
  type Time,
  type ZonedDateTime,
} from "@internationalized/date";

export type DateType = "date" | "dateTime" | "timestamp";
export type DateLike = CalendarDate | CalendarDateTime | ZonedDateTime;

/** A stored date; null for nothing, undefined for what is no date. */
export function readDate(value: unknown, type: DateType, zone: string): DateLike | null | undefined {
  if (value === null || value === undefined || value === "") return null;
  const text = String(value).trim().replace(" ", "T");
  try {
    if (type === "date") return parseDate(text.slice(0, 10));
    const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
    if (type === "timestamp") return parseAbsolute(hasZone ? new Date(text).toISOString() : `${fraction(text)}Z`, zone);
    return hasZone ? parseDateTime(fraction(new Date(text).toISOString().slice(0, -1))) : parseDateTime(fraction(text));
  } catch {
    return undefined;
  }
}

/** At most milliseconds. */
const fraction = (text: string): string => text.replace(/(\.\d{3})\d+/, "$1");

/** What is stored for a picked date. */
export function writeDate(value: DateLike | null, type: DateType): string | null {
  if (value === null) return null;
  if (type === "timestamp") return (value as ZonedDateTime).toAbsoluteString();
  return value.toString().replace(/\.\d+$/, "");
}

export function readTime(value: unknown): Time | null | undefined {
  if (value === null || value === undefined || value === "") return null;
  try {
    // `9:05` is how SQLite may have it
    return parseTime(String(value).replace(/^(\d):/, "0$1:"));
  } catch {
    return undefined;
  }
}

export const writeTime = (value: Time | null): string | null =>
  value === null ? null : value.toString().replace(/\.\d+$/, "");
