/** What runs by the clock, and running it now. */
import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { t } from "~/i18n/words/admin";
import { IconButton } from "~/kit/Button";
import { Card, PageHeader } from "~/kit/bits";
import { Empty, Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { pocketbase } from "~/modules/develop/pocketbase";

interface Job {
  id: string;
  expression: string;
}

/** The program's own, by their names on the wire. */
const OWN: Record<string, string> = {
  __pbDBOptimize__: "settings.job.optimize",
  __pbMFACleanup__: "settings.job.mfa",
  __pbOTPCleanup__: "settings.job.otp",
  __pbLogsCleanup__: "settings.job.logs",
  __pbAutoBackup__: "settings.job.backup",
};

const named = (id: string): string => (OWN[id] ? t(OWN[id]) : id);

export function SchedulesPage() {
  const found = useQuery({
    queryKey: ["crons"],
    queryFn: ({ signal }) => pocketbase<Job[]>("GET", "/api/crons", { signal }),
  });
  async function run(id: string) {
    try {
      await pocketbase("POST", `/api/crons/${encodeURIComponent(id)}`);
      toast({ kind: "success", text: t("settings.schedules.started", { name: named(id) }) });
    } catch (error) {
      toastError(error);
    }
  }
  return (
    <>
      <PageHeader title={t("settings.room.schedules")} note={t("settings.schedules.note")} />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto max-w-2xl p-6 max-sm:p-4">
          {found.error && !found.data ? (
            <Failed error={found.error} onRetry={() => void found.refetch()} />
          ) : !found.data ? (
            <Loading />
          ) : found.data.length === 0 ? (
            <Empty title={t("settings.schedules.none")} />
          ) : (
            <Card className="divide-y divide-line overflow-hidden">
              {found.data.map((job) => (
                <div key={job.id} className="flex min-h-12 items-center gap-3 ps-4 pe-2">
                  <span className="min-w-0 flex-1 py-1">
                    <span className="block text-pretty">{named(job.id)}</span>
                    {OWN[job.id] && <code className="block truncate font-mono text-caption text-fg-3">{job.id}</code>}
                  </span>
                  <code className="font-mono text-dense text-fg-2">{job.expression}</code>
                  <IconButton
                    label={t("settings.schedules.run", { name: named(job.id) })}
                    onPress={() => void run(job.id)}
                  >
                    <Play size={16} />
                  </IconButton>
                </div>
              ))}
            </Card>
          )}
        </div>
      </div>
    </>
  );
}
