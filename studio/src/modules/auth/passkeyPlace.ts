/** Whether passkeys can be used on this page, and if not, why. */
import { boot } from "~/boot";

/** `off`: nobody has them here. `browser`: it can't. `insecure`: no HTTPS. `number`: the address is no name. */
export type PasskeyPlace = "good" | "off" | "browser" | "insecure" | "number";

export function passkeyPlace(host = window.location.hostname): PasskeyPlace {
  if (!boot.passkeys) return "off";
  if (!window.isSecureContext) return "insecure";
  if (/^[\d.]+$|:/.test(host)) return "number";
  return "PublicKeyCredential" in window ? "good" : "browser";
}
