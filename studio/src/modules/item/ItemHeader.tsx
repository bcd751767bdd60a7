/** The head of an item's page: title, state, version, and all ways to save, copy, archive and delete. */
import { useNavigate } from "@tanstack/react-router";
import { Archive, ArrowLeft, ChevronDown, Copy, Ellipsis, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";
import { patch, remove } from "~/api/client";
import { errorText } from "~/api/errors";
import { collectionName } from "~/api/names";
import { useMay } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Collection, Field, Item } from "~/api/types";
import { useActions } from "~/extensions/useActions";
import type { Journal } from "~/form/journal";
import { formatDate } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { Badge, PageHeader } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { toast, toastError } from "~/kit/Toast";
import { keyText, useShortcut } from "~/shell/keys";
import type { ItemAccess } from "./load";
import type { ItemSearch } from "./routes";
import { type Status, saveVerb, toneOf } from "./status";
import type { Autosaving } from "./useAutosave";
import { forget } from "./useSave";
import type { Version } from "./versions";

const VersionMenu = lazy(() => import("./VersionMenu").then((module) => ({ default: module.VersionMenu })));
const Neighbours = lazy(() => import("./Neighbours").then((module) => ({ default: module.Neighbours })));
const Changes = lazy(() => import("./Changes").then((module) => ({ default: module.Changes })));

export type After = "stay" | "close" | "new";

export interface ItemHeaderProps {
  collection: Collection;
  fields: Field[];
  journal: Journal;
  title: string;
  status: Status | null;
  base: Readonly<Item>;
  /** Whether the journal has changes; `dirty`: whether some are saved nowhere yet. */
  changed: boolean;
  isNew: boolean;
  dirty: boolean;
  pending: boolean;
  readonly: boolean;
  access: ItemAccess;
  version: Version | null;
  search: ItemSearch;
  onSave: (after: After) => void;
  /** Save it as published. */
  onPublish?: () => void;
  onDiscard: () => void;
  autosave: Autosaving | null;
  /** Save all values as a new item, where some are not saved yet. */
  onCopy?: () => void;
  /** Leave the changes in a draft, and go there. */
  onDraft?: () => void;
  /** Have the changes published at a time. */
  onSchedule?: () => void;
  children?: ReactNode;
}

