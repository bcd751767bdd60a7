/**
 * What a browser does with passkeys: making one and showing one. Loaded when somebody may want to; whether they can at
 * all is asked before, of `passkeyPlace`.
 */
import { request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { t } from "~/i18n/i18n";

interface Described {
  type: "public-key";
  id: string;
}

interface RequestOptions {
  challenge: string;
  rpId: string;
  timeout: number;
  allowCredentials: Described[];
  userVerification: UserVerificationRequirement;
}

interface CreationOptions {
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: PublicKeyCredentialParameters[];
  timeout: number;
  excludeCredentials: Described[];
  authenticatorSelection: AuthenticatorSelectionCriteria;
  attestation: AttestationConveyancePreference;
}

export interface Passkey {
  id: string;
  name: string;
  created: string;
  last_used: string | null;
  /** Where it is good. */
  host: string;
  /** Whether the person's other devices have it too. */
  synced: boolean;
}

/** The person closed the browser's dialog, let it run out of time, or something else took its place. */
export class NotShown extends Error {}

/** Whether the browser offers passkeys where an address is typed. */
export async function canSuggest(): Promise<boolean> {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false;
}

/**
 * Sign in with a passkey; for how many milliseconds the session lasts. `quietly`: let the browser suggest it in the
 * field for the address, and wait until somebody takes it or `signal` ends that.
 */
export async function signInWithPasskey(signal?: AbortSignal, quietly = false): Promise<number> {
  const asked = await request<RequestOptions>("POST", "/auth/passkeys/options", { body: {}, anonymous: true, signal });
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: described(asked.allowCredentials),
  };
  const mediation = quietly ? "conditional" : undefined;
  const shown = await asking(asked.rpId, navigator.credentials.get({ publicKey, signal, mediation }));
  const response = shown.response as AuthenticatorAssertionResponse;
  const credential = {
    ...named(shown),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : undefined,
    },
  };
  try {
    const body = { credential, mode: "session" };
    return (await request<{ expires: number }>("POST", "/auth/passkeys/login", { body, anonymous: true })).expires;
  } catch (error) {
    if (error instanceof ApiError && error.code === "INVALID_CREDENTIALS") throw new Error(t("auth.passkey.unknown"));
    throw error;
  }
}

/** Make a passkey for the person who is signed in. */
export async function makePasskey(password: string, name: string): Promise<Passkey> {
  const body = { password };
  const asked = await request<CreationOptions>("POST", "/users/me/passkeys/options", { body, anonymous: true });
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: described(asked.excludeCredentials),
  };
  const made = await asking(asked.rp.id, navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  const credential = {
    ...named(made),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
  return request<Passkey>("POST", "/users/me/passkeys", { body: { credential, name }, anonymous: true });
}

/** What the browser gives; its refusals in words. */
async function asking(host: string, answer: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const given = await answer;
    if (given) return given as PublicKeyCredential;
  } catch (error) {
    const reason = error instanceof DOMException ? error.name : "";
    if (reason === "InvalidStateError") throw new Error(t("auth.passkey.known"));
    if (reason === "SecurityError") throw new Error(t("auth.passkey.elsewhere", { host }));
    if (reason === "NotSupportedError" || reason === "ConstraintError") throw new Error(t("auth.passkey.unsupported"));
    if (reason !== "NotAllowedError" && reason !== "AbortError") throw error;
  }
  throw new NotShown(t("auth.passkey.not_shown"));
}

const named = ({ id, type }: PublicKeyCredential) => ({ id, rawId: id, type });

const described = (list: Described[]): PublicKeyCredentialDescriptor[] =>
  list.map(({ type, id }) => ({ type, id: bytes(id) }));

/** Base64url, as servers and browsers write bytes in JSON. */
function text(data: ArrayBuffer): string {
  const letters = String.fromCharCode(...new Uint8Array(data));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytes(from: string): ArrayBuffer {
  const letters = atob(from.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0)).buffer;
}
