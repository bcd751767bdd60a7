/** Develop → Schema → one collection: its fields, rules, indexes, API and options, and changes that wait. */
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, List, Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { collectionName, nameOf } from "~/api/names";
import { queryClient, useCollections, useFields, useRelations } from "~/api/queries";
import type { Collection } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button, ButtonLink, IconButton } from "~/kit/Button";
import { Badge, Notice, PageHeader } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { Loading, NoPermission } from "~/kit/states";
import { Tabs } from "~/kit/Tabs";
import { toast, toastError } from "~/kit/Toast";
import { useTitle } from "~/kit/title";
import { keyOf, knownFor } from "./apply";
import { changeSetOfDraft, changesOf, NOTHING } from "./changes";
import { fieldProblems } from "./collection_draft";
import type { ChangeSet } from "./draft";
import { FieldDrawer } from "./FieldDrawer";
import { FieldsTab } from "./FieldsTab";
import { Review } from "./Review";
import { isFolder, isUnmanaged } from "./tree";
import { useDraft } from "./useDraft";

const Preview = lazy(() => import("./Preview"));
const RulesTab = lazy(() => import("../rules/RulesTab"));
const IndexesTab = lazy(() => import("./IndexesTab"));
const ApiTab = lazy(() => import("../api/ApiTab"));
const OptionsTab = lazy(() => import("./OptionsTab"));

export function CollectionPage() {
  const { collection: name } = useParams({ from: "/shell/develop/schema/$collection" });
  const found = useCollections().find((one) => one.collection === name);
  useTitle(found ? collectionName(found) : undefined);
  if (!found || isFolder(found)) return <NoPermission what={nameOf(name)} />;
  return <Editor key={name} collection={found} />;
}

function Editor({ collection }: { collection: Collection }) {
  const name = collection.collection;
  const label = collectionName(collection);
  const navigate = useNavigate({ from: "/develop/schema/$collection" });
  const search = useSearch({ from: "/shell/develop/schema/$collection" });
  const fields = useFields(name);
  const relations = useRelations();
  const [draft, change] = useDraft(name);
  const [reviewing, setReviewing] = useState(false);
  const [adding, setAdding] = useState(false);
  const unmanaged = isUnmanaged(collection);
  const changes = changesOf(draft, fields);
  const taken = new Set(fields.map((one) => draft.edits[one.field]?.name ?? one.field));
  const problems = fieldProblems(draft.added, taken);
  const set = (changed: { tab?: string; field?: string }, replace = false) =>
    void navigate({ search: (now) => ({ ...now, ...changed }), replace });

  async function make(): Promise<ChangeSet> {
    return changeSetOfDraft(draft, {
      collection: name,
      meta: collection.meta,
      fields,
      relations,
      known: await knownFor(draft.added, [name]),
      owner: {
        name,
        label,
        key: keyOf(fields),
        taken: new Set(fields.map((one) => one.field)),
        sort: fields.length + 1,
      },
    });
  }
  async function review() {
    const [wrong] = problems.keys();
    if (wrong) set({ tab: undefined, field: wrong });
    else setReviewing(true);
  }
  async function discard() {
    const sure = await confirm({
      title: t("develop.discard.title", { count: changes.length }),
      action: t("develop.discard"),
      danger: true,
    });
    if (sure) change(() => NOTHING);
  }
  async function add() {
    setAdding(true);
    try {
      const { manage } = await import("./manage");
      await manage([collection], relations);
    } catch (error) {
      toastError(error);
    } finally {
      setAdding(false);
    }
  }

  const tab = (id: string, content: ReactNode) => ({
    id,
    title: t(`develop.tab.${id}`),
    content: <Suspense fallback={<Loading />}>{content}</Suspense>,
  });
  const editor = { collection: name, fields, draft, change };
  return (
    <>
      <PageHeader
        before={
          <IconButton
            label={t("develop.back")}
            onPress={() => void navigate({ to: "/develop/schema" })}
            className="-ms-2"
          >
            <ArrowLeft size={18} className="rtl:-scale-x-100" />
          </IconButton>
        }
        title={
          <>
            {label} <code className="font-mono text-dense font-normal text-fg-3">{name}</code>
          </>
        }
        note={collection.meta?.note ?? undefined}
      >
        <ButtonLink href={`/content/${encodeURIComponent(name)}`} icon={<List size={16} />}>
          {t("develop.open_items")}
        </ButtonLink>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto px-6 pt-2 pb-6 max-sm:px-4">
        {unmanaged && (
          <div className="mb-3">
            <Notice
              actions={
                <Button isPending={adding} icon={<Plus size={16} />} onPress={() => void add()}>
                  {t("develop.add_to_studio")}
                </Button>
              }
            >
              {t("develop.unmanaged.one")}
            </Notice>
          </div>
        )}
        <Tabs
          label={label}
          selected={search.tab ?? "fields"}
          onSelect={(id) => set({ tab: id === "fields" ? undefined : id }, true)}
          tabs={[
            tab(
              "fields",
              <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,26rem)] gap-6 max-xl:grid-cols-1">
                <FieldsTab {...editor} onOpen={(field) => set({ field })} />
                <div className="max-xl:hidden">
                  <Preview {...editor} />
                </div>
              </div>,
            ),
            tab("rules", <RulesTab collection={name} />),
            tab("indexes", <IndexesTab collection={name} fields={fields} />),
            tab("api", <ApiTab item={collection} fields={fields} />),
            tab("options", <OptionsTab {...editor} item={collection} />),
          ]}
        />
      </div>
      {changes.length > 0 && !unmanaged && (
        <section aria-label={t("develop.pending")} className="action-bar bg-raised px-6 max-sm:px-4">
          <Badge tone="info" dot>
            {t("develop.pending.count", { count: changes.length })}
          </Badge>
          <span className="text-fg-2 max-sm:hidden">{t("develop.pending.text")}</span>
          <span className="flex-1" />
          <Button look="quiet" onPress={() => void discard()}>
            {t("develop.discard")}
          </Button>
          <Button look="primary" onPress={() => void review()}>
            {t("develop.review")}
          </Button>
        </section>
      )}
      {search.field && (
        <FieldDrawer
          owner={{ name, label }}
          fields={fields}
          relations={relations}
          draft={draft}
          change={change}
          open={search.field}
          onClose={() => set({ field: undefined })}
        />
      )}
      {reviewing && (
        <Review
          changes={changes}
          make={make}
          onClose={() => setReviewing(false)}
          onApplied={() => {
            setReviewing(false);
            change(() => NOTHING);
            void queryClient.invalidateQueries({ queryKey: ["pocketbase"] });
            toast({ kind: "success", text: t("develop.applied", { count: changes.length }) });
          }}
        />
      )}
    </>
  );
}
