/** The form of an item with its head: title, state, and what saving does. */
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ChevronDown } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { collectionName, singularName } from "~/api/names";
import { queryClient, useMe } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { displayText, templateOf } from "~/displays/template";
import { type SaveErrors, saveErrors } from "~/form/errors";
import { StoreForm } from "~/form/Form";
import { isPresentation } from "~/form/fields";
import type { Journal } from "~/form/journal";
import { validate } from "~/form/validation";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { Badge, Notice, PageHeader } from "~/kit/bits";
import { Menu } from "~/kit/Menu";
import { toast } from "~/kit/Toast";
import { ErrorSummary } from "./ErrorSummary";
import type { ItemAccess } from "./load";
import type { ItemSearch } from "./routes";
import { saveJournal } from "./save";
import { saveVerb, statusOf, toneOf } from "./status";
import { useGuard } from "./useGuard";

export interface ItemEditorProps {
  collection: Collection;
  fields: Field[];
  journal: Journal;
  search: ItemSearch;
  version: string | null;
  access: ItemAccess;
  /** Fields that the person may write; `*` for all. */
  writable?: readonly string[];
}

type After = "stay" | "close" | "new";
const NONE: SaveErrors = { fields: {}, general: [] };

export function ItemEditor({ collection, fields, journal, version, access, writable }: ItemEditorProps) {
  const me = useMe();
  const navigate = useNavigate();
  const [errors, setErrors] = useState<SaveErrors>(NONE);
  const [pending, setPending] = useState(false);
  const [stored, setStored] = useState(version);
  const summary = useRef<HTMLDivElement>(null);
  useSyncExternalStore(journal.subscribe, journal.version);

  const root = journal.node(journal.root);
  const isNew = root.key === null && !collection.meta?.singleton;
  const store = journal.store(journal.root);
  const dirty = journal.hasChanges(journal.root);
  const graph = useMemo(() => ({ journal, node: journal.root, depth: 0 }), [journal]);
  const variables = useMemo(() => ({ user: me.id, role: me.role?.id ?? null }), [me]);
  const readonly = !access.update;
  const locked = useMemo(() => lockedFields(fields, writable), [fields, writable]);
  const status = statusOf(collection, fields);
  const values = store.snapshot();
  const verb = saveVerb(status, root.base, values, isNew);
  const listPath = `/content/${encodeURIComponent(collection.collection)}`;
  const name = singularName(collection);

  const save = useCallback(
    async (after: After = "stay"): Promise<boolean> => {
      if (pending) return false;
      const now = journal.store(journal.root).snapshot();
      const judged = isNew ? fields : fields.filter((field) => journal.dirty(journal.root, field.field));
      const wrong = validate(
        judged.filter((field) => !locked?.has(field.field)),
        now,
        variables,
      );
      if (Object.keys(wrong).length > 0) {
        setErrors({ fields: wrong, general: [] });
        requestAnimationFrame(() => summary.current?.focus());
        return false;
      }
      setPending(true);
      try {
        const saved = await saveJournal(journal, {
          fields,
          variables,
          singleton: collection.meta?.singleton,
          ifMatch: stored,
        });
        setErrors(NONE);
        setStored(saved.version);
        toast({ kind: "success", text: t(isNew ? "item.created" : "item.saved") });
        await forget(collection.collection, saved.key);
        if (after === "close") await navigate({ to: listPath });
        else if (after === "new") await navigate({ to: `${listPath}/new` });
        else if (isNew && saved.key !== null)
          await navigate({ to: `${listPath}/${encodeURIComponent(String(saved.key))}`, replace: true });
        return true;
      } catch (error) {
        setErrors(saveErrors(error, collection.collection, new Set(fields.map((field) => field.field))));
        requestAnimationFrame(() => summary.current?.focus());
        return false;
      } finally {
        setPending(false);
      }
    },
    [pending, journal, isNew, fields, locked, variables, collection, stored, navigate, listPath],
  );

  useGuard(dirty && !pending, save, () => journal.discard());

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "s" && !event.shiftKey) {
        event.preventDefault();
        if (!readonly) void save();
      } else if (key === "p" && event.shiftKey && status?.published != null && !readonly) {
        event.preventDefault();
        store.set(status.field.field, status.published);
        void save();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [save, readonly, status, store]);

  const statusValue = status ? values[status.field.field] : null;
  const statusText = status?.choices.find((choice) => choice.value === statusValue)?.text ?? String(statusValue ?? "");
  const editable = fields.filter((field) => !isPresentation(field) && !locked?.has(field.field));
  const all = fields.filter((field) => !isPresentation(field));

  return (
    <>
      <PageHeader
        before={
          <IconButton
            label={t("item.back_to", { name: collectionName(collection) })}
            onPress={() => void navigate({ to: listPath })}
          >
            <ArrowLeft size={18} className="rtl:-scale-x-100" />
          </IconButton>
        }
        title={
          isNew
            ? t("item.new", { name })
            : displayText(templateOf(collection, fields), values) || `${name} ${root.key ?? ""}`
        }
        note={collectionName(collection)}
      >
        {status && statusValue != null && (
          <Badge tone={toneOf(statusValue, collection)} dot>
            {statusText}
          </Badge>
        )}
        {!readonly && (
          <div className="flex">
            <Button
              look="primary"
              isPending={pending}
              isDisabled={!dirty && !isNew}
              onPress={() => void save()}
              className="rounded-e-none"
            >
              {t(`item.verb.${verb}`)}
            </Button>
            <Menu
              label={t("item.save.more")}
              commands={[
                [
                  { id: "close", text: t("item.save.close"), onAction: () => void save("close") },
                  { id: "new", text: t("item.save.new"), onAction: () => void save("new") },
                ],
                [
                  {
                    id: "discard",
                    text: t("item.discard"),
                    danger: true,
                    disabled: !dirty,
                    onAction: () => journal.discard(),
                  },
                ],
              ]}
            >
              <IconButton look="primary" label={t("item.save.more")} className="rounded-s-none border-s-on-accent/30!">
                <ChevronDown size={16} />
              </IconButton>
            </Menu>
          </div>
        )}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="flex flex-col gap-5 p-6 max-sm:p-4">
          <ErrorSummary ref={summary} errors={errors} fields={fields} />
          {readonly && <Notice tone="info">{t("item.readonly")}</Notice>}
          {!readonly && locked && locked.size > 0 && editable.length < all.length && (
            <Notice tone="info">{t("item.partly", { count: editable.length, all: all.length })}</Notice>
          )}
          <StoreForm
            fields={fields}
            store={store}
            graph={graph}
            errors={errors.fields}
            disabled={readonly}
            locked={locked}
            context={{ collection: collection.collection, itemId: root.key }}
            autoFocus={
              isNew ? editable.find((field) => !field.meta?.hidden && !field.meta?.readonly)?.field : undefined
            }
          />
        </div>
      </div>
    </>
  );
}

function lockedFields(fields: readonly Field[], writable: readonly string[] | undefined): ReadonlySet<string> | null {
  if (!writable || writable.includes("*")) return null;
  return new Set(
    fields.filter((field) => !isPresentation(field) && !writable.includes(field.field)).map((field) => field.field),
  );
}

/** What was fetched of a collection is old after a save. */
export async function forget(collection: string, key: Key | null): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["items", collection] }),
    queryClient.invalidateQueries({ queryKey: ["item", collection, key === null ? null : String(key)] }),
    queryClient.invalidateQueries({ queryKey: ["links"] }),
  ]);
}
