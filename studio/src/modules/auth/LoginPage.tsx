/** Log-in with e-mail and password. */
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Form } from "react-aria-components";
import { request } from "~/api/client";
import { errorText } from "~/api/errors";
import { queryClient } from "~/api/queries";
import { boot } from "~/boot";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { PasswordField, TextField } from "~/kit/fields";

export function LoginPage() {
  const router = useRouter();
  const navigate = useNavigate();
  const { to } = useSearch({ from: "/login" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  async function submit() {
    setPending(true);
    setFailure(null);
    try {
      await request("POST", "/auth/login", { body: { email, password, mode: "session" }, anonymous: true });
      queryClient.clear();
      await router.invalidate();
      if (to) router.history.push(to);
      else await navigate({ to: "/home" });
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setPending(false);
    }
  }

  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <Form
        className="flex w-full max-w-sm flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1 className="text-page font-semibold">{t("auth.login.title", { name: boot.branding.name })}</h1>
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <TextField
          label={t("app.email")}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          isRequired
          value={email}
          onChange={setEmail}
        />
        <PasswordField
          label={t("app.password")}
          name="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" look="primary" isPending={pending}>
          {t("auth.login.action")}
        </Button>
      </Form>
    </main>
  );
}
