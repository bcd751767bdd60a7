/** The first page of a new project: its admin, its name, what to begin with. */
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { meQuery, queryClient } from "~/api/queries";
import { session } from "~/api/session";
import { boot } from "~/boot";
import { hasMessage, t } from "~/i18n/i18n";
import { CopyButton } from "~/kit/CopyButton";
import { RadioGroup, TextField } from "~/kit/fields";
import { NewPasswordField } from "~/kit/NewPasswordField";
import { setProjectTitle } from "~/kit/title";
import { AuthLayout } from "./AuthLayout";
import { AuthForm, TextLink, useAttempt } from "./parts";
import { setupToken } from "./setupToken";

const NOTHING = "none";
const COMMAND = "satchel superuser link";

export function SetupPage() {
  const token = setupToken();
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState(t("auth.setup.project.default"));
  const [sample, setSample] = useState(boot.samples[0] ?? NOTHING);
  const [dead, setDead] = useState(!token);
  const by = useAttempt();

  async function create() {
    try {
      const body = { token, email, password, project_name: name.trim(), sample };
      await request("POST", "/server/setup", { body, anonymous: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) return setDead(true);
      if (error.status === 403) return finish();
      throw error;
    }
    const body = { email, password, mode: "session" };
    const { expires } = await request<{ expires: number }>("POST", "/auth/login", { body, anonymous: true });
    session.lasts(expires);
    boot.branding.name = name.trim() || boot.branding.name;
    setProjectTitle(boot.branding.name);
    await queryClient.ensureQueryData(meQuery);
    await finish();
  }

  async function finish() {
    boot.setupRequired = false;
    await router.navigate({ to: "/home", replace: true });
  }

  if (dead) {
    return (
      <AuthLayout title={t("auth.setup.title")} text={t(token ? "auth.setup.dead" : "auth.setup.no_token")}>
        <div className="flex flex-col gap-1.5">
          <p>{t("auth.setup.new_link")}</p>
          <div className="flex items-center gap-1">
            <code className="flex-1 rounded-control bg-sunken px-3 py-2 font-mono text-[13px]">{COMMAND}</code>
            <CopyButton text={COMMAND} />
          </div>
        </div>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      wide
      title={t("auth.setup.title")}
      text={t("auth.setup.text")}
      footer={
        <>
          {t("auth.setup.done.ask")} <TextLink href="/login">{t("auth.login.action")}</TextLink>
        </>
      }
    >
      <AuthForm by={by} action={t("auth.setup.action")} onSubmit={create}>
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
        <NewPasswordField
          label={t("app.password")}
          name="password"
          isRequired
          value={password}
          onChange={setPassword}
        />
        <TextField label={t("auth.setup.project")} isRequired maxLength={100} value={name} onChange={setName} />
        {boot.samples.length > 0 && (
          <RadioGroup
            label={t("auth.setup.start")}
            value={sample}
            onChange={setSample}
            choices={[...boot.samples, NOTHING].map((id) => ({
              id,
              text: hasMessage(`auth.setup.start.${id}`) ? t(`auth.setup.start.${id}`) : id,
              note: hasMessage(`auth.setup.start.${id}.note`) ? t(`auth.setup.start.${id}.note`) : undefined,
            }))}
          />
        )}
        <Database />
      </AuthForm>
    </AuthLayout>
  );
}

function Database() {
  const command = "satchel serve postgresql://user:password@host/database";
  return (
    <Disclosure>
      <Heading level={2}>
        <AriaButton
          slot="trigger"
          className="rounded-sm text-dense font-medium text-accent underline-offset-2 data-[hovered]:underline"
        >
          {t("auth.setup.database")}
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        <p className="pt-2 text-dense text-fg-2">{t("auth.setup.database.text")}</p>
        <div className="mt-1.5 flex items-center gap-1">
          <code className="min-w-0 flex-1 rounded-control bg-sunken px-3 py-2 font-mono text-[12.5px] break-all">
            {command}
          </code>
          <CopyButton text={command} />
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}
