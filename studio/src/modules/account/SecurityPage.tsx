/** How one proves who one is: the password, and a second factor. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { patch, request } from "~/api/client";
import { session } from "~/api/session";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { Badge, Notice } from "~/kit/bits";
import { Dialog } from "~/kit/Dialog";
import { NewPasswordField } from "~/kit/NewPasswordField";
import { toast, toastError } from "~/kit/Toast";
import { TextField } from "~/kit/textFields";
import { AuthForm, useAttempt } from "~/modules/auth/parts";
import { passkeyPlace } from "~/modules/auth/passkeyPlace";
import { type Account, useMayChange } from "./account";
import { Passkeys } from "./Passkeys";
import { AccountSection, Matter } from "./Section";
import { Sessions } from "./Sessions";
import { TfaSetup } from "./TfaSetup";

export function SecurityPage() {
  return (
    <AccountSection title={t("account.security")}>
      {(account) => (
        <>
          <Password account={account} />
          <SecondFactor account={account} />
          {account.provider && account.provider !== "default" ? null : <OwnPasskeys />}
          <Matter title={t("account.sessions")} text={t("account.sessions.text")}>
            <Sessions />
          </Matter>
        </>
      )}
    </AccountSection>
  );
}

function OwnPasskeys() {
  const may = useMayChange();
  if (passkeyPlace() === "off") return null;
  return (
    <Matter title={t("account.passkeys")} text={t("account.passkeys.text")}>
      <Passkeys mayAdd={may("tfa_secret")} />
    </Matter>
  );
}

function Password({ account }: { account: Account }) {
  const may = useMayChange();
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: async () => {
      await patch("/users/me", { password });
      // a new password ends all sessions, this one too
      const body = { email: account.email, password, mode: "session" };
      const again = request<{ expires: number }>("POST", "/auth/login", { body, anonymous: true });
      await again.then(({ expires }) => session.lasts(expires)).catch(() => undefined); // else the page asks for it
    },
    onSuccess: () => {
      setPassword("");
      toast({ kind: "success", text: t("account.password.changed") });
    },
    onError: (error) => toastError(error, t("account.not_saved")),
  });
  const foreign = account.provider && account.provider !== "default";
  return (
    <Matter
      title={t("app.password")}
      text={foreign ? t("account.password.foreign", { name: account.provider ?? "" }) : undefined}
    >
      {foreign ? null : may("password") ? (
        <Form
          className="flex w-full max-w-sm flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate();
          }}
        >
          <NewPasswordField label={t("account.password.new")} name="password" value={password} onChange={setPassword} />
          <div>
            <Button type="submit" isDisabled={!password} isPending={change.isPending}>
              {t("account.password.change")}
            </Button>
          </div>
        </Form>
      ) : (
        <Notice>{t("account.readonly")}</Notice>
      )}
    </Matter>
  );
}

function SecondFactor({ account }: { account: Account }) {
  const may = useMayChange();
  const client = useQueryClient();
  const [open, setOpen] = useState<"on" | "off" | null>(null);
  const on = Boolean(account.tfa_secret);
  const done = () => {
    setOpen(null);
    void client.invalidateQueries({ queryKey: ["me"] });
  };
  return (
    <Matter title={t("account.tfa")} text={t("account.tfa.text")}>
      <div className="flex flex-wrap items-center gap-3">
        <Badge tone={on ? "success" : "neutral"} dot>
          {t(on ? "account.tfa.is_on" : "account.tfa.is_off")}
        </Badge>
        {may("tfa_secret") && (
          <Button onPress={() => setOpen(on ? "off" : "on")}>
            {t(on ? "account.tfa.turn_off" : "account.tfa.set_up")}
          </Button>
        )}
      </div>
      {!may("tfa_secret") && <Notice>{t("account.readonly")}</Notice>}
      <Dialog isOpen={open === "on"} onClose={() => setOpen(null)} title={t("account.tfa.set_up")} size="small">
        <div className="pb-4">
          <TfaSetup provider={account.provider} onDone={done} />
        </div>
      </Dialog>
      <Dialog isOpen={open === "off"} onClose={() => setOpen(null)} title={t("account.tfa.turn_off")} size="small">
        <div className="pb-4">
          <TurnOff onDone={done} />
        </div>
      </Dialog>
    </Matter>
  );
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const [code, setCode] = useState("");
  const wrong = t("app.error.INVALID_OTP");
  const by = useAttempt({ INVALID_PAYLOAD: wrong, INVALID_OTP: wrong });
  return (
    <AuthForm
      by={by}
      action={t("account.tfa.turn_off")}
      onSubmit={async () => {
        await request("POST", "/users/me/tfa/disable", { body: { otp: code.replace(/\s/g, "") }, anonymous: true });
        onDone();
      }}
    >
      <TextField
        label={t("app.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        isRequired
        maxLength={12}
        value={code}
        onChange={setCode}
      />
    </AuthForm>
  );
}
