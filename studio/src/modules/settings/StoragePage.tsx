/** Where files are kept: on this machine, where the start of the program says, or in a bucket; a test writes and reads one. */
import { useQuery } from "@tanstack/react-query";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { Checkbox, PasswordField, RadioGroup, TextField } from "~/kit/fields";
import { pocketbase } from "~/modules/develop/pocketbase";
import { fixedQuery, saveServer, serverQuery } from "./data";
import { DocumentPage, type Draft, Part, useAttempt } from "./document";

export function StoragePage() {
  return (
    <DocumentPage title={t("settings.room.storage")} query={serverQuery} save={saveServer}>
      {(draft) => (
        <>
          <Part title={t("settings.storage.files")} note={t("settings.storage.files.note")}>
            <Bucket draft={draft} path="s3" test="storage" />
          </Part>
          <Part title={t("settings.storage.backups")} note={t("settings.storage.backups.note")}>
            <Bucket draft={draft} path="backups.s3" test="backups" />
          </Part>
        </>
      )}
    </DocumentPage>
  );
}

const FIELDS = ["bucket", "region", "endpoint", "accessKey"];

function Bucket({ draft, path, test }: { draft: Draft; path: string; test: "storage" | "backups" }) {
  const on = draft.get<boolean>(`${path}.enabled`);
  const { result, pending, run } = useAttempt(
    draft,
    () => pocketbase("POST", "/api/settings/test/s3", { body: { filesystem: test } }),
    t("settings.storage.test.ok"),
  );
  const given = useQuery(fixedQuery).data?.storage_url;
  const other = test === "storage" && given?.value ? given : null;
  return (
    <div className="flex flex-col gap-4">
      <RadioGroup
        aria-label={t("settings.storage.where")}
        choices={[
          other
            ? { id: "disk", text: String(other.value), note: t("settings.fixed", { by: other.by }) }
            : { id: "disk", text: t("settings.storage.disk") },
          { id: "bucket", text: t("settings.storage.bucket") },
        ]}
        value={on ? "bucket" : "disk"}
        onChange={(id) => draft.set(`${path}.enabled`, id === "bucket")}
      />
      {on && (
        <>
          <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
            {FIELDS.map((name) => (
              <TextField
                key={name}
                label={t(`settings.storage.${name === "bucket" ? "bucket.name" : name}`)}
                value={draft.get<string>(`${path}.${name}`) ?? ""}
                onChange={(text) => draft.set(`${path}.${name}`, text)}
                error={draft.error(`${path}.${name}`)}
              />
            ))}
            <PasswordField
              label={t("settings.storage.secret")}
              note={t("settings.secret.note")}
              autoComplete="off"
              value={draft.get<string | undefined>(`${path}.secret`) ?? ""}
              onChange={(text) => draft.set(`${path}.secret`, text || undefined)}
              error={draft.error(`${path}.secret`)}
            />
          </div>
          <Checkbox
            isSelected={draft.get<boolean>(`${path}.forcePathStyle`)}
            onChange={(yes) => draft.set(`${path}.forcePathStyle`, yes)}
          >
            {t("settings.storage.path_style")}
          </Checkbox>
          <div className="flex flex-wrap items-center gap-3">
            <Button isPending={pending} onPress={() => void run()}>
              {t("settings.storage.test")}
            </Button>
            <div role="status" className="min-w-0 flex-1">
              {result && <Notice tone={result.tone}>{result.text}</Notice>}
            </div>
          </div>
        </>
      )}
    </div>
  );
}
