/** JSON whose numbers keep their digits: what a JavaScript number can't say exactly stays a text. */
type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

const digits = (source: string): string => source.replace(/e.*$/i, "").replace(/[-+.]/g, "").replace(/^0+/, "");

const exact: Reviver = (_key, value, context) => {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined) return value;
  const isExact =
    Number.isInteger(value) && !/[.e]/i.test(source) ? Number.isSafeInteger(value) : digits(source).length <= 15;
  return isExact || String(value) === source ? value : source;
};

/** Parse JSON. Numbers of more digits than a JavaScript number keeps become texts, where the browser tells them. */
export const parseExact = (text: string): unknown =>
  JSON.parse(text, exact as (key: string, value: unknown) => unknown);
