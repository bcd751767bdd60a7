/** For those who may do nothing before they have shown a second factor: a passkey, or a new one of either kind. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { KeyRound, Smartphone } from "lucide-react";
import { useState } from "react";
import { request } from "~/api/client";
import { queryClient, useMe } from "~/api/queries";
import { session } from "~/api/session";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { Failed, Loading } from "~/kit/states";
import { AddPasskey } from "~/modules/account/AddPasskey";
import { TfaSetup } from "~/modules/account/TfaSetup";
import { logOut } from "~/shell/person";
import { AuthLayout } from "./AuthLayout";
import { PasskeyButton } from "./PasskeyButton";
import { Failure, useAttempt } from "./parts";
import type { Passkey } from "./passkey";
import { passkeyPlace } from "./passkeyPlace";

export function SecurePage() {
  const router = useRouter();
  const me = useMe();
  const leaving = useAttempt();
  const showing = useAttempt();
  const [by, setBy] = useState<"app" | "passkey">("app");
  const held = useQuery({
    queryKey: ["passkeys", "me"],
    queryFn: ({ signal }) => request<Passkey[]>("GET", "/users/me/passkeys", { anonymous: true, signal }),
  });
  const place = passkeyPlace();
  const done = () => {
    queryClient.clear();
    void router.navigate({ to: "/home" });
  };
  // who has one shows it: the password alone is not enough to set up another
  const has = Boolean(held.data?.length);
  return (
    <AuthLayout
      title={t(has ? "auth.secure.show.title" : "auth.secure.title")}
      text={t(has ? "auth.secure.show.text" : by === "app" ? "auth.secure.text" : "auth.secure.passkey.text")}
      footer={
        <Button look="quiet" onPress={() => void leaving.attempt(logOut)}>
          {t("shell.logout")}
        </Button>
      }
    >
      {held.error ? (
        <Failed error={held.error} onRetry={() => void held.refetch()} />
      ) : !held.data ? (
        <Loading />
      ) : has ? (
        <>
          <Failure>{showing.failure}</Failure>
          <PasskeyButton
            by={showing}
            onDone={(expires) => {
              session.lasts(expires);
              done();
            }}
          />
          {place !== "good" && place !== "off" && <Notice>{t(`account.passkeys.place.${place}`)}</Notice>}
        </>
      ) : (
        <>
          {by === "app" ? <TfaSetup provider={me.provider} onDone={done} /> : <AddPasskey onDone={done} />}
          {place === "good" && (
            <Button
              look="quiet"
              icon={by === "app" ? <KeyRound size={16} /> : <Smartphone size={16} />}
              onPress={() => setBy(by === "app" ? "passkey" : "app")}
            >
              {t(by === "app" ? "auth.secure.by_passkey" : "auth.secure.by_app")}
            </Button>
          )}
        </>
      )}
    </AuthLayout>
  );
}
