/** Beside the form: facts, history, comments, and what links here. On small screens below it. */
import { lazy, Suspense } from "react";
import { useMay } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { isFor, sidebar } from "~/extensions/contributions";
import { useAll } from "~/extensions/kind";
import { textOf } from "~/extensions/texts";
import type { Journal } from "~/form/journal";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Loading } from "~/kit/states";
import { Tabs } from "~/kit/Tabs";
import { LinkedText } from "~/relations/LinkedText";

const Revisions = lazy(() => import("./Revisions"));
const Comments = lazy(() => import("./Comments"));
const ReferringList = lazy(() => import("~/relations/ReferringList"));
const SidebarSection = lazy(() => import("~/extensions/SidebarSection"));

export interface PanelProps {
  collection: Collection;
  fields: Field[];
  journal: Journal;
  readonly: boolean;
}

export function SidePanel({
  panel,
  onPanel,
  ...props
}: PanelProps & { panel: string; onPanel: (panel: string | undefined) => void }) {
  const mayRevisions = useMay("directus_revisions", "read").access !== "none";
  const mayComments = useMay("directus_comments", "read").access !== "none";
  const added = useAll(sidebar).filter((one) => isFor(one, props.collection.collection));
  const [tab = "details", of] = panel.split(":");
  const pad = (content: React.ReactNode) => <div className="p-4 pt-0">{content}</div>;
  const tabs = [
    { id: "details", title: t("item.panel.details"), content: pad(<Details {...props} />) },
    ...(mayRevisions
      ? [
          {
            id: "revisions",
            title: t("item.panel.revisions"),
            content: pad(
              <Suspense fallback={<Loading />}>
                <Revisions {...props} only={of} onAll={() => onPanel("revisions")} />
              </Suspense>,
            ),
          },
        ]
      : []),
    ...(mayComments
      ? [
          {
            id: "comments",
            title: t("item.panel.comments"),
            content: pad(
              <Suspense fallback={<Loading />}>
                <Comments {...props} />
              </Suspense>,
            ),
          },
        ]
      : []),
    {
      id: "links",
      title: t("item.panel.links"),
      content: pad(
        <Suspense fallback={<Loading />}>
          <ReferringList
            collection={props.collection.collection}
            itemKey={props.journal.node(props.journal.root).key as Key}
          />
        </Suspense>,
      ),
    },
    ...added.map((one) => ({
      id: `x.${one.id}`,
      title: textOf(one.label || one.extension.title),
      content: pad(
        <Suspense fallback={<Loading />}>
          <SidebarSection section={one} collection={props.collection.collection} journal={props.journal} />
        </Suspense>,
      ),
    })),
  ];
  return (
    <aside
      aria-label={t("item.panel")}
      className="flex w-90 shrink-0 flex-col overflow-auto border-s border-line bg-surface max-lg:max-h-[60vh] max-lg:w-full max-lg:border-s-0 max-lg:border-t"
    >
      <Tabs
        label={t("item.panel")}
        tabs={tabs}
        selected={tabs.some((one) => one.id === tab) ? tab : "details"}
        onSelect={(id) => {
          if (id !== tab) onPanel(id);
        }}
        className="[&_[role=tablist]]:px-2"
      />
    </aside>
  );
}

const FACTS: Record<string, string> = {
  "date-created": "item.fact.created",
  "user-created": "item.fact.created_by",
  "date-updated": "item.fact.updated",
  "user-updated": "item.fact.updated_by",
};

function Details({ collection, fields, journal }: PanelProps) {
  const { key, primaryKey, base } = journal.node(journal.root);
  const facts = Object.entries(FACTS).flatMap(([special, label]) => {
    const field = fields.find((one) => one.meta?.special?.includes(special));
    const value = field ? base[field.field] : null;
    return value === null || value === undefined ? [] : [{ label, special, value }];
  });
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-dense">
      <dt className="text-fg-2">{t("item.fact.collection")}</dt>
      <dd className="font-mono">{collection.collection}</dd>
      <dt className="text-fg-2">{primaryKey}</dt>
      <dd className="font-mono break-all">{String(key)}</dd>
      {facts.map(({ label, special, value }) => (
        <div key={special} className="contents">
          <dt className="text-fg-2">{t(label)}</dt>
          <dd>
            {special.startsWith("user") ? (
              <LinkedText journal={null} collection="directus_users" target={value as Key} />
            ) : (
              <span title={formatDateTime(String(value))}>{formatRelative(String(value))}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
