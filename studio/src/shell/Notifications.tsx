/** The drawer of notifications: what is new, and what was put away. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Archive, ArchiveRestore, Bell, CheckCheck } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-aria-components";
import { patch } from "~/api/client";
import type { Key } from "~/api/types";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { Drawer } from "~/kit/Dialog";
import { Empty, Failed, Loading } from "~/kit/states";
import { Tabs } from "~/kit/Tabs";
import { toastError } from "~/kit/Toast";
import { Avatar } from "./Avatar";
import { personName } from "./names";
import { type Notification, notificationsQuery } from "./notificationsQuery";
import { itemHref } from "./recent";

const Message = lazy(() => import("./Message"));

export default function Notifications({ onClose }: { onClose: () => void }) {
  const [tab, setTab] = useState("inbox");
  const lists = (["inbox", "archived"] as const).map((status) => ({
    id: status,
    title: t(`shell.notifications.${status}`),
    content: <List status={status} onClose={onClose} />,
  }));
  return (
    <Drawer isOpen onClose={onClose} title={t("shell.notifications")} size="small">
      <Tabs label={t("shell.notifications")} tabs={lists} selected={tab} onSelect={setTab} className="-mt-3" />
    </Drawer>
  );
}

function List({ status, onClose }: { status: Notification["status"]; onClose: () => void }) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(notificationsQuery(status));
  const other = status === "inbox" ? "archived" : "inbox";
  const move = useMutation({
    mutationFn: (keys: Key[]) => patch("/notifications", { keys, data: { status: other } }),
    onError: (problem) => toastError(problem),
    onSettled: () => client.invalidateQueries({ queryKey: ["notifications"] }),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return <Empty icon={<Bell size={20} />} title={t(`shell.notifications.${status}.none`)} />;
  }
  return (
    <>
      {status === "inbox" && data.length > 1 && (
        <div className="mb-2 flex justify-end">
          <Button
            look="quiet"
            icon={<CheckCheck size={16} />}
            isPending={move.isPending}
            onPress={() => move.mutate(data.map((one) => one.id))}
          >
            {t("shell.notifications.archive_all")}
          </Button>
        </div>
      )}
      <ul className="-mx-2 flex flex-col">
        {data.map((one) => (
          <li key={one.id} className="flex items-start gap-3 rounded-control px-2 py-2.5 hover:bg-hover">
            <Avatar user={one.sender} />
            <div className="min-w-0 flex-1">
              <div className="font-medium break-words">
                {one.collection && one.item ? (
                  <Link
                    href={itemHref({ collection: one.collection, id: one.item })}
                    onPress={onClose}
                    className="underline-offset-2 hover:underline"
                  >
                    {one.subject}
                  </Link>
                ) : (
                  one.subject
                )}
              </div>
              {one.message && (
                <Suspense>
                  <Message text={one.message} />
                </Suspense>
              )}
              <div className="text-caption text-fg-3">
                {one.sender && `${personName(one.sender)} · `}
                <time dateTime={one.timestamp} title={formatDateTime(one.timestamp)}>
                  {formatRelative(one.timestamp)}
                </time>
              </div>
            </div>
            <IconButton label={t(`shell.notifications.to_${other}`)} onPress={() => move.mutate([one.id])}>
              {status === "inbox" ? <Archive size={16} /> : <ArchiveRestore size={16} />}
            </IconButton>
          </li>
        ))}
      </ul>
    </>
  );
}
