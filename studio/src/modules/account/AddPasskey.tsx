/** Making a passkey: the password, a name to know it by, and then the browser asks. */
import { useState } from "react";
import { t } from "~/i18n/words/account";
import { TextField } from "~/kit/textFields";
import { ByPassword } from "./ByPassword";
import { deviceName } from "./device";

export function AddPasskey({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState(() => deviceName(navigator.userAgent) ?? t("account.passkeys.default"));
  return (
    <ByPassword
      action={t("account.passkeys.make")}
      before={<p className="text-fg-2">{t("account.passkeys.make.text")}</p>}
      onSubmit={async (password) => {
        const { makePasskey } = await import("~/modules/auth/passkey");
        await makePasskey(password, name);
        onDone();
      }}
    >
      <TextField
        label={t("account.passkeys.name")}
        note={t("account.passkeys.name.note")}
        isRequired
        maxLength={100}
        value={name}
        onChange={setName}
      />
    </ByPassword>
  );
}
