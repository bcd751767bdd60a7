/** Setting up a second factor: the password, the picture for the authenticator app, its first code. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "~/api/client";
import { t } from "~/i18n/words/account";
import { CopyButton } from "~/kit/CopyButton";
import { Skeleton } from "~/kit/states";
import { TextField } from "~/kit/textFields";
import { AuthForm, useAttempt } from "~/modules/auth/parts";
import { ByPassword } from "./ByPassword";

interface Generated {
  secret: string;
  otpauth_url: string;
}

/** `provider`: where the person's password is; those of identity providers have none here. */
export function TfaSetup({ provider, onDone }: { provider?: string; onDone: () => void }) {
  const [made, setMade] = useState<Generated | null>(null);
  const [code, setCode] = useState("");
  const enabling = useAttempt({ INVALID_PAYLOAD: t("app.error.INVALID_OTP") });
  const hasPassword = !provider || provider === "default";

  if (!made) {
    return (
      <ByPassword
        action={t("account.tfa.begin")}
        hasPassword={hasPassword}
        onSubmit={async (password) => {
          const body = hasPassword ? { password } : {};
          setMade(await request<Generated>("POST", "/users/me/tfa/generate", { body, anonymous: true }));
        }}
      />
    );
  }
  return (
    <AuthForm
      by={enabling}
      action={t("account.tfa.enable")}
      onSubmit={async () => {
        const body = { secret: made.secret, otp: code.replace(/\s/g, "") };
        await request("POST", "/users/me/tfa/enable", { body, anonymous: true });
        onDone();
      }}
    >
      <p>{t("account.tfa.scan")}</p>
      <QrCode text={made.otpauth_url} />
      <div className="text-dense text-fg-2">
        {t("account.tfa.by_hand")}
        <div className="mt-1 flex items-center gap-1">
          <code className="min-w-0 flex-1 rounded-control bg-sunken px-2 py-1.5 font-mono text-[13px] break-all text-fg">
            {made.secret.match(/.{1,4}/g)?.join(" ")}
          </code>
          <CopyButton text={made.secret} />
        </div>
      </div>
      <TextField
        label={t("account.tfa.code")}
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

function QrCode({ text }: { text: string }) {
  const { data } = useQuery({
    queryKey: ["qr", text],
    queryFn: async () => (await import("qr")).default(text, "raw"),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (!data) return <Skeleton className="mx-auto size-48" />;
  const size = data.length;
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      role="img"
      aria-label={t("account.tfa.qr")}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="mx-auto size-48 rounded-control"
    >
      {/* scanners want dark on light, whatever the theme */}
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
