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

export function SchedulesPage() {
  const found = useQuery({
    queryKey: ["crons"],
    queryFn: ({ signal }) => pocketbase<Job[]>("GET", "/api/crons", { signal }),
  });
  async function run(id: string) {
    try {
      await pocketbase("POST", `/api/crons/${encodeURIComponent(id)}`);
      toast({ kind: "success", text: t("settings.schedules.started", { name: id }) });
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
                  <span className="min-w-0 flex-1 truncate font-mono text-dense">{job.id}</span>
                  <code className="font-mono text-dense text-fg-2">{job.expression}</code>
                  <IconButton label={t("settings.schedules.run", { name: job.id })} onPress={() => void run(job.id)}>
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
