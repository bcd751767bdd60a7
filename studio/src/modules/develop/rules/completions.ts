/** What may be written in a rule, for completion; and where in a rule a refusal points. */
import type { RecordCollection } from "../pocketbase";

const REQUEST = [
  ...["@request.auth.id", "@request.auth.collectionName", "@request.auth.email", "@request.auth.verified"],
  ...["@request.method", "@request.context", "@request.query.", "@request.headers.", "@request.body."],
];
const MOMENTS = [
  "now",
  "yesterday",
  "tomorrow",
  "todayStart",
  "todayEnd",
  "monthStart",
  "monthEnd",
  "yearStart",
  "yearEnd",
];

export interface Word {
  label: string;
  type: "property" | "variable" | "constant";
}

/** Words that complete what stands before the cursor, which begins with a letter or `@`. */
export function words(collection: RecordCollection, others: readonly string[]): Word[] {
  const fields = collection.fields.map((field) => field.name);
  return [
    ...fields.map((label) => ({ label, type: "property" as const })),
    ...REQUEST.map((label) => ({ label, type: "variable" as const })),
    ...fields.map((name) => ({ label: `@request.body.${name}`, type: "variable" as const })),
    ...others.map((name) => ({ label: `@collection.${name}.`, type: "variable" as const })),
    ...MOMENTS.map((name) => ({ label: `@${name}`, type: "constant" as const })),
  ];
}

/** The part of a rule that a refusal is about: what it quotes, where that stands in the rule; else the whole rule. */
export function rangeOf(rule: string, message: string): { from: number; to: number } {
  const position = /(?:at|position|offset) (\d+)/.exec(message)?.[1];
  if (position !== undefined) {
    const from = Math.min(Number(position), rule.length);
    return { from, to: Math.min(from + 1, rule.length) };
  }
  for (const [, quoted] of message.matchAll(/["'`“]([^"'`”]+)["'`”]/g)) {
    const from = quoted ? rule.indexOf(quoted) : -1;
    if (quoted && from >= 0) return { from, to: from + quoted.length };
  }
  return { from: 0, to: rule.length };
}
