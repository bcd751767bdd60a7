/**
 * Answers to what a page asks for first. The page itself asks (`early.ts` beside `main.tsx`, which is in the page), long
 * before the studio's code is there; the client takes the answers where it would ask the same.
 */

interface Early {
  response: Response;
  text: string;
}

declare global {
  interface Window {
    /** By address: what is on its way, or there. */
    satchelEarly?: Map<string, Promise<Early>>;
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
  const early = await found.catch(() => undefined);
  if (early) texts.set(early.response, early.text);
  return early?.response;
}

const texts = new WeakMap<Response, string>();

/** The body of an answer, which has been read already where the answer is an early one. */
export const textOf = (response: Response): string | Promise<string> => texts.get(response) ?? response.text();

/** What was asked for no longer holds: something is changed, or somebody else signs in. */
export function forgetEarly(): void {
  window.satchelEarly = undefined;
}
