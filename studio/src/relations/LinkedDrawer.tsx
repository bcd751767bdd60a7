/**
 * A linked item at the side. It edits the journal of the page: what is typed here is kept when the drawer closes, and
 * saved together with the page.
 */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import { parseExact } from "~/api/exact";
import { singularName } from "~/api/names";
import { fieldsQuery, useCollection, useMay, useMe } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Field, Item, Key } from "~/api/types";
import type { Source } from "~/form/context";
import { StoreForm } from "~/form/Form";
import { defaults, isPresentation } from "~/form/fields";
import type { Journal, NodeId } from "~/form/journal";
import { type FormErrors, validate } from "~/form/validation";
import { t } from "~/i18n/words/item";
import { Button, ButtonLink } from "~/kit/Button";
import { Drawer } from "~/kit/Dialog";
import { Failed, Loading } from "~/kit/states";
import { useLinkedText } from "./LinkedText";
import { itemPage } from "./paths";

export interface LinkedDrawerProps {
  journal: Journal;
  node: NodeId;
  /** A junction row whose own fields are shown below. */
  row?: { node: NodeId; hide: ReadonlySet<string> } | null;
  /** Fields that lead back to where one came from. */
  hide?: ReadonlySet<string>;
  depth: number;
  readonly?: boolean;
  onClose: () => void;
  /** Give up a new item that was never filled in. */
  onCancel?: () => void;
}

export const DEEPEST = 3;

