/** Numbers as people type them, without losing digits. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The value of a typed text: null for nothing, a number where a number says exactly the same, else the text itself, for
 * the validation to complain about or for the server to keep all digits of.
 */
export function parseNumber(text: string, type: string): number | string | null {
  const typed = text.trim().replace(",", ".");
  if (typed === "") return null;
  if (!NUMBER.test(typed)) return text;
  const number = Number(typed);
  if (type === "float") return number;
  if (type === "decimal") return typed;
  // a long integer keeps its digits as text
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? typed : number;
}

/** A number one step further, as text; steps of decimals are made without rounding errors. */
export function stepped(value: unknown, step: number, direction: 1 | -1, min?: number, max?: number): string {
  const text = String(value ?? "").trim() || "0";
  if (!NUMBER.test(text)) return text;
  const digits = Math.max(...[text, String(step)].map((one) => one.split(".")[1]?.length ?? 0));
  const scale = 10n ** BigInt(digits);
  const scaled = (one: string) => {
    const negative = one.startsWith("-");
    const [whole = "0", fraction = ""] = one.replace(/^[+-]/, "").split(".");
    const result = BigInt(whole || "0") * scale + BigInt(fraction.padEnd(digits, "0").slice(0, digits) || "0");
    return negative ? -result : result;
  };
  if (/e/i.test(text)) return text;
  const next = scaled(text) + scaled(String(step)) * BigInt(direction);
  const absolute = next < 0n ? -next : next;
  const whole = absolute / scale;
  const fraction = digits ? `.${String(absolute % scale).padStart(digits, "0")}` : "";
  const result = `${next < 0n ? "-" : ""}${whole}${fraction}`;
  if (min !== undefined && Number(result) < min) return String(min);
  if (max !== undefined && Number(result) > max) return String(max);
  return result;
}