export function ItemHeader(props: ItemHeaderProps) {
  const { collection, fields, journal, status, base, changed, isNew, dirty, pending, readonly, access, version } =
    props;
  const navigate = useNavigate();
  const { key } = journal.node(journal.root);
  const store = journal.store(journal.root);
  const unsaved = dirty || isNew;
  const singleton = Boolean(collection.meta?.singleton);
  const listPath = `/content/${encodeURIComponent(collection.collection)}`;
  const mayCreate = useMay(collection.collection, "create").access !== "none";
  const statusValue = useSyncExternalStore(journal.subscribe, () => (status ? store.get(status.field.field) : null));
  const verb = version ? "save_version" : saveVerb(status, base, store.snapshot(), isNew);
  const statusText = status?.choices.find((choice) => choice.value === statusValue)?.text ?? String(statusValue ?? "");
  const {
    archive_field: archiveField,
    archive_value: archiveValue,
    unarchive_value: unarchiveValue,
  } = collection.meta ?? {};
  const archived = archiveField ? String(base[archiveField]) === String(archiveValue) : false;
  const copy = () =>
    props.onCopy ? props.onCopy() : void navigate({ to: `${listPath}/new`, search: { from: String(key) } });
  const { autosave, onDraft, onSchedule } = props;

  const destroy = async () => {
    const sure = await confirm({
      title: t("item.delete.title", { name: props.title }),
      text: t("item.delete.text"),
      action: t("item.delete"),
      danger: true,
    });
    if (!sure) return;
    try {
      await remove(itemsPath(collection.collection, key));
      journal.discard();
      await forget(collection.collection, key);
      toast({ kind: "success", text: t("item.deleted") });
      await navigate({ to: listPath });
    } catch (error) {
      toastError(error);
    }
  };
  const setArchived = async (value: unknown) => {
    if (!archiveField) return;
    const saved = await patch<Item | undefined>(
      itemsPath(collection.collection, key),
      { [archiveField]: value },
      { fields: archiveField },
    );
    journal.learn(journal.root, { [archiveField]: saved?.[archiveField] ?? value });
    await forget(collection.collection, key);
  };
  const archive = async () => {
    if (!archiveField) return;
    const before = base[archiveField];
    try {
      await setArchived(archived ? unarchiveValue : archiveValue);
      toast({
        kind: "success",
        text: t(archived ? "item.unarchived" : "item.archived"),
        action: {
          text: t("content.undo"),
          run: () => void setArchived(before).catch((error) => toastError(error, t("content.undo.failed"))),
        },
      });
    } catch (error) {
      toastError(error);
    }
  };
  useShortcut("mod+shift+s", copy, {
    text: t("item.keys.copy"),
    group: t("item.keys"),
    enabled: !isNew && mayCreate && !singleton,
  });
  const added = useActions("item", collection.collection, () => ({ itemId: key, values: store.snapshot() }));
  const more = [
    added,
    [
      {
        id: "copy",
        text: t("item.copy"),
        icon: <Copy size={16} />,
        shortcut: keyText("mod+shift+s"),
        disabled: !mayCreate,
        onAction: copy,
      },
      archiveField && access.update
        ? {
            id: "archive",
            text: t(archived ? "item.unarchive" : "item.archive"),
            icon: <Archive size={16} />,
            onAction: () => void archive(),
          }
        : null,
    ],
    [
      access.delete
        ? {
            id: "delete",
            text: t("item.delete"),
            icon: <Trash2 size={16} />,
            danger: true,
            onAction: () => void destroy(),
          }
        : null,
    ],
  ];
  return (
    <PageHeader
      before={
        <IconButton
          label={t("item.back_to", { name: collectionName(collection) })}
          onPress={() => void navigate({ to: singleton ? "/content" : listPath })}
        >
          <ArrowLeft size={18} className="rtl:-scale-x-100" />
        </IconButton>
      }
      title={props.title}
      note={collectionName(collection)}
    >
      {status && statusValue != null && (
        <Badge tone={toneOf(statusValue, collection)} dot className="max-sm:hidden">
          {statusText}
        </Badge>
      )}
      {collection.meta?.versioning && !isNew && key !== null && (
        <Suspense fallback={<span className="h-(--st-control) w-20" />}>
          {" "}
          <VersionMenu
            collection={collection}
            fields={fields}
            itemKey={key}
            version={version}
            search={props.search}
            readonly={readonly}
            flush={autosave?.flush ?? (async () => true)}
          />
        </Suspense>
      )}
      {!isNew && !singleton && key !== null && (
        <Suspense>
          <Neighbours collection={collection} fields={fields} itemKey={key} />
        </Suspense>
      )}
      {autosave && <AutosaveState autosave={autosave} />}
      {(version ? changed : dirty) && (
        <Suspense>
          <Changes journal={journal} />
        </Suspense>
      )}
      {!isNew && !singleton && (
        <Menu label={t("item.more")} commands={more}>
          <IconButton label={t("item.more")}>
            <Ellipsis size={18} />
          </IconButton>
        </Menu>
      )}
      {!readonly && (
        <div
          className={cx(
            "flex max-sm:fixed max-sm:end-4 max-sm:bottom-18 max-sm:z-5 max-sm:shadow-overlay",
            !unsaved && "max-sm:hidden",
          )}
        >
          <Button
            look={unsaved ? "primary" : "secondary"}
            isPending={pending}
            isDisabled={!unsaved}
            onPress={() => props.onSave("stay")}
            className="rounded-e-none"
          >
            {t(`item.verb.${verb}`)}
          </Button>
          <Menu
            label={t("item.save.more")}
            commands={[
              [
                props.onPublish &&
                  statusValue !== status?.published && {
                    id: "publish",
                    text: t("item.verb.publish"),
                    shortcut: keyText("mod+shift+p"),
                    onAction: props.onPublish,
                  },
                { id: "close", text: t("item.save.close"), onAction: () => props.onSave("close") },
                mayCreate && !singleton && { id: "new", text: t("item.save.new"), onAction: () => props.onSave("new") },
                mayCreate &&
                  !singleton &&
                  !isNew && { id: "copy", text: t("item.copy"), shortcut: keyText("mod+shift+s"), onAction: copy },
              ],
              [
                onDraft && { id: "draft", text: t("item.save.draft"), disabled: !dirty, onAction: onDraft },
                onSchedule && { id: "schedule", text: t("item.schedule.more"), disabled: !dirty, onAction: onSchedule },
              ],
              [
                !version && {
                  id: "discard",
                  text: t("item.discard"),
                  danger: true,
                  disabled: !dirty,
                  onAction: props.onDiscard,
                },
              ],
            ]}
          >
            <IconButton
              look={unsaved ? "primary" : "secondary"}
              label={t("item.save.more")}
              className={cx("rounded-s-none", unsaved ? "border-s-on-accent/30!" : "border-s-0!")}
            >
              <ChevronDown size={16} />
            </IconButton>
          </Menu>
        </div>
      )}
      {props.children}
    </PageHeader>
  );
}

/** Whether the server keeps what was written. */
function AutosaveState({ autosave: { state, pending } }: { autosave: Autosaving }) {
  const text =
    state.phase === "failed"
      ? t("item.autosave.failed")
      : state.phase === "saving"
        ? t("item.autosave.saving")
        : state.at !== null && !pending
          ? t("item.autosave.saved", { at: formatDate(state.at, { timeStyle: "short" }) })
          : null;
  return (
    <span
      role="status"
      title={state.phase === "failed" ? errorText(state.error) : undefined}
      className={cx(
        "max-w-48 truncate text-caption max-lg:hidden",
        state.phase === "failed" ? "text-danger-fg" : "text-fg-3",
      )}
    >
      {text}
    </span>
  );
}
