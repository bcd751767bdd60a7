/** Who mails come from, and by which server they go; a test mail shows whether that works. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { NumberField, PasswordField, Select, Switch, TextField } from "~/kit/fields";
import { pocketbase } from "~/modules/develop/pocketbase";
import { fixedQuery, saveServer, serverQuery } from "./data";
import { DocumentPage, type Draft, Part, useAttempt } from "./document";
import { FixedField } from "./FixedField";

export function MailPage() {
  const fixed = useQuery(fixedQuery).data;
  return (
    <DocumentPage title={t("settings.room.mail")} query={serverQuery} save={saveServer}>
      {(draft) => (
        <>
          <Part title={t("settings.mail.sender")}>
            <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
              <Text draft={draft} path="meta.senderName" />
              <Text draft={draft} path="meta.senderAddress" />
            </div>
            <FixedField name="public_url" note={t("settings.fixed.public_url.note")} />
            <Text
              draft={draft}
              path="meta.appURL"
              note={t(`settings.mail.meta.appURL.note.${fixed?.public_url ? "records" : "all"}`)}
            />
          </Part>
          <Part title={t("settings.mail.server")} note={t("settings.mail.server.note")}>
            <Switch isSelected={draft.get<boolean>("smtp.enabled")} onChange={(on) => draft.set("smtp.enabled", on)}>
              {t("settings.mail.server.switch")}
            </Switch>
            {draft.get<boolean>("smtp.enabled") && (
              <>
                <div className="grid grid-cols-[1fr_8rem] gap-4">
                  <Text draft={draft} path="smtp.host" />
                  <NumberField
                    label={t("settings.mail.smtp.port")}
                    minValue={0}
                    maxValue={65535}
                    formatOptions={{ useGrouping: false }}
                    value={draft.get<number>("smtp.port")}
                    onChange={(port) => draft.set("smtp.port", Number.isNaN(port) ? 0 : port)}
                    error={draft.error("smtp.port")}
                  />
                </div>
                <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
                  <Text draft={draft} path="smtp.username" />
                  <PasswordField
                    label={t("settings.mail.smtp.password")}
                    note={t("settings.secret.note")}
                    autoComplete="off"
                    value={draft.get<string | undefined>("smtp.password") ?? ""}
                    onChange={(text) => draft.set("smtp.password", text || undefined)}
                    error={draft.error("smtp.password")}
                  />
                  <Select
                    label={t("settings.mail.smtp.tls")}
                    choices={[
                      { id: "auto", text: t("settings.mail.tls.auto") },
                      { id: "always", text: t("settings.mail.tls.always") },
                    ]}
                    value={draft.get<boolean>("smtp.tls") ? "always" : "auto"}
                    onChange={(id) => draft.set("smtp.tls", id === "always")}
                  />
                  <Select
                    label={t("settings.mail.smtp.authMethod")}
                    choices={[
                      { id: "PLAIN", text: "PLAIN" },
                      { id: "LOGIN", text: "LOGIN" },
                    ]}
                    value={draft.get<string>("smtp.authMethod") || "PLAIN"}
                    onChange={(id) => draft.set("smtp.authMethod", id)}
                  />
                </div>
              </>
            )}
          </Part>
          <Test draft={draft} />
        </>
      )}
    </DocumentPage>
  );
}

function Text({ draft, path, note }: { draft: Draft; path: string; note?: string }) {
  return (
    <TextField
      label={t(`settings.mail.${path}`)}
      note={note}
      value={draft.get<string>(path) ?? ""}
      onChange={(text) => draft.set(path, text)}
      error={draft.error(path)}
    />
  );
}

function Test({ draft }: { draft: Draft }) {
  const me = useMe();
  const [to, setTo] = useState(me.email ?? "");
  const { result, pending, run } = useAttempt(
    draft,
    () => pocketbase("POST", "/api/settings/test/email", { body: { email: to, template: "verification" } }),
    t("settings.mail.test.sent", { to }),
  );
  return (
    <Part title={t("settings.mail.test")}>
      <div className="flex items-end gap-3">
        <TextField label={t("settings.mail.test.to")} type="email" value={to} onChange={setTo} className="flex-1" />
        <Button isPending={pending} isDisabled={!to} onPress={() => void run()}>
          {t("settings.mail.test.action")}
        </Button>
      </div>
      <div role="status">{result && <Notice tone={result.tone}>{result.text}</Notice>}</div>
    </Part>
  );
}
