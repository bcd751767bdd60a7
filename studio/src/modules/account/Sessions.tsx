/** Where somebody is signed in, and ending that: one's own sessions, or for admins another person's. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { get, remove } from "~/api/client";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { Badge, Card } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { deviceName, isPhone } from "./device";

interface OpenSession {
  id: string;
  /** `session` lives in the cookie of a browser; programs have the others. */
  mode: string | null;
  created: string | null;
  ip: string | null;
  user_agent: string | null;
  current: boolean;
}

/** `person`: whose; one's own unless it is given. */
export function Sessions({ person }: { person?: string }) {
  const client = useQueryClient();
  const path = `/users/${person ?? "me"}/sessions`;
  const queryKey = ["sessions", person ?? "me"];
  const found = useQuery({ queryKey, queryFn: ({ signal }) => get<OpenSession[]>(path, undefined, signal) });
  const end = useMutation({
    mutationFn: (id: string | null) => remove(id === null ? path : `${path}/${id}`),
    onSuccess: (_, id) =>
      toast({ kind: "success", text: t(id === null ? "account.sessions.all_ended" : "account.sessions.ended") }),
    onError: (error) => toastError(error),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  if (found.error && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const others = found.data.filter((one) => !one.current);

  async function endAll() {
    const sure = await confirm({
      title: t(person ? "account.sessions.end_all" : "account.sessions.end_others"),
      text: t("account.sessions.end_others.text"),
      action: t(person ? "account.sessions.end_all" : "account.sessions.end_others"),
      danger: true,
    });
    if (sure) end.mutate(null);
  }

  return (
    <div className="flex w-full flex-col items-start gap-3">
      {found.data.length === 0 ? (
        <p className="text-fg-2">{t("account.sessions.none")}</p>
      ) : (
        <Card className="w-full overflow-hidden">
          <ul className="divide-y divide-line">
            {found.data.map((one) => (
              <SessionRow key={one.id} one={one} isPending={end.isPending} onEnd={() => end.mutate(one.id)} />
            ))}
          </ul>
        </Card>
      )}
      {others.length > 0 && (
        <Button isDisabled={end.isPending} onPress={() => void endAll()}>
          {t(person ? "account.sessions.end_all" : "account.sessions.end_others")}
        </Button>
      )}
      {others.length === 0 && !person && <p className="text-dense text-fg-3">{t("account.sessions.only")}</p>}
    </div>
  );
}

function SessionRow({ one, isPending, onEnd }: { one: OpenSession; isPending: boolean; onEnd: () => void }) {
  const DeviceIcon = isPhone(one.user_agent) ? Smartphone : Monitor;
  const name = deviceName(one.user_agent) ?? t("account.sessions.unknown");
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <DeviceIcon size={18} aria-hidden className="shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 truncate font-medium" title={one.user_agent ?? undefined}>
            {name}
          </span>
          {one.current && <Badge tone="success">{t("account.sessions.current")}</Badge>}
          {one.mode !== "session" && <Badge>{t("account.sessions.program")}</Badge>}
        </div>
        <div className="text-dense text-fg-2">
          {one.ip && <bdi>{one.ip}</bdi>}
          {one.ip && one.created && " · "}
          {one.created && <time title={formatDateTime(one.created)}>{formatRelative(one.created)}</time>}
        </div>
      </div>
      {!one.current && (
        <Button
          look="quiet"
          isDisabled={isPending}
          aria-label={t("account.sessions.end_named", { name })}
          onPress={onEnd}
        >
          {t("account.sessions.end")}
        </Button>
      )}
    </li>
  );
}
