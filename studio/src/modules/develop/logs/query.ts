/** What is asked of the log, as its filter says it; and its hours, filled where nothing happened. */
export interface LogSearch {
  /** Hours back from now. */
  hours?: number;
  level?: number;
  q?: string;
  /** One hour alone, as an ISO moment. */
  at?: string;
  /** An entry that is shown in full. */
  entry?: string;
  expr?: string;
}

export interface LogEntry {
  id: string;
  created: string;
  level: number;
  message: string;
  data: Record<string, unknown>;
}

export interface HourCount {
  date: string;
  total: number;
}

export const LEVELS = [-4, 0, 4, 8] as const;
export const RANGES = [24, 72, 168] as const;
const HOUR = 3_600_000;

/** A moment as the log writes it: `2026-05-01 12:00:00.000Z`. */
export const stamp = (time: number): string => new Date(time).toISOString().replace("T", " ");

const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** The filter. What the studio itself asks of the log is left out: it would fill the log by looking at it. */
export function filterOf(search: LogSearch, now: number): string {
  const parts = ['data.url !~ "/api/logs"'];
  if (search.at) {
    const from = Date.parse(search.at);
    if (!Number.isNaN(from)) parts.push(`created >= "${stamp(from)}"`, `created < "${stamp(from + HOUR)}"`);
  } else {
    parts.push(`created >= "${stamp(hourOf(now) - ((search.hours ?? 24) - 1) * HOUR)}"`);
  }
  if (search.level !== undefined) parts.push(`level >= ${search.level}`);
  if (search.q) parts.push(`(message ~ ${quoted(search.q)} || data ~ ${quoted(search.q)})`);
  if (search.expr) parts.push(`(${search.expr})`);
  return parts.join(" && ");
}

export const hourOf = (time: number): number => Math.floor(time / HOUR) * HOUR;

/** One count for each hour of the range, the oldest first. */
export function hoursOf(counts: readonly HourCount[], hours: number, now: number): { time: number; total: number }[] {
  const known = new Map(counts.map((one) => [hourOf(Date.parse(one.date.replace(" ", "T"))), one.total]));
  const last = hourOf(now);
  return Array.from({ length: hours }, (_, index) => {
    const time = last - (hours - 1 - index) * HOUR;
    return { time, total: known.get(time) ?? 0 };
  });
}
