/** The way in by a passkey: a button, and where the browser can, a suggestion in the field for the address. */
import { Fingerprint } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import type { useAttempt } from "./parts";
import { passkeyPlace } from "./passkeyPlace";

/** Challenges are good for five minutes; what waits in the field is renewed before. */
const RENEW = 240_000;

const ceremony = () => import("./passkey");

/**
 * `onDone` gets for how many milliseconds the session lasts. `suggest`: also in a field with `autocomplete="webauthn"`.
 * Nothing where passkeys can't be used.
 */
export function PasskeyButton({
  by,
  onDone,
  suggest,
}: {
  by: ReturnType<typeof useAttempt>;
  onDone: (expires: number) => unknown;
  suggest?: boolean;
}) {
  const possible = passkeyPlace() === "good";
  const latest = useRef({ by, onDone });
  latest.current = { by, onDone };
  const waiting = useRef<AbortController>(undefined);

  // one at a time: what waits in the field makes way for the button
  const wait = useRef(() => {
    const mine = new AbortController();
    waiting.current?.abort();
    waiting.current = mine;
    const renewal = setTimeout(() => mine.signal.aborted || wait.current(), RENEW);
    mine.signal.addEventListener("abort", () => clearTimeout(renewal));
    void (async () => {
      const { canSuggest, signInWithPasskey } = await ceremony();
      if (mine.signal.aborted || !(await canSuggest())) return;
      const expires = await signInWithPasskey(mine.signal, true).catch((error) => {
        // nobody asked for this yet: only a passkey that was taken and refused is worth a word
        if (mine.signal.aborted || !(error instanceof Error) || error.message !== t("auth.passkey.unknown"))
          return null;
        latest.current.by.setFailure(error.message);
        wait.current();
        return null;
      });
      if (expires !== null) await latest.current.onDone(expires);
    })();
  });

  useEffect(() => {
    if (!possible || !suggest) return;
    wait.current();
    return () => waiting.current?.abort();
  }, [possible, suggest]);

  if (!possible) return null;
  return (
    <Button
      icon={<Fingerprint size={16} />}
      isDisabled={by.waiting || by.pending}
      className="min-h-10 pointer-coarse:min-h-11"
      onPress={() =>
        void by.attempt(async () => {
          waiting.current?.abort();
          try {
            const { signInWithPasskey } = await ceremony();
            await onDone(await signInWithPasskey());
          } catch (error) {
            if (suggest) wait.current();
            throw error;
          }
        })
      }
    >
      {t("auth.passkey.action")}
    </Button>
  );
}
