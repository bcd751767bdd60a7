/** What can be done with a collection or folder from a list. */
import { useNavigate } from "@tanstack/react-router";
import { Braces, Ellipsis, Eye, EyeOff, FolderInput, List, Pencil, TextCursorInput, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { patch } from "~/api/client";
import { collectionName } from "~/api/names";
import { schemaChanged, useCollections } from "~/api/queries";
import type { Collection } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { IconButton } from "~/kit/Button";
import { type Command, Menu } from "~/kit/Menu";
import { toastError } from "~/kit/Toast";
import { DeleteCollection } from "./DeleteCollection";
import { FolderDialog } from "./FolderDialog";
import { isFolder, isSystem } from "./tree";

const RenameCollection = lazy(() => import("./RenameCollection"));

export function CollectionMenu({
  collection,
  onMove,
}: {
  collection: Collection;
  /** Puts it into a folder. */
  onMove?: (folder: string) => void;
}) {
  const navigate = useNavigate();
  const collections = useCollections();
  const [open, setOpen] = useState<"delete" | "folder" | "rename" | null>(null);
  const name = collection.collection;
  const path = `/develop/schema/${encodeURIComponent(name)}`;
  const hidden = collection.meta?.hidden === true;
  const folder = isFolder(collection);
  const go = (to: string) => void navigate({ to: to as string });
  async function set(meta: Record<string, unknown>) {
    try {
      await patch(`/collections/${encodeURIComponent(name)}`, { meta });
      await schemaChanged();
    } catch (error) {
      toastError(error);
    }
  }
  const folders: Command[] = onMove
    ? collections
        .filter(
          (one) =>
            isFolder(one) && !isSystem(one) && one.collection !== name && one.collection !== collection.meta?.group,
        )
        .map((one) => ({
          id: `to:${one.collection}`,
          text: t("develop.move_to", { folder: collectionName(one) }),
          icon: <FolderInput size={16} />,
          onAction: () => onMove(one.collection),
        }))
    : [];
  return (
    <>
      <Menu
        label={t("develop.actions", { name: collectionName(collection) })}
        commands={[
          [
            !folder && { id: "open", text: t("develop.edit"), icon: <Pencil size={16} />, onAction: () => go(path) },
            !folder && {
              id: "items",
              text: t("develop.open_items"),
              icon: <List size={16} />,
              onAction: () => go(`/content/${encodeURIComponent(name)}`),
            },
            !folder && {
              id: "api",
              text: t("develop.tab.api"),
              icon: <Braces size={16} />,
              onAction: () => go(`${path}?tab=api`),
            },
            !folder &&
              !isSystem(collection) && {
                id: "table",
                text: t("develop.rename.action"),
                icon: <TextCursorInput size={16} />,
                onAction: () => setOpen("rename"),
              },
            folder && {
              id: "rename",
              text: t("develop.edit"),
              icon: <Pencil size={16} />,
              onAction: () => setOpen("folder"),
            },
          ],
          [
            {
              id: "hide",
              text: t(hidden ? "develop.show" : "develop.hide"),
              icon: hidden ? <Eye size={16} /> : <EyeOff size={16} />,
              onAction: () => void set({ hidden: !hidden }),
            },
            ...folders,
            Boolean(onMove && collection.meta?.group) && {
              id: "out",
              text: t("develop.move_out"),
              icon: <FolderInput size={16} />,
              onAction: () => void set({ group: null }),
            },
          ],
          [
            {
              id: "delete",
              text: t("develop.delete"),
              icon: <Trash2 size={16} />,
              danger: true,
              onAction: () => setOpen("delete"),
            },
          ],
        ]}
      >
        <IconButton label={t("develop.actions", { name: collectionName(collection) })}>
          <Ellipsis size={16} />
        </IconButton>
      </Menu>
      {open === "delete" && <DeleteCollection collection={collection} onClose={() => setOpen(null)} />}
      {open === "rename" && (
        <Suspense>
          <RenameCollection collection={collection} onClose={() => setOpen(null)} />
        </Suspense>
      )}
      {open === "folder" && <FolderDialog folder={collection} onClose={() => setOpen(null)} />}
    </>
  );
}
