/** "Ada Lovelace", else the e-mail address, else the id. */
export function userName(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  const user = value as Record<string, string | null | undefined>;
  return [user.first_name, user.last_name].filter(Boolean).join(" ") || user.email || user.id || "";
}
