/** What the columns of a list come to: what the server is asked for. */
import type { Column } from "~/grid/columns";

/** The aggregate function of each summary. */
export const FUNCTIONS: Record<string, string> = { filled: "count", distinct: "countDistinct" };

export type SummaryAnswer = Record<string, Record<string, unknown> | undefined>;

/** The parameters that ask for the summaries of columns. */
export function summariesAsked(columns: readonly Column[]): Record<string, string> {
  const wanted = new Map<string, string[]>();
  for (const { id, summary } of columns) {
    if (!summary) continue;
    const name = FUNCTIONS[summary] ?? summary;
    wanted.set(name, [...(wanted.get(name) ?? []), id]);
  }
  return Object.fromEntries([...wanted].map(([name, fields]) => [`aggregate[${name}]`, fields.sort().join(",")]));
}
