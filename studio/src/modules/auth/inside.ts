/** A page of the studio to go to after log-in; never an address elsewhere, nor log-in again. */
export function inside(to: string | undefined): string {
  if (!to?.startsWith("/") || /^\/[/\\]/.test(to) || /^\/(login|setup|register|secure)\b/.test(to)) return "/home";
  return to;
}
