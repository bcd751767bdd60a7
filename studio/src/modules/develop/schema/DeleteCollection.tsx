/** Deleting a collection, or a folder: says what goes, and has the name typed where rows go. */
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { patch, remove, requestBody } from "~/api/client";
import { errorText } from "~/api/errors";
import { collectionName } from "~/api/names";
import { schemaChanged, useCollections, useRelations } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Collection } from "~/api/types";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Notice } from "~/kit/bits";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { toast } from "~/kit/Toast";
import { isFolder } from "./tree";

interface Count {
  data: { count: number | string }[];
}

export const rowsQuery = (collection: string) => ({
  queryKey: ["rows", collection],
  queryFn: async () => {
    const answer = await requestBody<Count>("GET", itemsPath(collection), { query: { "aggregate[count]": "*" } });
    return Number(answer.data[0]?.count ?? 0);
  },
  staleTime: 0,
});

export function DeleteCollection({
  collection,
  onClose,
  onDeleted,
}: {
  collection: Collection;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const name = collection.collection;
  const folder = isFolder(collection);
  const rows = useQuery({ ...rowsQuery(name), enabled: !folder });
  const links = useRelations().filter((one) => one.related_collection === name && one.collection !== name);
  const inside = useCollections().filter((one) => one.meta?.group === name);
  const [typed, setTyped] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const needsName = !folder;
  async function go() {
    setPending(true);
    setFailure(null);
    try {
      // what is in a folder moves up
      if (inside.length) {
        await patch(
          "/collections",
          inside.map((one) => ({ collection: one.collection, meta: { group: collection.meta?.group ?? null } })),
        );
      }
      await remove(`/collections/${encodeURIComponent(name)}`);
      onDeleted?.();
      onClose();
      toast({ kind: "success", text: t("develop.deleted", { name: collectionName(collection) }) });
      await schemaChanged();
    } catch (error) {
      setFailure(errorText(error));
      setPending(false);
    }
  }
  return (
    <Dialog
      isOpen
      size="small"
      role="alertdialog"
      title={t("develop.delete.title", { name: collectionName(collection) })}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          look="danger"
          isPending={pending}
          isDisabled={needsName && typed !== name}
          onPress={() => void go()}
        >
          {t("develop.delete")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-3">
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        {folder ? (
          <p>{t("develop.delete.folder")}</p>
        ) : (
          <>
            <Notice tone="danger" icon={<TriangleAlert size={16} />}>
              {rows.data === undefined
                ? t("develop.delete.data")
                : t("develop.delete.rows", { count: rows.data, number: formatNumber(rows.data) })}
            </Notice>
            {links.length > 0 && (
              <p className="text-fg-2">
                {t("develop.delete.links", { fields: links.map((one) => `${one.collection}.${one.field}`).join(", ") })}
              </p>
            )}
            <TextField
              autoFocus
              label={t("develop.delete.type", { name })}
              value={typed}
              onChange={setTyped}
              autoComplete="off"
              mono
            />
          </>
        )}
      </div>
    </Dialog>
  );
}
