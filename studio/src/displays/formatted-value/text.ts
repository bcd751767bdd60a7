import { formatNumber } from "~/i18n/format";
import { plainText, withoutTags } from "../text";

export interface Condition {
  operator?: string;
  value?: unknown;
  text?: string;
  color?: string;
  background?: string;
}

/** "in_review" as "In review". */
export const readable = (text: string): string => {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const TESTS: Record<string, (value: unknown, other: unknown) => boolean> = {
  eq: (value, other) => String(value) === String(other),
  neq: (value, other) => String(value) !== String(other),
  contains: (value, other) => String(value).toLowerCase().includes(String(other).toLowerCase()),
  starts_with: (value, other) => String(value).toLowerCase().startsWith(String(other).toLowerCase()),
  ends_with: (value, other) => String(value).toLowerCase().endsWith(String(other).toLowerCase()),
  gt: (value, other) => Number(value) > Number(other),
  gte: (value, other) => Number(value) >= Number(other),
  lt: (value, other) => Number(value) < Number(other),
  lte: (value, other) => Number(value) <= Number(other),
};

/** The first condition in the options that a value meets. */
export function conditionOf(value: unknown, options: Record<string, unknown>): Condition | undefined {
  const conditions = options.conditionalFormatting;
  if (!Array.isArray(conditions)) return undefined;
  return (conditions as Condition[]).find((one) => TESTS[one.operator ?? "eq"]?.(value, one.value));
}

export function formattedText(value: unknown, options: Record<string, unknown>): string {
  if (value === null || value === undefined || value === "") return "";
  const condition = conditionOf(value, options);
  let text = typeof value === "number" ? formatNumber(value, { maximumFractionDigits: 6 }) : plainText(value);
  if (text.includes("<")) text = withoutTags(text);
  if (options.masked) text = "••••••••";
  else if (condition?.text) text = condition.text;
  else if (options.format && typeof value === "string") text = readable(text);
  return `${options.prefix ?? ""}${text}${options.suffix ?? ""}`;
}
