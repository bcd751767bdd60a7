/** A new account by oneself, where the project allows it. */
import { useState } from "react";
import { request } from "~/api/client";
import { boot } from "~/boot";
import { t } from "~/i18n/i18n";
import { NewPasswordField } from "~/kit/NewPasswordField";
import { TextField } from "~/kit/textFields";
import { AuthLayout } from "./AuthLayout";
import { AuthForm, EmailField, Success, TextLink, useAttempt } from "./parts";

export function RegisterPage() {
  const [values, setValues] = useState({ first_name: "", last_name: "", email: "", password: "" });
  const [sent, setSent] = useState(false);
  const by = useAttempt({ FORBIDDEN: t("auth.register.forbidden") });
  const set = (name: keyof typeof values) => (value: string) => setValues((before) => ({ ...before, [name]: value }));
  const footer = (
    <>
      {t("auth.login.ask")} <TextLink href="/login">{t("auth.login.action")}</TextLink>
    </>
  );
  const title = t("auth.register.title", { name: boot.branding.name });
  if (!boot.registration) return <AuthLayout title={title} text={t("auth.register.forbidden")} footer={footer} />;
  if (sent) {
    return (
      <AuthLayout title={title} footer={footer}>
        <Success>{t("auth.register.sent", { email: values.email })}</Success>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={title} footer={footer}>
      <AuthForm
        by={by}
        action={t("auth.register.action")}
        onSubmit={async () => {
          const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim()));
          await request("POST", "/users/register", { body, anonymous: true });
          setSent(true);
        }}
      >
        <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
          <TextField
            label={t("auth.first_name")}
            autoComplete="given-name"
            autoFocus
            value={values.first_name}
            onChange={set("first_name")}
          />
          <TextField
            label={t("auth.last_name")}
            autoComplete="family-name"
            value={values.last_name}
            onChange={set("last_name")}
          />
        </div>
        <EmailField value={values.email} onChange={set("email")} />
        <NewPasswordField
          label={t("app.password")}
          name="password"
          isRequired
          value={values.password}
          onChange={set("password")}
        />
      </AuthForm>
    </AuthLayout>
  );
}
