/** A project that begins with a backup of another installation. */
import { FileArchive } from "lucide-react";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { request } from "~/api/client";
import { formatBytes } from "~/i18n/format";
import { t } from "~/i18n/words/setup";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { AuthForm, useAttempt } from "~/modules/auth/parts";
import { setupToken } from "~/modules/auth/setupToken";
import { leaveFor } from "~/shell/person";
import { untilSetUp } from "./waiting";

export function RestorePanel({ onDead }: { onDead: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const by = useAttempt({
    FORBIDDEN: t("setup.dead"),
    CONTENT_TOO_LARGE: t("setup.restore.too_large"),
    UNPROCESSABLE_CONTENT: t("setup.restore.wrong"),
  });
  async function restore() {
    if (!file) throw new Error(t("setup.restore.missing"));
    const form = new FormData();
    form.append("file", file, file.name);
    await request("POST", "/studio/api/setup/restore", {
      body: form,
      headers: { "x-satchel-setup": setupToken() },
      anonymous: true,
    }).catch((error: { status?: number }) => {
      if (error.status === 403) onDead();
      throw error;
    });
    await untilSetUp();
    leaveFor("login?done=restore");
  }
  return (
    <AuthForm by={by} action={t("setup.restore.action")} onSubmit={restore}>
      <div className="flex flex-wrap items-center gap-3">
        <FileTrigger acceptedFileTypes={[".zip", "application/zip"]} onSelect={(files) => setFile(files?.[0] ?? null)}>
          <Button icon={<FileArchive size={16} aria-hidden />} isDisabled={by.pending}>
            {t("setup.restore.choose")}
          </Button>
        </FileTrigger>
        <span className="min-w-0 truncate text-dense text-fg-2">
          {file ? `${file.name} · ${formatBytes(file.size)}` : t("setup.restore.none")}
        </span>
      </div>
      <Notice>{t("setup.restore.accounts")}</Notice>
      <div role="status" className="empty:hidden text-dense text-fg-2">
        {by.pending && t("setup.restore.pending")}
      </div>
    </AuthForm>
  );
}
