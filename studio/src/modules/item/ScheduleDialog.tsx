/** When a version is published by itself: set, changed, taken back. */
import { useState } from "react";
import { post, remove } from "~/api/client";
import { ApiError, errorText } from "~/api/errors";
import { StoreForm } from "~/form/Form";
import { optionFields } from "~/form/options";
import { PlainStore } from "~/form/store";
import { formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { toast, toastError } from "~/kit/Toast";
import { forgetVersions, type Schedule } from "./versions";

const HOUR_MS = 3_600_000;

/** The next full hour, which is a moment that people choose often. */
const nextHour = (): string => new Date(Math.ceil((Date.now() + 60_000) / HOUR_MS) * HOUR_MS).toISOString();

export function ScheduleDialog({
  version,
  name,
  schedule,
  onClose,
  onDone,
}: {
  /** The version's id. */
  version: string;
  name: string;
  schedule: Schedule | null;
  onClose: () => void;
  onDone?: () => void;
}) {
  const [store] = useState(() => new PlainStore({ publish_at: schedule?.publish_at ?? nextHour() }));
  const [problem, setProblem] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [fields] = useState(() =>
    optionFields([
      {
        field: "publish_at",
        name: t("item.schedule.at"),
        type: "timestamp",
        interface: "datetime",
        options: { includeSeconds: true },
      },
    ]),
  );
  const work = async (run: () => Promise<unknown>, done: string) => {
    setPending(true);
    setProblem(null);
    try {
      await run();
      await forgetVersions();
      toast({ kind: "success", text: done });
      onClose();
      onDone?.();
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) setProblem(errorText(error));
      else toastError(error);
    } finally {
      setPending(false);
    }
  };
  const save = () => {
    const at = store.get("publish_at");
    if (typeof at !== "string" || new Date(at).getTime() <= Date.now()) return setProblem(t("item.schedule.past"));
    const body = { publish_at: at, fields: schedule?.fields ?? undefined };
    void work(() => post(`/versions/${version}/schedule`, body), t("item.schedule.set", { at: formatDateTime(at) }));
  };
  return (
    <Dialog
      isOpen
      size="small"
      title={t("item.schedule.title", { name })}
      onClose={onClose}
      footer={
        <>
          {schedule && (
            <Button
              look="quiet"
              isPending={pending}
              onPress={() => void work(() => remove(`/versions/${version}/schedule`), t("item.schedule.cancelled"))}
            >
              {t("item.schedule.cancel")}
            </Button>
          )}
          <Button look="primary" isPending={pending} onPress={save}>
            {t(schedule ? "item.schedule.change" : "item.schedule")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <StoreForm fields={fields} store={store} mode="batch" errors={problem ? { publish_at: problem } : undefined} />
        <p className="text-dense text-fg-2">{t("item.schedule.text")}</p>
      </div>
    </Dialog>
  );
}
