/** Log-in with e-mail and password, or by an identity provider; the code of a second factor where there is one. */
import { useRouter, useSearch } from "@tanstack/react-router";
import { ArrowLeft, KeyRound } from "lucide-react";
import { useState } from "react";
import { url } from "~/api/address";
import { request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { queryClient } from "~/api/queries";
import { session } from "~/api/session";
import { boot } from "~/boot";
import { hasMessage, t } from "~/i18n/i18n";
import { Button, ButtonLink } from "~/kit/Button";
import { PasswordField, TextField } from "~/kit/textFields";
import { AuthLayout } from "./AuthLayout";
import { inside } from "./inside";
import { PasskeyButton } from "./PasskeyButton";
import { AuthForm, EmailField, Failure, Success, TextLink, useAttempt } from "./parts";
import { passkeyPlace } from "./passkeyPlace";

type Provider = (typeof boot.providers)[number];

/** Those that ask for a password themselves, here. */
const byPassword = ({ driver }: Provider) => driver === "ldap";

export function LoginPage() {
  const router = useRouter();
  const { to, reason, done } = useSearch({ from: "/login" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [directory, setDirectory] = useState<Provider | null>(
    boot.disableDefault ? (boot.providers.find(byPassword) ?? null) : null,
  );
  /** What waits for the code of an authenticator app. */
  const [step, setStep] = useState<"password" | "code">("password");
  const by = useAttempt();

  async function logIn() {
    try {
      const path = directory ? `/auth/login/${directory.name}` : "/auth/login";
      const body = {
        [directory ? "identifier" : "email"]: email,
        password,
        mode: "session",
        ...(step === "code" ? { otp: code.replace(/\s/g, "") } : {}),
      };
      const { expires } = await request<{ expires: number }>("POST", path, { body, anonymous: true });
      session.lasts(expires);
    } catch (error) {
      if (error instanceof ApiError && error.code === "INVALID_OTP" && step === "password") return setStep("code");
      throw error;
    }
    goOn();
  }

  function goOn() {
    queryClient.clear();
    router.history.push(router.buildLocation({ to: inside(to) }).href);
  }

  if (step === "code") {
    return (
      <AuthLayout title={t("auth.code.title")} text={t("auth.code.text")}>
        <AuthForm by={by} action={t("auth.login.action")} onSubmit={logIn}>
          <TextField
            key="code"
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
        <Button
          look="quiet"
          icon={<ArrowLeft size={16} className="rtl:-scale-x-100" />}
          onPress={() => {
            setStep("password");
            setCode("");
            by.setFailure(null);
          }}
        >
          {t("auth.back")}
        </Button>
      </AuthLayout>
    );
  }

  const others = boot.providers.filter((one) => one !== directory);
  const withForm = !boot.disableDefault || directory !== null;
  const withPasskey = passkeyPlace() === "good";
  const refused = reason && by.failure === null ? t(reasonId(reason)) : null;
  return (
    <AuthLayout
      title={t("auth.login.title", { name: boot.branding.name })}
      footer={
        boot.registration && (
          <>
            {t("auth.register.ask")} <TextLink href="/register">{t("auth.register.action")}</TextLink>
          </>
        )
      }
    >
      {done && !refused && hasMessage(`auth.done.${done}`) && <Success>{t(`auth.done.${done}`)}</Success>}
      <Failure>{refused}</Failure>
      {withForm && (
        <AuthForm by={by} action={t("auth.login.action")} onSubmit={logIn}>
          {directory ? (
            <TextField
              label={t("auth.directory.user", { name: directory.label ?? directory.name })}
              name="identifier"
              autoComplete="username"
              autoFocus
              isRequired
              value={email}
              onChange={setEmail}
            />
          ) : (
            <EmailField autoFocus autoComplete="username webauthn" value={email} onChange={setEmail} />
          )}
          <div className="flex flex-col gap-1.5">
            <PasswordField
              label={t("app.password")}
              name="password"
              autoComplete="current-password"
              isRequired
              value={password}
              onChange={setPassword}
            />
            {!directory && (
              <div className="text-dense">
                <TextLink href="/reset-password">{t("auth.forgot")}</TextLink>
              </div>
            )}
          </div>
        </AuthForm>
      )}
      {(withPasskey || others.length > 0 || (directory && !boot.disableDefault)) && (
        <>
          {withForm && (
            <div className="flex items-center gap-3 text-caption text-fg-3">
              <span className="h-px flex-1 bg-line" /> {t("auth.or")} <span className="h-px flex-1 bg-line" />
            </div>
          )}
          <div className="flex flex-col gap-2">
            <PasskeyButton
              by={by}
              suggest={!directory}
              onDone={(expires) => {
                session.lasts(expires);
                goOn();
              }}
            />
            {directory && !boot.disableDefault && (
              <Button onPress={() => setDirectory(null)}>{t("auth.with_email")}</Button>
            )}
            {others.map((one) =>
              byPassword(one) ? (
                <Button key={one.name} icon={<KeyRound size={16} />} onPress={() => setDirectory(one)}>
                  {t("auth.with", { name: one.label ?? one.name })}
                </Button>
              ) : (
                <ButtonLink key={one.name} icon={<KeyRound size={16} />} href={away(one, to)}>
                  {t("auth.with", { name: one.label ?? one.name })}
                </ButtonLink>
              ),
            )}
          </div>
        </>
      )}
    </AuthLayout>
  );
}

/** Where the way to a provider begins; it leads back to this page, which goes on. */
function away(provider: Provider, to: string | undefined): string {
  const back = new URL("login", document.baseURI);
  if (to) back.searchParams.set("to", to);
  const redirect = back.origin === window.location.origin ? `${back.pathname}${back.search}` : back.href;
  return new URL(url(`/auth/login/${encodeURIComponent(provider.name)}`, { redirect }), window.location.href).href;
}

const REASONS = new Set(["INVALID_CREDENTIALS", "INVALID_OTP", "USER_SUSPENDED", "SERVICE_UNAVAILABLE"]);
const reasonId = (reason: string): string => `auth.reason.${REASONS.has(reason) ? reason : "UNKNOWN"}`;
