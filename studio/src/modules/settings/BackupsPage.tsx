/** Backups: made now or by the clock, kept, taken out, brought in, gone back to. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Archive, Download, Ellipsis, History, Plus, Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { url } from "~/api/address";
import { errorText } from "~/api/errors";
import { formatBytes, formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Card, Notice } from "~/kit/bits";
import { confirm, Dialog } from "~/kit/Dialog";
import { NumberField, TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { Empty, Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { pocketbase } from "~/modules/develop/pocketbase";
import { saveServer, serverQuery } from "./data";
import { DocumentPage, Part } from "./document";

interface Backup {
  key: string;
  modified: string;
  size: number;
}

const backupsQuery = {
  queryKey: ["backups"],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const backups = await pocketbase<Backup[]>("GET", "/api/backups", { signal });
    return backups.sort((a, b) => b.modified.localeCompare(a.modified));
  },
};

export function BackupsPage() {
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: ["backups"] });
  async function work(action: () => Promise<unknown>, text: string) {
    setPending(true);
    try {
      await action();
      toast({ kind: "success", text });
    } catch (error) {
      toastError(error);
    } finally {
      setPending(false);
      await refresh();
    }
  }
  function bringIn(list: FileList | null) {
    const file = list?.[0];
    if (!file) return;
    const form = new FormData();
    form.append("file", file, file.name);
    void work(
      () => pocketbase("POST", "/api/backups/upload", { body: form }),
      t("settings.backups.uploaded", { name: file.name }),
    );
  }
  return (
    <DocumentPage
      title={t("settings.room.backups")}
      query={serverQuery}
      save={saveServer}
      actions={() => (
        <>
          <FileTrigger acceptedFileTypes={["application/zip"]} onSelect={bringIn}>
            <Button icon={<Upload size={16} />} isDisabled={pending}>
              <span className="max-sm:sr-only">{t("settings.backups.upload")}</span>
            </Button>
          </FileTrigger>
          <Button
            icon={<Plus size={16} />}
            isPending={pending}
            onPress={() =>
              void work(() => pocketbase("POST", "/api/backups", { body: {} }), t("settings.backups.made"))
            }
          >
            {t("settings.backups.make")}
          </Button>
        </>
      )}
    >
      {(draft) => (
        <>
          <Part title={t("settings.backups.kept")} note={t("settings.backups.kept.note")}>
            <Backups onWork={work} />
          </Part>
          <Part title={t("settings.backups.clock")} note={t("settings.backups.clock.note")}>
            <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
              <TextField
                label={t("settings.backups.cron")}
                note={t("settings.backups.cron.note")}
                mono
                placeholder="0 3 * * *"
                value={draft.get<string>("backups.cron") ?? ""}
                onChange={(text) => draft.set("backups.cron", text)}
                error={draft.error("backups.cron")}
              />
              <NumberField
                label={t("settings.backups.keep")}
                minValue={1}
                value={draft.get<number>("backups.cronMaxKeep")}
                onChange={(value) => draft.set("backups.cronMaxKeep", value || 1)}
                error={draft.error("backups.cronMaxKeep")}
              />
            </div>
          </Part>
        </>
      )}
    </DocumentPage>
  );
}

function Backups({ onWork }: { onWork: (action: () => Promise<unknown>, text: string) => Promise<void> }) {
  const found = useQuery(backupsQuery);
  const [restoring, setRestoring] = useState<string | null>(null);
  if (found.error && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  if (found.data.length === 0) {
    return (
      <Card>
        <Empty icon={<Archive size={20} />} title={t("settings.backups.none")}>
          {t("settings.backups.none.text")}
        </Empty>
      </Card>
    );
  }
  const path = (key: string) => `/api/backups/${encodeURIComponent(key)}`;
  async function takeOut(key: string) {
    try {
      const { token } = await pocketbase<{ token: string }>("POST", "/api/files/token");
      window.location.assign(url(path(key), { token }));
    } catch (error) {
      toastError(error);
    }
  }
  async function drop(key: string) {
    const sure = await confirm({
      title: t("settings.backups.delete", { name: key }),
      text: t("settings.backups.delete.text"),
      action: t("settings.backups.delete.action"),
      danger: true,
    });
    if (sure) await onWork(() => pocketbase("DELETE", path(key)), t("settings.backups.deleted", { name: key }));
  }
  return (
    <Card className="divide-y divide-line overflow-hidden">
      {found.data.map((backup) => (
        <div key={backup.key} className="flex min-h-14 items-center gap-3 ps-4 pe-2">
          <Archive size={18} aria-hidden className="shrink-0 text-fg-3" />
          <div className="min-w-0 flex-1">
            <div className="truncate font-medium">{backup.key}</div>
            <div className="text-dense text-fg-2">
              {formatDateTime(backup.modified)} · {formatBytes(backup.size)}
            </div>
          </div>
          <Menu
            label={t("settings.backups.actions", { name: backup.key })}
            commands={[
              [
                {
                  id: "download",
                  text: t("settings.backups.download"),
                  icon: <Download size={16} />,
                  onAction: () => void takeOut(backup.key),
                },
                {
                  id: "restore",
                  text: t("settings.backups.restore"),
                  icon: <History size={16} />,
                  onAction: () => setRestoring(backup.key),
                },
              ],
              [
                {
                  id: "delete",
                  text: t("settings.backups.delete.action"),
                  icon: <Trash2 size={16} />,
                  danger: true,
                  onAction: () => void drop(backup.key),
                },
              ],
            ]}
          >
            <IconButton label={t("settings.backups.actions", { name: backup.key })}>
              <Ellipsis size={18} />
            </IconButton>
          </Menu>
        </div>
      ))}
      {restoring && <Restore name={restoring} path={path(restoring)} onClose={() => setRestoring(null)} />}
    </Card>
  );
}

/** Going back replaces everything, so the name has to be typed. */
function Restore({ name, path, onClose }: { name: string; path: string; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  async function go() {
    setPending(true);
    setFailure(null);
    try {
      await pocketbase("POST", `${path}/restore`);
      await back();
      window.location.reload();
    } catch (error) {
      setFailure(errorText(error));
      setPending(false);
    }
  }
  return (
    <Dialog
      isOpen
      size="small"
      title={t("settings.backups.restore.title", { name })}
      onClose={onClose}
      isDismissable={!pending}
      footer={
        <>
          <Button onPress={onClose} isDisabled={pending}>
            {t("app.cancel")}
          </Button>
          <Button look="danger" isDisabled={typed !== name} isPending={pending} onPress={() => void go()}>
            {t("settings.backups.restore")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-2">
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <p className="text-fg-2">{t("settings.backups.restore.text")}</p>
        <TextField label={t("settings.backups.restore.type", { name })} value={typed} onChange={setTyped} autoFocus />
      </div>
    </Dialog>
  );
}

/** Waits until the server answers again, for a minute at most. */
async function back(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await fetch(url("/api/health")).catch(() => null);
    if (answer?.ok) return;
  }
}
