/** A form for what a session alone does not allow: it asks for the password of who is signed in. */
import { type ReactNode, useState } from "react";
import { t } from "~/i18n/words/account";
import { PasswordField } from "~/kit/textFields";
import { AuthForm, useAttempt } from "~/modules/auth/parts";

/** `before` and `children` stand around the field; `hasPassword`: people of identity providers have none here. */
export function ByPassword({
  action,
  before,
  hasPassword = true,
  onSubmit,
  children,
}: {
  action: string;
  before?: ReactNode;
  hasPassword?: boolean;
  onSubmit: (password: string) => Promise<void>;
  children?: ReactNode;
}) {
  const [password, setPassword] = useState("");
  const by = useAttempt({ INVALID_CREDENTIALS: t("account.password.wrong") });
  return (
    <AuthForm by={by} action={action} onSubmit={() => onSubmit(password)}>
      {before}
      {hasPassword && (
        <PasswordField
          label={t("account.password.current")}
          autoComplete="current-password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
        />
      )}
      {children}
    </AuthForm>
  );
}
