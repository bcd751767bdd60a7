/** What happened to an item, and going back: field by field, into the form, where it is saved like any other change. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { get } from "~/api/client";
import { fieldName } from "~/api/names";
import type { Field, Item } from "~/api/types";
import { unchanged } from "~/form/store";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { Failed, Loading } from "~/kit/states";
import { SideBySide } from "./CompareDialog";
import type { PanelProps } from "./SidePanel";

interface Revision {
  id: number;
  data: Item | null;
  delta: Item | null;
  activity: {
    id: number;
    action: string;
    timestamp: string;
    user: { id: string; first_name: string | null; last_name: string | null; email: string | null } | null;
  } | null;
}

const Together = lazy(() => import("~/activity/Together"));
const PAGE = 30;
const FIELDS =
  "id,data,delta,activity.id,activity.action,activity.timestamp,activity.user.id,activity.user.first_name,activity.user.last_name,activity.user.email";

export const personName = (
  user: { first_name: string | null; last_name?: string | null; email?: string | null } | null | undefined,
): string => [user?.first_name, user?.last_name].filter(Boolean).join(" ") || user?.email || t("item.somebody");

export default function Revisions({
  collection,
  fields,
  journal,
  readonly,
  only,
  onAll,
}: PanelProps & { only?: string; onAll: () => void }) {
  const { key } = journal.node(journal.root);
  const query = useInfiniteQuery({
    queryKey: ["revisions", collection.collection, String(key)],
    queryFn: ({ pageParam, signal }) =>
      get<Revision[]>(
        "/revisions",
        {
          filter: {
            _and: [
              { collection: { _eq: collection.collection } },
              { item: { _eq: String(key) } },
              { version: { _null: true } },
            ],
          },
          fields: FIELDS,
          sort: "-id",
          limit: PAGE,
          offset: pageParam,
        },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
    staleTime: 5_000,
  });
  const [open, setOpen] = useState<number | null>(null);
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const all = query.data.pages.flat();
  const changedIn = (revision: Revision): Field[] =>
    fields.filter(
      (field) =>
        revision.delta &&
        field.field in revision.delta &&
        !field.meta?.special?.some((one) => /-(updated|created)$/.test(one)),
    );
  const shown = only ? all.filter((one) => one.delta && only in one.delta) : all;
  const about = fields.find((field) => field.field === only);
  const at = all.findIndex((one) => one.id === open);
  return (
    <div className="flex flex-col gap-2">
      {about && (
        <div className="flex items-center justify-between gap-2">
          <span className="text-dense text-fg-2">{t("item.revisions.of", { field: fieldName(about) })}</span>
          <Button look="quiet" onPress={onAll}>
            {t("item.revisions.all")}
          </Button>
        </div>
      )}
      {shown.length === 0 && <p className="text-dense text-fg-2">{t("item.revisions.none")}</p>}
      <ol className="flex flex-col">
        {shown.map((revision) => (
          <li key={revision.id}>
            <button
              type="button"
              onClick={() => setOpen(revision.id)}
              className="flex w-full flex-col rounded-control px-2 py-1.5 text-start hover:bg-hover"
            >
              <span className="flex items-baseline justify-between gap-2">
                <span className="truncate font-medium">{personName(revision.activity?.user)}</span>
                {revision.activity && (
                  <span className="shrink-0 text-caption text-fg-3" title={formatDateTime(revision.activity.timestamp)}>
                    {formatRelative(revision.activity.timestamp)}
                  </span>
                )}
              </span>
              <span className="truncate text-dense text-fg-2">
                {revision.activity?.action === "create"
                  ? t("item.revision.created")
                  : changedIn(revision).map(fieldName).join(", ") || t("item.revision.links")}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <Button look="quiet" isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          {t("item.revisions.more")}
        </Button>
      )}
      {at >= 0 && (
        <RevisionDialog
          revision={all[at] as Revision}
          before={all[at + 1] ?? null}
          changed={changedIn(all[at] as Revision)}
          readonly={readonly}
          now={journal.store(journal.root).snapshot()}
          onRestore={(names) => {
            for (const name of names) journal.set(journal.root, name, (all[at] as Revision).data?.[name] ?? null);
            setOpen(null);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

function RevisionDialog({
  revision,
  before,
  changed,
  readonly,
  now,
  onRestore,
  onClose,
}: {
  revision: Revision;
  before: Revision | null;
  changed: readonly Field[];
  readonly: boolean;
  now: Readonly<Item>;
  onRestore: (names: string[]) => void;
  onClose: () => void;
}) {
  const value = (name: string) => revision.data?.[name] ?? revision.delta?.[name] ?? null;
  const differs = changed.filter((field) => !unchanged(now[field.field], value(field.field)));
  return (
    <Dialog
      isOpen
      size="large"
      onClose={onClose}
      title={t("item.revision.title", {
        name: personName(revision.activity?.user),
        at: revision.activity ? formatDateTime(revision.activity.timestamp) : "",
      })}
      footer={
        !readonly &&
        differs.length > 0 && (
          <Button icon={<RotateCcw size={16} />} onPress={() => onRestore(differs.map((field) => field.field))}>
            {t("item.revision.restore_all", { count: differs.length })}
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {revision.activity && (
          <Suspense fallback={null}>
            <Together entry={revision.activity.id} />
          </Suspense>
        )}
        {changed.length === 0 && <p className="text-fg-2">{t("item.revision.links")}</p>}
        {changed.map((field) => (
          <section key={field.field} className="rounded-card border border-line p-3">
            <div className="mb-2 flex items-center justify-between gap-2">
              <h3 className="font-semibold">{fieldName(field)}</h3>
              {!readonly && !field.meta?.readonly && (
                <Button
                  look="quiet"
                  icon={<RotateCcw size={16} />}
                  isDisabled={unchanged(now[field.field], value(field.field))}
                  onPress={() => onRestore([field.field])}
                >
                  {t("item.revision.restore")}
                </Button>
              )}
            </div>
            <SideBySide
              field={field}
              left={before?.data?.[field.field] ?? null}
              right={value(field.field)}
              leftName={t("item.revision.before")}
              rightName={t("item.revision.after")}
            />
          </section>
        ))}
      </div>
    </Dialog>
  );
}
