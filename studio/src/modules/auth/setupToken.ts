/** The token of the link to set-up. It comes behind the `#`, which no server sees, and stays in no address. */
let token = "";

export const setupToken = (): string => token;

/** Take it out of the address's hash; whether there was one. */
export function takeSetupToken(hash: string): boolean {
  const found = new URLSearchParams(hash).get("t");
  if (!found) return false;
  token = found;
  return true;
}
