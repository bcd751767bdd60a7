/** Where the mails of record collections lead (PocketBase wire): an address verified or changed, a new password. */
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { send } from "~/api/client";
import { ApiError } from "~/api/errors";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { NewPasswordField } from "~/kit/NewPasswordField";
import { Loading } from "~/kit/states";
import { PasswordField } from "~/kit/textFields";
import { AuthLayout } from "./AuthLayout";
import { AuthForm, Failure, Success, useAttempt } from "./parts";

const KINDS = ["verification", "password-reset", "email-change"] as const;
export type Confirmed = (typeof KINDS)[number];

export function ConfirmPage() {
  const { kind, token } = useParams({ from: "/auth/$kind/$token" });
  const found = KINDS.find((one) => `confirm-${one}` === kind);
  const collection = collectionOf(token);
  if (!found || !collection) return <AuthLayout title={t("auth.confirm.title")} text={t("auth.link.missing")} />;
  if (found === "verification") return <Verify collection={collection} token={token} />;
  return <WithPassword kind={found} collection={collection} token={token} />;
}

function Verify({ collection, token }: { collection: string; token: string }) {
  const [done, setDone] = useState(false);
  const by = useAttempt();
  const begun = useRef(false);
  const verify = () => by.attempt(() => confirm(collection, "verification", { token }).then(() => setDone(true)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void verify();
  }, []);
  return (
    <AuthLayout title={t("auth.confirm.verification.title")}>
      {done ? <Success>{t("auth.confirm.verification.done")}</Success> : by.pending && <Loading />}
      <Failure>{by.failure}</Failure>
      {by.failure && <Button onPress={() => void verify()}>{t("app.retry")}</Button>}
    </AuthLayout>
  );
}

function WithPassword({
  kind,
  collection,
  token,
}: {
  kind: "password-reset" | "email-change";
  collection: string;
  token: string;
}) {
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const by = useAttempt();
  const reset = kind === "password-reset";
  const field = { name: "password", autoFocus: true, isRequired: true, value: password, onChange: setPassword };
  return (
    <AuthLayout title={t(`auth.confirm.${kind}.title`)} text={done ? null : t(`auth.confirm.${kind}.text`)}>
      {done ? (
        <Success>{t(`auth.confirm.${kind}.done`)}</Success>
      ) : (
        <AuthForm
          by={by}
          action={t(`auth.confirm.${kind}.action`)}
          onSubmit={async () => {
            const body = { token, password, ...(reset ? { passwordConfirm: password } : {}) };
            await confirm(collection, kind, body);
            setDone(true);
          }}
        >
          {reset ? (
            <NewPasswordField label={t("auth.password.new")} {...field} />
          ) : (
            <PasswordField label={t("app.password")} autoComplete="current-password" {...field} />
          )}
        </AuthForm>
      )}
    </AuthLayout>
  );
}

/** The collection that a token of this wire is about; it stands in it for everybody to read. */
function collectionOf(token: string): string | undefined {
  try {
    const text = atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const id = (JSON.parse(text) as { collectionId?: unknown }).collectionId;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Ask the PocketBase wire, whose errors have their own form. Throws ApiError. */
async function confirm(collection: string, kind: Confirmed, body: Record<string, string>): Promise<void> {
  const path = `/api/collections/${encodeURIComponent(collection)}/confirm-${kind}`;
  const response = await send("POST", path, { body, anonymous: true });
  if (response.ok) return;
  const said = (await response.json().catch(() => ({}))) as {
    message?: string;
    data?: Record<string, { message?: string }>;
  };
  const code = response.status === 429 ? "REQUESTS_EXCEEDED" : "UNKNOWN";
  const message = said.data?.token ? t("auth.link.dead") : said.data?.password?.message;
  throw new ApiError(response.status, [{ message: message ?? said.message ?? "", code, extensions: {} }]);
}

export function OAuthEndPage(): ReactNode {
  const { kind } = useParams({ from: "/auth/$kind" });
  const good = kind === "oauth2-redirect-success";
  const known = good || kind === "oauth2-redirect-failure";
  return (
    <AuthLayout
      title={t(good ? "auth.oauth.success" : "auth.oauth.failure")}
      text={t(!known ? "auth.link.missing" : good ? "auth.oauth.success.text" : "auth.oauth.failure.text")}
    />
  );
}
