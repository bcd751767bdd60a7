/** For those who may do nothing before they have set up a second factor. */
import { useRouter } from "@tanstack/react-router";
import { queryClient, useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { TfaSetup } from "~/modules/account/TfaSetup";
import { logOut } from "~/shell/person";
import { AuthLayout } from "./AuthLayout";
import { useAttempt } from "./parts";

export function SecurePage() {
  const router = useRouter();
  const me = useMe();
  const leaving = useAttempt();
  return (
    <AuthLayout
      title={t("auth.secure.title")}
      text={t("auth.secure.text")}
      footer={
        <Button look="quiet" onPress={() => void leaving.attempt(logOut)}>
          {t("shell.logout")}
        </Button>
      }
    >
      <TfaSetup
        provider={me.provider}
        onDone={() => {
          queryClient.clear();
          void router.navigate({ to: "/home" });
        }}
      />
    </AuthLayout>
  );
}
