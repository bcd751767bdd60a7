/** The form of an item with its head and side panel: what it is, what state it is in, and what saving does. */
import { useNavigate } from "@tanstack/react-router";
import { PanelRight } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { keyField } from "~/api/keys";
import { collectionName, singularName } from "~/api/names";
import { useMay, useMe } from "~/api/queries";
import { type Change, useLive } from "~/api/realtime";
import type { Collection, Field } from "~/api/types";
import { displayText, fieldsOfTemplate, templateOf } from "~/displays/template";
import { saveErrors } from "~/form/errors";
import { StoreForm } from "~/form/Form";
import { isPresentation } from "~/form/fields";
import type { Journal } from "~/form/journal";
import { useDerived } from "~/form/store";
import { formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { toast, toastError } from "~/kit/Toast";
import { useTitle } from "~/kit/title";
import { keyText, useShortcut } from "~/shell/keys";
import { placeOf } from "./drafts";
import { ErrorSummary } from "./ErrorSummary";
import { type After, ItemHeader } from "./ItemHeader";
import type { ItemAccess } from "./load";
import type { ItemSearch } from "./routes";
import { statusOf } from "./status";
import { useAutosave, useDraft } from "./useAutosave";
import { useDrafts } from "./useDrafts";
import { useGuard } from "./useGuard";
import { NO_ERRORS, type Outcome, useSave } from "./useSave";
import { DRAFT, type Version } from "./versions";

const SidePanel = lazy(() => import("./SidePanel").then((module) => ({ default: module.SidePanel })));
const ScheduleDialog = lazy(() => import("./ScheduleDialog").then((module) => ({ default: module.ScheduleDialog })));
const ConflictDialog = lazy(() => import("./CompareDialog").then((module) => ({ default: module.ConflictDialog })));

export interface ItemEditorProps {
  collection: Collection;
  fields: Field[];
  journal: Journal;
  search: ItemSearch;
  /** The stored item's tag. */
  tag: string | null;
  version: Version | null;
  access: ItemAccess;
  /** Fields that the person may write; `*` for all. */
  writable?: readonly string[];
  /** After a new item was saved and another one is to be created. */
  onAgain?: () => void;
}

export function ItemEditor(props: ItemEditorProps) {
  const { collection, fields, journal, search, tag, version, access, writable, onAgain } = props;
  const me = useMe();
  const navigate = useNavigate();
  const summary = useRef<HTMLDivElement>(null);
  const [foreign, setForeign] = useState(false);

  // what the head says is followed piece by piece: a key in a field draws that field alone
  const base = useSyncExternalStore(journal.subscribe, () => journal.node(journal.root).base);
  const changed = useSyncExternalStore(journal.subscribe, () => journal.hasChanges(journal.root));
  const { key } = journal.node(journal.root);
  const store = journal.store(journal.root);
  const variables = useMemo(() => ({ user: me.id, role: me.role?.id ?? null }), [me]);
  const graph = useMemo(() => ({ journal, node: journal.root, depth: 0 }), [journal]);
  const mayVersions = useMay("directus_versions", "update").access !== "none";
  const readonly = !access.update || (version !== null && !mayVersions);
  const draft = useDraft(collection, version === null ? key : null);
  const { autosave, kept } = useAutosave({
    collection,
    fields,
    journal,
    version,
    variables,
    readonly,
    draft: draft?.id ?? null,
  });
  const own = autosave?.target() ?? null;
  const dirty = version ? (autosave?.pending ?? false) : changed;
  const locked = useMemo(() => lockedFields(fields, writable), [fields, writable]);
  const status = useMemo(() => statusOf(collection, fields), [collection, fields]);
  const listPath = `/content/${encodeURIComponent(collection.collection)}`;
  const { errors, setErrors, pending, conflicts, gone, setGone, save, resolve, dismiss, meet, isNew } = useSave({
    collection,
    fields,
    journal,
    tag,
    locked,
    variables,
  });
  const name = singularName(collection);
  const template = useMemo(() => templateOf(collection, fields), [collection, fields]);
  const named = useMemo(() => fieldsOfTemplate(template).map((path) => path.split(/[.:]/)[0] ?? path), [template]);
  const text = useDerived(store, named, () => (isNew ? "" : displayText(template, store.snapshot())));
  const title = isNew
    ? t("item.new", { name })
    : text || (key === null ? collectionName(collection) : `${name} ${key}`);
  useTitle(title);
  const drafts = useDrafts(journal, placeOf(me.id, collection.collection, key, version?.key), kept);
  const [scheduling, setScheduling] = useState<string | null>(null);

  /** Save the version that is open: into it, not into the item. */
  const runVersion = async (after: After): Promise<boolean> => {
    if (!autosave || !(await autosave.flush())) {
      const error = autosave?.failure();
      if (error) setErrors(saveErrors(error, collection.collection, new Set(fields.map((field) => field.field))));
      requestAnimationFrame(() => summary.current?.focus());
      return false;
    }
    setErrors(NO_ERRORS);
    toast({ kind: "success", text: t("item.saved") });
    if (after === "close") await navigate({ to: listPath });
    else if (after === "new") await begin();
    return true;
  };
  const begin = async () => {
    await navigate({ to: `${listPath}/new` });
    onAgain?.();
  };
  const run = async (after: After = "stay", asNew = false): Promise<boolean> => {
    if (version && !asNew) return runVersion(after);
    const write = () => save(asNew);
    const written = (outcome: Outcome) => outcome !== null && "saved" in outcome;
    const outcome = autosave && !asNew ? await autosave.instead(write, written) : await write();
    if (!outcome || !("saved" in outcome)) {
      if (outcome && "wrong" in outcome) requestAnimationFrame(() => summary.current?.focus());
      return false;
    }
    setForeign(false);
    toast({ kind: "success", text: t(isNew || asNew ? "item.created" : "item.saved") });
    const { saved } = outcome;
    if (after === "close") await navigate({ to: listPath });
    else if (after === "new") await begin();
    else if ((isNew || asNew) && saved.key !== null) {
      await navigate({ to: `${listPath}/${encodeURIComponent(String(saved.key))}`, replace: true });
    }
    return true;
  };
  const mayPublish =
    status !== null && status.published !== null && version === null && !readonly && !locked?.has(status.field.field);
  const publish = () => {
    if (!mayPublish) return;
    store.set(status.field.field, status.published);
    void run();
  };

  const discard = async () => {
    const give = async () => journal.discard();
    await (autosave ? autosave.instead(give, () => true) : give());
    setErrors(NO_ERRORS);
  };
  /** Leave the changes beside the item, in a version of their own. */
  const asDraft = async (): Promise<string | null> => {
    if (!autosave || !(await autosave.flush())) {
      toastError(autosave?.failure() ?? new Error(t("item.autosave.failed")));
      return null;
    }
    return autosave.target();
  };
  const showDraft = () => void navigate({ to: ".", search: { ...search, version: DRAFT } });
  const keep = async (): Promise<boolean> => {
    if (!autosave || !(await autosave.flush())) return false;
    if (!version && autosave.target()) toast({ kind: "info", text: t("item.autosave.kept") });
    return true;
  };

  useGuard(dirty && !pending && !readonly, run, () => void discard(), autosave ? keep : undefined);
  useShortcut("mod+s", () => void run(), { text: t("item.keys.save"), group: t("item.keys"), enabled: !readonly });
  useShortcut("mod+shift+p", publish, {
    text: t("item.keys.publish"),
    group: t("item.keys"),
    enabled: mayPublish,
  });
  useShortcut("mod+.", () => showPanel(search.panel ? undefined : "details"), {
    text: t("item.keys.panel"),
    group: t("item.keys"),
    enabled: !isNew,
  });
  const showPanel = (panel: string | undefined) =>
    void navigate({ to: ".", search: { ...search, panel }, replace: true });

  // somebody else changes or deletes the item while it is open
  const primaryKey = keyField(fields);
  const heard = (change: Change) => {
    if (pending || change.event === "create") return;
    if (change.event === "delete") {
      if (change.keys.some((one) => String(one) === String(key))) setGone(true);
    } else if (change.event === "update") {
      if (!change.rows.some((row) => String(row[primaryKey]) === String(key))) return;
      if (!journal.hasChanges(journal.root)) void meet();
      else setForeign(true);
    }
  };
  useLive(collection.collection, heard, {
    query: { filter: { [primaryKey]: { _eq: key } }, fields: [primaryKey] },
    enabled: key !== null && version === null,
  });
  useEffect(() => {
    if (!dirty) setForeign(false);
  }, [dirty]);

  const all = fields.filter((field) => !isPresentation(field));
  const editable = all.filter((field) => !locked?.has(field.field));
  const panel = isNew ? undefined : search.panel;
  return (
    <>
      <ItemHeader
        collection={collection}
        fields={fields}
        journal={journal}
        title={title}
        status={status}
        base={base}
        changed={changed}
        isNew={isNew}
        dirty={dirty}
        pending={pending}
        readonly={readonly}
        access={access}
        version={version}
        search={search}
        onSave={(after) => void run(after)}
        onPublish={mayPublish ? publish : undefined}
        onCopy={dirty && !version ? () => void run("stay", true) : undefined}
        onDiscard={() => void discard()}
        autosave={autosave}
        onDraft={autosave && !version ? async () => ((await asDraft()) ? showDraft() : undefined) : undefined}
        onSchedule={autosave && !version ? async () => setScheduling(await asDraft()) : undefined}
      >
        {!isNew && (
          <IconButton
            label={t("item.panel")}
            aria-expanded={Boolean(panel)}
            shortcut={keyText("mod+.")}
            onPress={() => showPanel(panel ? undefined : "details")}
          >
            <PanelRight size={18} className="rtl:-scale-x-100" />
          </IconButton>
        )}
      </ItemHeader>
      <div className="flex min-h-0 flex-1 max-lg:flex-col">
        <div className="min-h-0 min-w-0 flex-1 overflow-auto">
          <div className="mx-auto flex w-full max-w-[768px] flex-col gap-5 p-6 max-sm:p-4 max-sm:pb-24">
            {gone && (
              <Notice
                tone="danger"
                title={t("item.gone")}
                actions={
                  <Button onPress={() => void run("stay", true)} isPending={pending}>
                    {t("item.gone.restore")}
                  </Button>
                }
              >
                {t("item.gone.text")}
              </Notice>
            )}
            {foreign && !gone && <Notice tone="info">{t("item.foreign")}</Notice>}
            {draft && draft.id !== own && (
              <Notice
                tone="info"
                title={t("item.draft.there")}
                actions={<Button onPress={showDraft}>{t("item.draft.continue")}</Button>}
              >
                {draft.date_updated && t("item.draft.there.text", { at: formatDateTime(draft.date_updated) })}
              </Notice>
            )}
            {drafts.offered && (
              <Notice
                tone="info"
                title={t("item.draft.title")}
                actions={
                  <span className="flex flex-wrap justify-end gap-2">
                    <Button look="quiet" onPress={drafts.discard}>
                      {t("item.leave.discard")}
                    </Button>
                    <Button onPress={drafts.restore}>
                      {t("item.draft.restore", { count: drafts.offered.changes })}
                    </Button>
                  </span>
                }
              >
                {t("item.draft.text", { at: new Date(drafts.offered.at).toLocaleString() })}
              </Notice>
            )}
            <ErrorSummary ref={summary} errors={errors} fields={fields} />
            {readonly && <Notice tone="info">{t("item.readonly")}</Notice>}
            {!readonly && editable.length < all.length && (
              <Notice tone="info">{t("item.partly", { count: editable.length, all: all.length })}</Notice>
            )}
            <StoreForm
              fields={fields}
              store={store}
              graph={graph}
              errors={errors.fields}
              disabled={readonly}
              locked={locked}
              context={{ collection: collection.collection, itemId: key, version: version?.key ?? null }}
              autoFocus={
                isNew ? editable.find((field) => !field.meta?.hidden && !field.meta?.readonly)?.field : undefined
              }
              onHistory={isNew ? undefined : (field) => showPanel(`revisions:${field.field}`)}
            />
          </div>
        </div>
        {panel && (
          <Suspense fallback={<div className="w-90" />}>
            {" "}
            <SidePanel
              collection={collection}
              fields={fields}
              journal={journal}
              panel={panel}
              readonly={readonly}
              onPanel={showPanel}
            />
          </Suspense>
        )}
      </div>
      {scheduling && (
        <Suspense>
          <ScheduleDialog
            version={scheduling}
            name={t("item.version.draft")}
            schedule={null}
            onClose={() => setScheduling(null)}
            onDone={showDraft}
          />
        </Suspense>
      )}
      {conflicts && (
        <Suspense>
          {" "}
          <ConflictDialog
            conflicts={conflicts}
            fields={fields}
            onClose={dismiss}
            onResolve={(chosen) => {
              resolve(chosen);
              if (journal.hasChanges(journal.root)) void run();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function lockedFields(fields: readonly Field[], writable: readonly string[] | undefined): ReadonlySet<string> | null {
  if (!writable || writable.includes("*")) return null;
  return new Set(
    fields.filter((field) => !isPresentation(field) && !writable.includes(field.field)).map((field) => field.field),
  );
}
