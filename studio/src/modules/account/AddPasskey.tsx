/** Making a passkey: the password, a name to know it by, and then the browser asks. */
import { useState } from "react";
import { t } from "~/i18n/words/account";
import { PasswordField, TextField } from "~/kit/textFields";
import { AuthForm, useAttempt } from "~/modules/auth/parts";
import { deviceName } from "./device";

export function AddPasskey({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState("");
  const [name, setName] = useState(() => deviceName(navigator.userAgent) ?? t("account.passkeys.default"));
  const by = useAttempt({ INVALID_CREDENTIALS: t("account.password.wrong") });
  return (
    <AuthForm
      by={by}
      action={t("account.passkeys.make")}
      onSubmit={async () => {
        const { makePasskey } = await import("~/modules/auth/passkey");
        await makePasskey(password, name);
        onDone();
      }}
    >
      <p className="text-fg-2">{t("account.passkeys.make.text")}</p>
      <PasswordField
        label={t("account.password.current")}
        autoComplete="current-password"
        autoFocus
        isRequired
        value={password}
        onChange={setPassword}
      />
      <TextField
        label={t("account.passkeys.name")}
        note={t("account.passkeys.name.note")}
        isRequired
        maxLength={100}
        value={name}
        onChange={setName}
      />
    </AuthForm>
  );
}
