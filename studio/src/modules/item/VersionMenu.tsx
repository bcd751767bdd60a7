/** Which version of an item is on the page, and what can be done with it. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronDown, GitCompare, Plus, Rocket, Trash2 } from "lucide-react";
import { useState } from "react";
import { post, remove } from "~/api/client";
import { fieldName } from "~/api/names";
import { queryClient, useMay } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { confirm, Dialog } from "~/kit/Dialog";
import { Checkbox, TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { SideBySide } from "./CompareDialog";
import type { ItemSearch } from "./routes";
import { forget } from "./useSave";
import { comparisonQuery, type Version, versionsQuery } from "./versions";

interface Props {
  collection: Collection;
  fields: Field[];
  itemKey: Key;
  version: Version | null;
  search: ItemSearch;
  dirty: boolean;
}

export function VersionMenu({ collection, fields, itemKey, version, search, dirty }: Props) {
  const navigate = useNavigate();
  const may = useMay("directus_versions", "read").access !== "none";
  const mayCreate = useMay("directus_versions", "create").access !== "none";
  const versions = useQuery({ ...versionsQuery(collection.collection, itemKey), enabled: may }).data ?? [];
  const [dialog, setDialog] = useState<"create" | "promote" | null>(null);
  if (!may) return null;
  const show = (key: string | undefined) => void navigate({ to: ".", search: { ...search, version: key } });
  const destroy = async () => {
    if (!version) return;
    const name = version.name ?? version.key;
    if (!(await confirm({ title: t("item.version.delete.title", { name }), action: t("item.delete"), danger: true })))
      return;
    try {
      await remove(`/versions/${version.id}`);
      await queryClient.invalidateQueries({ queryKey: ["versions", collection.collection] });
      show(undefined);
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <>
      <Menu
        label={t("item.version")}
        commands={[
          [
            {
              id: "main",
              text: t("item.version.main"),
              icon: version ? null : <Check size={16} />,
              onAction: () => show(undefined),
            },
            ...versions.map((one) => ({
              id: one.id,
              text: one.name ?? one.key,
              icon: one.key === version?.key ? <Check size={16} /> : null,
              onAction: () => show(one.key),
            })),
          ],
          [
            mayCreate && {
              id: "create",
              text: t("item.version.create"),
              icon: <Plus size={16} />,
              onAction: () => setDialog("create"),
            },
            version !== null && {
              id: "promote",
              text: t("item.version.compare"),
              icon: <GitCompare size={16} />,
              disabled: dirty,
              onAction: () => setDialog("promote"),
            },
            version !== null && {
              id: "delete",
              text: t("item.version.delete"),
              icon: <Trash2 size={16} />,
              danger: true,
              onAction: () => void destroy(),
            },
          ],
        ]}
      >
        <Button look="quiet" className={version ? "bg-selected text-accent-strong" : "text-fg-2"}>
          {version ? (version.name ?? version.key) : t("item.version.main")}
          <ChevronDown size={14} aria-hidden />
        </Button>
      </Menu>
      {version && !dirty && (
        <Button icon={<Rocket size={16} />} onPress={() => setDialog("promote")}>
          {t("item.version.promote")}
        </Button>
      )}
      {dialog === "create" && (
        <CreateDialog
          collection={collection.collection}
          itemKey={itemKey}
          taken={versions.map((one) => one.key)}
          onClose={() => setDialog(null)}
          onCreated={show}
        />
      )}
      {dialog === "promote" && version && (
        <PromoteDialog
          version={version}
          fields={fields}
          onClose={() => setDialog(null)}
          onPromoted={async () => {
            await forget(collection.collection, itemKey);
            await queryClient.invalidateQueries({ queryKey: ["versions"] });
            show(undefined);
          }}
        />
      )}
    </>
  );
}

function CreateDialog({
  collection,
  itemKey,
  taken,
  onClose,
  onCreated,
}: {
  collection: string;
  itemKey: Key;
  taken: readonly string[];
  onClose: () => void;
  onCreated: (key: string) => void;
}) {
  const [name, setName] = useState(taken.includes("draft") ? "" : t("item.version.draft"));
  const [pending, setPending] = useState(false);
  const key = taken.includes("draft") || name !== t("item.version.draft") ? keyOf(name) : "draft";
  const create = async () => {
    setPending(true);
    try {
      await post("/versions", { collection, item: String(itemKey), key, name: name.trim() });
      await queryClient.invalidateQueries({ queryKey: ["versions", collection] });
      onClose();
      onCreated(key);
    } catch (error) {
      toastError(error);
    } finally {
      setPending(false);
    }
  };
  const twice = taken.includes(key);
  return (
    <Dialog
      isOpen
      size="small"
      title={t("item.version.create")}
      onClose={onClose}
      footer={
        <Button look="primary" isPending={pending} isDisabled={key === "" || twice} onPress={() => void create()}>
          {t("item.verb.create")}
        </Button>
      }
    >
      <TextField
        label={t("item.version.name")}
        note={t("item.version.note")}
        error={twice ? t("item.version.taken") : null}
        value={name}
        onChange={setName}
        autoFocus
        onKeyDown={(event) => event.key === "Enter" && key !== "" && !twice && void create()}
      />
    </Dialog>
  );
}

const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** What a version changes, and which of it goes into the item. */
function PromoteDialog({
  version,
  fields,
  onClose,
  onPromoted,
}: {
  version: Version;
  fields: readonly Field[];
  onClose: () => void;
  onPromoted: () => Promise<void>;
}) {
  const compared = useQuery(comparisonQuery(version.id));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [pending, setPending] = useState(false);
  const changed = fields.filter(
    (field) =>
      compared.data &&
      field.field in compared.data.current &&
      !field.schema?.is_primary_key &&
      !field.meta?.special?.some((one) => one.endsWith("-updated")),
  );
  const promote = async () => {
    if (!compared.data) return;
    setPending(true);
    try {
      const chosen = changed.map((field) => field.field).filter((name) => !left.has(name));
      await post(`/versions/${version.id}/promote`, {
        mainHash: compared.data.mainHash,
        ...(left.size > 0 ? { fields: chosen } : {}),
      });
      toast({ kind: "success", text: t("item.version.promoted") });
      onClose();
      await onPromoted();
    } catch (error) {
      toastError(error);
      void compared.refetch();
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog
      isOpen
      size="large"
      title={t("item.version.compare")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button
            look="primary"
            isPending={pending}
            isDisabled={changed.length === 0 || left.size === changed.length}
            onPress={() => void promote()}
          >
            {t("item.version.promote")}
          </Button>
        </>
      }
    >
      {compared.error ? (
        <Failed error={compared.error} onRetry={() => void compared.refetch()} />
      ) : !compared.data ? (
        <Loading />
      ) : (
        <div className="flex flex-col gap-4">
          {compared.data.outdated && <Notice tone="warning">{t("item.version.outdated")}</Notice>}
          {changed.length === 0 && <p className="text-fg-2">{t("item.compare.none")}</p>}
          {changed.map((field) => (
            <section key={field.field} className="rounded-card border border-line p-3">
              <Checkbox
                className="mb-2 font-semibold"
                isSelected={!left.has(field.field)}
                onChange={(on) =>
                  setLeft(new Set(on ? [...left].filter((one) => one !== field.field) : [...left, field.field]))
                }
              >
                {fieldName(field)}
              </Checkbox>
              <SideBySide
                field={field}
                left={compared.data.main[field.field]}
                right={compared.data.current[field.field]}
                leftName={t("item.version.main")}
                rightName={version.name ?? version.key}
              />
            </section>
          ))}
        </div>
      )}
    </Dialog>
  );
}
