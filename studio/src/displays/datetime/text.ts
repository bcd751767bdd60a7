import { formatDate, formatRelative } from "~/i18n/format";

const TIME = /^(\d{2}):(\d{2})(?::(\d{2}))?/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A date of the wire as a moment: a day and a time without zone are the reader's own. */
export function readDate(value: string): Date | undefined {
  const day = DAY.exec(value);
  if (day) return new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  const time = TIME.exec(value);
  if (time) return new Date(2000, 0, 1, Number(time[1]), Number(time[2]), Number(time[3] ?? 0));
  const date = new Date(value.replace(" ", "T"));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function dateText(value: string, options: Record<string, unknown> = {}, now = Date.now()): string {
  if (!value) return "";
  const date = readDate(value);
  if (!date) return value;
  const isTime = TIME.test(value);
  const hasTime = isTime || !DAY.test(value);
  if (options.relative && !isTime && Math.abs(date.getTime() - now) < 7 * 86_400_000 && hasTime) {
    return formatRelative(date, now);
  }
  const long = options.format !== "short";
  const time: Intl.DateTimeFormatOptions = {
    hour: "2-digit",
    minute: "2-digit",
    ...(options.includeSeconds ? { second: "2-digit" } : {}),
    ...(options.use24 ? { hourCycle: "h23" } : {}),
  };
  const day: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: long ? "short" : "2-digit",
    day: long ? "numeric" : "2-digit",
  };
  return formatDate(date, { ...(isTime ? {} : day), ...(hasTime ? time : {}) });
}
