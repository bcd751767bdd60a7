/** Numbers, sizes and dates as people of the current language write them. */
import { languageCode, t } from "./i18n";

const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function keep<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => T,
): T {
  const name = `${languageCode()}|${key}`;
  const found = kept.get(name) as T | undefined;
  if (found) return found;
  const made = make();
  kept.set(name, made);
  return made;
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return keep(`n${JSON.stringify(options)}`, () => new Intl.NumberFormat(languageCode(), options)).format(value);
}

export function formatDate(
  value: Date | string | number,
  options: Intl.DateTimeFormatOptions = { dateStyle: "medium" },
): string {
  const date = toDate(value);
  if (!date) return String(value);
  return keep(`d${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(languageCode(), options)).format(date);
}

export const formatDateTime = (value: Date | string | number): string =>
  formatDate(value, { dateStyle: "medium", timeStyle: "short" });

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 hours ago" within seven days, the date after that. Show the exact time on hover. */
export function formatRelative(value: Date | string | number, now: number = Date.now()): string {
  const date = toDate(value);
  if (!date) return String(value);
  const distance = date.getTime() - now;
  if (Math.abs(distance) > 7 * 86_400_000) return formatDate(date);
  const relative = keep("r", () => new Intl.RelativeTimeFormat(languageCode(), { numeric: "auto" }));
  for (const [unit, size] of STEPS) {
    if (Math.abs(distance) >= size) return relative.format(Math.round(distance / size), unit);
  }
  return t("app.now");
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes in steps of 1,000, as disks count. */
export function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return formatNumber(bytes / 1000 ** step, {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
}

function toDate(value: Date | string | number): Date | undefined {
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
