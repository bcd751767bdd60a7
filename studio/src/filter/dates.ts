/** Moments that move with the clock: `$NOW(-7 days)`. */
export const UNITS = ["minutes", "hours", "days", "weeks", "months", "years"] as const;
export type Unit = (typeof UNITS)[number];

export interface Relative {
  /** Negative: before now. */
  amount: number;
  unit: Unit;
}

const SHORT: Record<string, Unit> = {
  m: "minutes",
  min: "minutes",
  minute: "minutes",
  h: "hours",
  hour: "hours",
  d: "days",
  day: "days",
  w: "weeks",
  week: "weeks",
  mo: "months",
  mth: "months",
  month: "months",
  y: "years",
  year: "years",
};

/** The relative moment that a value is, if it is one. */
export function parseRelative(value: unknown): Relative | undefined {
  if (typeof value !== "string") return undefined;
  if (value === "$NOW") return { amount: 0, unit: "days" };
  const match = /^\$NOW\(\s*([+-]?\d+)\s*([a-z]*)\s*\)$/i.exec(value);
  if (!match) return undefined;
  const word = (match[2] ?? "").toLowerCase();
  const unit = word === "" ? "days" : (UNITS.find((one) => one === word) ?? SHORT[word]);
  return unit && { amount: Number(match[1]), unit };
}

export const writeRelative = ({ amount, unit }: Relative): string =>
  amount === 0 ? "$NOW" : `$NOW(${amount > 0 ? "+" : ""}${amount} ${unit})`;
