/**
 * Answers to what a page asks for first. The page itself asks (`early.ts` beside `main.tsx`, which is in the page), long
 * before the studio's code is there; the client takes the answers where it would ask the same.
 */

declare global {
  interface Window {
    /** By address: what is on its way, or there. */
    satchelEarly?: Map<string, Promise<Response>>;
  }
}

/** As old as an answer may be, like others that are kept (`queryClient`). */
const LONGEST = 30_000;

/** The answer for an address, once. undefined: nobody asked, or it came to nothing, so ask now. */
export async function earlyAnswer(address: string): Promise<Response | undefined> {
  const found = window.satchelEarly?.get(address);
  if (!found) return undefined;
  window.satchelEarly?.delete(address);
  if (performance.now() > LONGEST) return undefined;
  return found.catch(() => undefined);
}

/** What was asked for no longer holds: something is changed, or somebody else signs in. */
export function forgetEarly(): void {
  window.satchelEarly = undefined;
}
