/**
 * Above the page when its session has ended: the same person signs in again and the page goes on, with all that was
 * typed. Where somebody else has signed in in this browser, the page doesn't go on as theirs.
 */
import { useState } from "react";
import { Form } from "react-aria-components";
import { request } from "~/api/client";
import { ApiError, errorText } from "~/api/errors";
import { meQuery, queryClient } from "~/api/queries";
import { session } from "~/api/session";
import { boot } from "~/boot";
import { t } from "~/i18n/i18n";
import { BareDialog } from "~/kit/BareDialog";
import { Button, ButtonLink } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { PasswordField, TextField } from "~/kit/textFields";
import { PasskeyButton } from "~/modules/auth/PasskeyButton";
import { useAttempt } from "~/modules/auth/parts";
import { personName } from "./names";
import { leaveFor } from "./person";

export default function Relogin({ phase }: { phase: "ended" | "other" }) {
  return phase === "other" ? <SomebodyElse /> : <Again />;
}

function Again() {
  const me = queryClient.getQueryData(meQuery.queryKey);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const showing = useAttempt();

  async function submit() {
    setPending(true);
    setFailure(null);
    showing.setFailure(null);
    try {
      const body = { email: me?.email, password, mode: "session", ...(needsCode ? { otp: code.trim() } : {}) };
      const { expires } = await request<{ expires: number }>("POST", "/auth/login", { body, anonymous: true });
      await session.resume(expires);
    } catch (error) {
      if (error instanceof ApiError && error.code === "INVALID_OTP" && !needsCode) setNeedsCode(true);
      else setFailure(errorText(error));
    } finally {
      setPending(false);
    }
  }

  return (
    <BareDialog title={t("shell.relogin")}>
      <p className="text-fg-2">{t("shell.relogin.text")}</p>
      <Form
        className="flex flex-col gap-4 [&_[data-mark]]:hidden"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {(failure || showing.failure) && (
          <div role="alert">
            <Notice tone="danger">{failure || showing.failure}</Notice>
          </div>
        )}
        <TextField
          label={t("app.email")}
          type="email"
          name="email"
          autoComplete="username"
          isReadOnly
          value={me?.email ?? ""}
        />
        <PasswordField
          label={t("app.password")}
          name="password"
          autoComplete="current-password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
        />
        {needsCode && (
          <TextField
            label={t("app.code")}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            isRequired
            value={code}
            onChange={setCode}
          />
        )}
        <div className="flex flex-wrap items-center justify-end gap-2 pt-1">
          <ButtonLink look="quiet" href={new URL("login", document.baseURI).href} target="_blank" rel="opener">
            {t(boot.providers.length ? "shell.relogin.other_way" : "shell.relogin.other_tab")}
          </ButtonLink>
          <Button type="submit" look="primary" isPending={pending}>
            {t("shell.relogin.action")}
          </Button>
        </div>
        <PasskeyButton by={showing} onDone={(expires) => session.resume(expires)} />
      </Form>
    </BareDialog>
  );
}

function SomebodyElse() {
  const me = queryClient.getQueryData(meQuery.queryKey);
  return (
    <BareDialog title={t("shell.other")}>
      <p className="text-fg-2">{t("shell.other.text", { name: me ? personName(me) : "" })}</p>
      <div className="flex justify-end pt-1">
        <Button look="primary" autoFocus onPress={() => leaveFor("home")}>
          {t("shell.other.action")}
        </Button>
      </div>
    </BareDialog>
  );
}
