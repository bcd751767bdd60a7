/** Which version of an item is on the page, and what can be done with it. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CalendarClock, Check, ChevronDown, GitCompare, Plus, Rocket, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { post, remove } from "~/api/client";
import { useMay } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { confirm, Dialog } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { toastError } from "~/kit/Toast";
import type { ItemSearch } from "./routes";
import { forget } from "./useSave";
import { DRAFT, forgetVersions, nameOf, type Version, versionsQuery } from "./versions";

const ScheduleDialog = lazy(() => import("./ScheduleDialog").then((module) => ({ default: module.ScheduleDialog })));
const PublishDialog = lazy(() => import("./PublishDialog").then((module) => ({ default: module.PublishDialog })));

interface Props {
  collection: Collection;
  fields: Field[];
  itemKey: Key;
  version: Version | null;
  search: ItemSearch;
  readonly: boolean;
  /** Have the server know everything; says whether it does. */
  flush: () => Promise<boolean>;
}

export function VersionMenu({ collection, fields, itemKey, version, search, readonly, flush }: Props) {
  const navigate = useNavigate();
  const may = useMay("directus_versions", "read").access !== "none";
  const mayCreate = useMay("directus_versions", "create").access !== "none";
  const mayUpdate = useMay("directus_versions", "update").access !== "none";
  const mayDelete = useMay("directus_versions", "delete").access !== "none";
  const versions = useQuery({ ...versionsQuery(collection.collection, itemKey), enabled: may }).data ?? [];
  const [dialog, setDialog] = useState<"create" | "publish" | "schedule" | null>(null);
  if (!may) return null;
  const schedule = versions.find((one) => one.id === version?.id)?.schedule ?? null;
  const show = (key: string | undefined) => void navigate({ to: ".", search: { ...search, version: key } });
  // what is compared, published or scheduled is what the server has
  const open = async (what: "publish" | "schedule") => {
    if (await flush()) setDialog(what);
  };
  const destroy = async () => {
    if (!version) return;
    if (
      !(await confirm({
        title: t("item.version.delete.title", { name: nameOf(version) }),
        action: t("item.delete"),
        danger: true,
      }))
    )
      return;
    try {
      await remove(`/versions/${version.id}`);
      await forgetVersions();
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
            ...versions.map((one) => {
              const at = one.schedule?.publish_at;
              return {
                id: one.id,
                text: at ? t("item.schedule.named", { name: nameOf(one), at: formatDateTime(at) }) : nameOf(one),
                icon: one.key === version?.key ? <Check size={16} /> : null,
                onAction: () => show(one.key),
              };
            }),
          ],
          [
            mayCreate && {
              id: "create",
              text: t("item.version.create"),
              icon: <Plus size={16} />,
              onAction: () => setDialog("create"),
            },
            version !== null && {
              id: "publish",
              text: t("item.version.compare"),
              icon: <GitCompare size={16} />,
              onAction: () => void open("publish"),
            },
            version !== null &&
              mayUpdate &&
              !readonly && {
                id: "schedule",
                text: t(schedule ? "item.schedule.edit" : "item.schedule.more"),
                icon: <CalendarClock size={16} />,
                onAction: () => void open("schedule"),
              },
            version !== null &&
              mayDelete && {
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
          {version ? nameOf(version) : t("item.version.main")}
          <ChevronDown size={14} aria-hidden />
        </Button>
      </Menu>
      {schedule && (
        <Button
          look="quiet"
          icon={<CalendarClock size={16} />}
          isDisabled={!mayUpdate || readonly}
          className="rounded-full! bg-info-bg text-info-fg max-sm:hidden"
          onPress={() => void open("schedule")}
        >
          {t("item.schedule.for", { at: formatDateTime(schedule.publish_at) })}
        </Button>
      )}
      {version && (
        <Button icon={<Rocket size={16} />} onPress={() => void open("publish")}>
          {t(readonly ? "item.version.compare_only" : "item.version.promote")}
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
      <Suspense>
        {dialog === "publish" && version && (
          <PublishDialog
            version={version}
            fields={fields}
            readonly={readonly}
            onClose={() => setDialog(null)}
            onPublished={async () => {
              await forget(collection.collection, itemKey);
              await forgetVersions();
              show(undefined);
            }}
          />
        )}
        {dialog === "schedule" && version && (
          <ScheduleDialog
            version={version.id}
            name={nameOf(version)}
            schedule={schedule}
            onClose={() => setDialog(null)}
          />
        )}
      </Suspense>
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
  const [name, setName] = useState(taken.includes(DRAFT) ? "" : t("item.version.draft"));
  const [pending, setPending] = useState(false);
  const key = taken.includes(DRAFT) || name !== t("item.version.draft") ? keyOf(name) : DRAFT;
  const create = async () => {
    setPending(true);
    try {
      await post("/versions", { collection, item: String(itemKey), key, name: name.trim() });
      await forgetVersions();
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

/** A key from a name in any script. */
const keyOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .normalize("NFKC")
    .replace(/[^\p{Letter}\p{Mark}\p{Number}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64);
