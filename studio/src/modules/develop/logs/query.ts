/** What is asked of the log, as its filter says it; and its hours, filled where nothing happened. */
export interface LogSearch {
  /** Hours back from now. */
  hours?: number;
  level?: number;
  q?: string;
  /** One bar alone, by the moment at which it begins. */
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

/**
 * The filter. What the studio itself asks of the log is left out: it would fill the log by looking at it. `span`: the
 * hours of a bar.
 */
export function filterOf(search: LogSearch, now: number, span = 1): string {
  const parts = ['data.url !~ "/api/logs"'];
  if (search.at) {
    const from = Date.parse(search.at);
    if (!Number.isNaN(from)) parts.push(`created >= "${stamp(from)}"`, `created < "${stamp(from + span * HOUR)}"`);
  } else {
    parts.push(`created >= "${stamp(hourOf(now) - ((search.hours ?? 24) - 1) * HOUR)}"`);
  }
  if (search.level !== undefined) parts.push(`level >= ${search.level}`);
  if (search.q) parts.push(`(message ~ ${quoted(search.q)} || data ~ ${quoted(search.q)})`);
  if (search.expr) parts.push(`(${search.expr})`);
  return parts.join(" && ");
}

export const hourOf = (time: number): number => Math.floor(time / HOUR) * HOUR;

/** Bars of `span` hours each, the oldest first. */
export function barsOf(
  counts: readonly HourCount[],
  hours: number,
  now: number,
  span = 1,
): { time: number; total: number }[] {
  const first = hourOf(now) - (hours - 1) * HOUR;
  const bars = Array.from({ length: Math.ceil(hours / span) }, (_, index) => ({
    time: first + index * span * HOUR,
    total: 0,
  }));
  for (const one of counts) {
    const bar = bars[Math.floor((hourOf(Date.parse(one.date.replace(" ", "T"))) - first) / (span * HOUR))];
    if (bar) bar.total += one.total;
  }
  return bars;
}
