/** Statements that were run from this browser, the newest first. They stay here: what is in them may be nobody's business. */
const KEY = "satchel.sql";
const KEPT = 50;

export interface Ran {
  sql: string;
  at: number;
}

export function ran(): Ran[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]") as Ran[];
  } catch {
    return [];
  }
}

export function remember(sql: string, at: number): Ran[] {
  const all = [{ sql, at }, ...ran().filter((one) => one.sql !== sql)].slice(0, KEPT);
  localStorage.setItem(KEY, JSON.stringify(all));
  return all;
}

export function forget(): void {
  localStorage.removeItem(KEY);
}
