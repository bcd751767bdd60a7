import type { Item } from "~/api/types";

export interface StoredLink {
  label: string;
  url?: string | null;
  icon?: string | null;
  type?: string | null;
}

const HOLES = /\{\{\s*([\w.]+)\s*\}\}/g;

export const fieldsOfAddress = (template: string): string[] =>
  [...template.matchAll(HOLES)].map((match) => (match[1] ?? "").split(".")[0] ?? "");

/** An address with the item's values in it; null while one is missing, or where it is no address to go to. */
export function address(template: string, values: Readonly<Item>): string | null {
  let missing = false;
  const filled = template.replace(HOLES, (_, path: string) => {
    const value = path.split(".").reduce<unknown>((inner, name) => (inner as Item | null | undefined)?.[name], values);
    if (value === null || value === undefined || typeof value === "object") missing = true;
    return encodeURIComponent(String(value));
  });
  if (missing || filled === "") return null;
  // scripts in addresses are not followed
  return /^(https?:|mailto:|tel:|\/|#|\?)/i.test(filled)
    ? filled
    : /^[\w+.-]+:/.test(filled)
      ? null
      : `https://${filled}`;
}
