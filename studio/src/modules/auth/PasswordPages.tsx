/** A new password by mail: asking for the link, following it; and accepting an invitation, which is the same. */
import { useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { request } from "~/api/client";
import { t } from "~/i18n/i18n";
import { NewPasswordField } from "~/kit/NewPasswordField";
import { AuthLayout } from "./AuthLayout";
import { AuthForm, EmailField, Success, TextLink, useAttempt } from "./parts";

const backToLogin = () => <TextLink href="/login">{t("auth.to_login")}</TextLink>;

export function ResetPage() {
  const { token } = useSearch({ from: "/reset-password" });
  return token ? <Choose kind="reset" token={token} /> : <AskForLink />;
}

export function InvitePage() {
  const { token } = useSearch({ from: "/accept-invite" });
  if (!token) {
    return <AuthLayout title={t("auth.invite.title")} text={t("auth.link.missing")} footer={backToLogin()} />;
  }
  return <Choose kind="invite" token={token} />;
}

function AskForLink() {
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const by = useAttempt();
  return (
    <AuthLayout title={t("auth.forgot.title")} text={sent ? null : t("auth.forgot.text")} footer={backToLogin()}>
      {sent ? (
        <Success>{t("auth.forgot.sent", { email })}</Success>
      ) : (
        <AuthForm
          by={by}
          action={t("auth.forgot.action")}
          onSubmit={async () => {
            await request("POST", "/auth/password/request", { body: { email }, anonymous: true });
            setSent(true);
          }}
        >
          <EmailField autoFocus value={email} onChange={setEmail} />
        </AuthForm>
      )}
    </AuthLayout>
  );
}

function Choose({ kind, token }: { kind: "reset" | "invite"; token: string }) {
  const router = useRouter();
  const [password, setPassword] = useState("");
  const dead = t("auth.link.dead");
  const by = useAttempt({ INVALID_TOKEN: dead, TOKEN_EXPIRED: dead, FORBIDDEN: dead, INVALID_INVITE: dead });
  return (
    <AuthLayout title={t(`auth.${kind}.title`)} text={t(`auth.${kind}.text`)} footer={backToLogin()}>
      <AuthForm
        by={by}
        action={t(`auth.${kind}.action`)}
        onSubmit={async () => {
          const path = kind === "reset" ? "/auth/password/reset" : "/users/invite/accept";
          await request("POST", path, { body: { token, password }, anonymous: true });
          await router.navigate({ to: "/login", search: { done: kind }, replace: true });
        }}
      >
        <NewPasswordField
          label={t("auth.password.new")}
          name="password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
        />
      </AuthForm>
    </AuthLayout>
  );
}