export function LinkedDrawer({
  journal,
  node,
  row = null,
  hide,
  depth,
  readonly = false,
  onClose,
  onCancel,
}: LinkedDrawerProps) {
  const { collection, key } = journal.node(node);
  const about = useCollection(collection);
  const text = useLinkedText(journal, collection, key ?? node);
  const [errors, setErrors] = useState<FormErrors>({});
  const fields = useQuery(fieldsQuery(collection)).data;
  const me = useMe();

  const close = () => {
    if (key === null && onCancel && !journal.hasChanges(node)) onCancel();
    onClose();
  };
  const apply = () => {
    const judged = (fields ?? []).filter(
      (field) => !hide?.has(field.field) && (key === null || journal.dirty(node, field.field)),
    );
    const wrong = validate(judged, journal.store(node).snapshot(), { user: me.id, role: me.role?.id ?? null });
    setErrors(wrong);
    if (Object.keys(wrong).length === 0) onClose();
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || (event.key !== "Enter" && event.key.toLowerCase() !== "s")) return;
      event.preventDefault();
      event.stopPropagation();
      apply();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  });
  const name = about ? singularName(about) : collection;
  return (
    <Drawer
      isOpen
      onClose={close}
      title={key === null ? t("relations.new", { name }) : (text ?? name)}
      size={depth > 1 ? "small" : "medium"}
      actions={
        key !== null && (
          <ButtonLink href={itemPage(collection, key)} target="_blank" look="quiet" icon={<ExternalLink size={16} />}>
            {t("relations.open_page")}
          </ButtonLink>
        )
      }
      footer={
        <>
          {!readonly && key !== null && (
            <Button look="quiet" onPress={() => journal.reset(node)} className="me-auto">
              {t("relations.undo_all")}
            </Button>
          )}
          {key === null && onCancel && (
            <Button
              onPress={() => {
                onCancel();
                onClose();
              }}
            >
              {t("app.cancel")}
            </Button>
          )}
          <Button look="primary" onPress={apply}>
            {readonly ? t("app.close") : t("relations.apply")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {!readonly && <p className="text-dense text-fg-2">{t("relations.saved_with_page")}</p>}
        <NodeForm
          journal={journal}
          node={node}
          depth={depth}
          hide={hide}
          errors={errors}
          readonly={readonly}
          autoFocus={key === null}
        />
        {row && <RowFields journal={journal} row={row} depth={depth} readonly={readonly} />}
      </div>
    </Drawer>
  );
}

/** The form of one node, after its stored values were fetched. */
export function NodeForm({
  journal,
  node,
  depth,
  hide,
  errors,
  readonly = false,
  autoFocus = false,
  only,
  className,
  sources,
}: {
  journal: Journal;
  node: NodeId;
  depth: number;
  hide?: ReadonlySet<string>;
  errors?: FormErrors;
  readonly?: boolean;
  autoFocus?: boolean;
  only?: (field: Field) => boolean;
  className?: string;
  sources?: () => readonly Source[];
}) {
  const { collection, key } = journal.node(node);
  const may = useMay(collection, key === null ? "create" : "update");
  const fields = useQuery(fieldsQuery(collection));
  const loaded = useNode(journal, node, fields.data);
  const shown = useMemo(
    () => (fields.data ?? []).filter((field) => !hide?.has(field.field) && (!only || only(field))),
    [fields.data, hide, only],
  );
  const locked = useMemo(() => {
    if (!may.fields || may.fields.includes("*")) return null;
    return new Set(
      shown.filter((field) => !isPresentation(field) && !may.fields?.includes(field.field)).map((field) => field.field),
    );
  }, [shown, may.fields]);
  const graph = useMemo(() => ({ journal, node, depth }), [journal, node, depth]);
  const error = fields.error ?? loaded.error;
  if (error) return <Failed error={error} onRetry={() => void (fields.error ? fields.refetch() : loaded.refetch())} />;
  if (!fields.data || !loaded.ready) return <Loading />;
  return (
    <StoreForm
      fields={shown}
      store={journal.store(node)}
      graph={graph}
      errors={errors}
      disabled={readonly || may.access === "none"}
      locked={locked}
      context={{ collection, itemId: key }}
      autoFocus={
        autoFocus
          ? shown.find((field) => !field.meta?.hidden && !field.meta?.readonly && !isPresentation(field))?.field
          : undefined
      }
      className={className}
      sources={sources}
    />
  );
}

function RowFields({
  journal,
  row,
  depth,
  readonly,
}: {
  journal: Journal;
  row: NonNullable<LinkedDrawerProps["row"]>;
  depth: number;
  readonly: boolean;
}) {
  const fields = useQuery(fieldsQuery(journal.node(row.node).collection)).data ?? [];
  const extra = fields.filter(
    (field) => !row.hide.has(field.field) && !field.meta?.hidden && !field.schema?.is_primary_key,
  );
  if (extra.length === 0) return null;
  return (
    <section className="border-t border-line pt-4">
      <h3 className="mb-3 font-semibold">{t("relations.row_fields")}</h3>
      <NodeForm
        journal={journal}
        node={row.node}
        depth={depth}
        hide={row.hide}
        readonly={readonly}
        only={(field) => !field.schema?.is_primary_key}
      />
    </section>
  );
}

/** Lets the journal learn what is stored of a node. */
function useNode(journal: Journal, node: NodeId, fields: readonly Field[] | undefined) {
  const { collection, key } = journal.node(node);
  const columns = (fields ?? []).filter((field) => field.type !== "alias").map((field) => field.field);
  const query = useQuery({
    queryKey: ["items", collection, "form", String(key ?? node), columns.join()],
    queryFn: async ({ signal }) => {
      if (key === null) {
        const { sets } = journal.node(node);
        journal.learn(
          node,
          Object.fromEntries(Object.entries(defaults(fields ?? [])).filter(([field]) => !(field in sets))),
        );
        return {};
      }
      const item = await fetchItem(collection, key, columns, signal);
      journal.learn(node, item);
      return item;
    },
    enabled: fields !== undefined,
    staleTime: 0,
  });
  return { ready: query.isSuccess, error: query.error, refetch: query.refetch };
}

async function fetchItem(collection: string, key: Key, columns: readonly string[], signal: AbortSignal): Promise<Item> {
  const response = await send("GET", itemsPath(collection, key), { query: { fields: columns.join(",") }, signal });
  const text = await response.text();
  const body = (text ? parseExact(text) : null) as { data?: Item } | null;
  if (!response.ok)
    throw new ApiError(response.status, problemsOf(response.status, body), response.headers.get("x-request-id"));
  return body?.data ?? {};
}
