/** An item at the side of another page, with a save of its own: for lists and for links. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useMemo, useRef, useState, useSyncExternalStore } from "react";
import { keyField } from "~/api/keys";
import { collectionName, nameOf, singularName } from "~/api/names";
import { fieldsQuery, useCollection, useMay, useMe } from "~/api/queries";
import type { Collection, Field, Item, Key } from "~/api/types";
import { displayText, templateOf } from "~/displays/template";
import { StoreForm } from "~/form/Form";
import { defaults, isPresentation } from "~/form/fields";
import { Journal } from "~/form/journal";
import { t } from "~/i18n/words/item";
import { ButtonLink } from "~/kit/Button";
import { ask, DialogActions, Drawer } from "~/kit/Dialog";
import { Failed, Loading, NoPermission } from "~/kit/states";
import { itemPage } from "~/relations/paths";
import { ConflictDialog } from "./CompareDialog";
import { ErrorSummary } from "./ErrorSummary";
import { accessQuery, itemQuery, type Loaded } from "./load";
import { useSave } from "./useSave";

export interface ItemDrawerProps {
  collection: string;
  /** null for a new item. */
  id: Key | null;
  mode?: "edit" | "read";
  /** First values of a new item. */
  values?: Item;
  onClose: () => void;
  onSaved?: (key: Key | null) => void;
}

export function ItemDrawer({ collection: name, id, mode = "edit", values, onClose, onSaved }: ItemDrawerProps) {
  const collection = useCollection(name);
  const may = useMay(name, id === null ? "create" : "read");
  const fields = useQuery(fieldsQuery(name));
  const loaded = useQuery({
    ...itemQuery(collection ?? ({ collection: name, meta: null } as Collection), id, fields.data ?? []),
    enabled: collection !== undefined && fields.data !== undefined && id !== null,
  });
  const access = useQuery({ ...accessQuery(name, id), enabled: id !== null });
  const error = fields.error ?? loaded.error ?? access.error;
  if (collection && fields.data && may.access !== "none" && !error && (id === null || (loaded.data && access.data))) {
    return (
      <Editor
        key={`${name}/${id}`}
        collection={collection}
        fields={fields.data}
        id={id}
        loaded={loaded.data ?? { item: { ...defaults(fields.data, may.presets), ...values }, tag: null }}
        readonly={mode === "read" || (id !== null && !access.data?.update)}
        onClose={onClose}
        onSaved={onSaved}
      />
    );
  }
  return (
    <Drawer isOpen onClose={onClose} title={collection ? collectionName(collection) : nameOf(name)}>
      {may.access === "none" ? (
        <NoPermission what={collection ? collectionName(collection) : nameOf(name)} />
      ) : error ? (
        <Failed error={error} onRetry={() => void (fields.error ? fields.refetch() : loaded.refetch())} />
      ) : (
        <Loading />
      )}
    </Drawer>
  );
}

function Editor({
  collection,
  fields,
  id,
  loaded,
  readonly,
  onClose,
  onSaved,
}: {
  collection: Collection;
  fields: Field[];
  id: Key | null;
  loaded: Loaded;
  readonly: boolean;
  onClose: () => void;
  onSaved?: (key: Key | null) => void;
}) {
  const me = useMe();
  const writable = useMay(collection.collection, id === null ? "create" : "update").fields;
  const [journal] = useState(
    () => new Journal({ collection: collection.collection, key: id, primaryKey: keyField(fields), base: loaded.item }),
  );
  const summary = useRef<HTMLDivElement>(null);
  const locked = useMemo(
    () =>
      !writable || writable.includes("*")
        ? null
        : new Set(
            fields
              .filter((field) => !isPresentation(field) && !writable.includes(field.field))
              .map((field) => field.field),
          ),
    [fields, writable],
  );
  const variables = useMemo(() => ({ user: me.id, role: me.role?.id ?? null }), [me]);
  const graph = useMemo(() => ({ journal, node: journal.root, depth: 1 }), [journal]);
  const { errors, pending, conflicts, save, resolve, dismiss } = useSave({
    collection,
    fields,
    journal,
    tag: loaded.tag,
    locked,
    variables,
  });
  const dirty = useSyncExternalStore(journal.subscribe, () => journal.hasChanges(journal.root));
  const store = journal.store(journal.root);
  const template = useMemo(() => templateOf(collection, fields), [collection, fields]);
  const text = useSyncExternalStore(journal.subscribe, () => displayText(template, store.snapshot()));
  const name = singularName(collection);
  const run = async (): Promise<boolean> => {
    const outcome = await save();
    if (outcome && "saved" in outcome) {
      onSaved?.(outcome.saved.key);
      return true;
    }
    requestAnimationFrame(() => summary.current?.focus());
    return false;
  };
  const beforeClose = async () => {
    if (!dirty || readonly) return true;
    const answer = await ask({
      title: t("item.leave.title"),
      text: t("item.leave.text"),
      action: t("item.leave.save"),
      other: { text: t("item.leave.discard"), value: "discard" },
    });
    return answer === "discard" || (answer === "yes" && (await run()));
  };
  return (
    <Drawer
      isOpen
      onClose={onClose}
      beforeClose={beforeClose}
      title={id === null ? t("item.new", { name }) : text || `${name} ${id}`}
      actions={
        id !== null && (
          <ButtonLink href={itemPage(collection.collection, id)} look="quiet" icon={<ExternalLink size={16} />}>
            {t("relations.open_page")}
          </ButtonLink>
        )
      }
      footer={
        !readonly && (
          <DialogActions
            onCancel={async () => (await beforeClose()) && onClose()}
            isPending={pending}
            isDisabled={!dirty && id !== null}
            onPress={async () => (await run()) && onClose()}
          >
            {t(id === null ? "item.verb.create" : "item.verb.save")}
          </DialogActions>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the whole drawer */}
      <div
        className="flex flex-col gap-5"
        role="presentation"
        onKeyDown={(event) => {
          if (
            !(event.metaKey || event.ctrlKey) ||
            (event.key !== "Enter" && event.key.toLowerCase() !== "s") ||
            readonly
          )
            return;
          event.preventDefault();
          event.stopPropagation();
          void run().then((done) => done && event.key === "Enter" && onClose());
        }}
      >
        <ErrorSummary ref={summary} errors={errors} fields={fields} />
        <StoreForm
          fields={fields}
          store={store}
          graph={graph}
          errors={errors.fields}
          disabled={readonly}
          locked={locked}
          context={{ collection: collection.collection, itemId: id }}
          autoFocus={
            id === null
              ? fields.find((field) => !field.meta?.hidden && !field.meta?.readonly && !isPresentation(field))?.field
              : undefined
          }
        />
      </div>
      {conflicts && (
        <ConflictDialog
          conflicts={conflicts}
          fields={fields}
          onClose={dismiss}
          onResolve={(chosen) => {
            resolve(chosen);
            void run().then((done) => done && onClose());
          }}
        />
      )}
    </Drawer>
  );
}
