/** A folder for collections: made, or called otherwise. */
import { useState } from "react";
import { Form } from "react-aria-components";
import { patch, post } from "~/api/client";
import { errorText } from "~/api/errors";
import { collectionName } from "~/api/names";
import { schemaChanged, useCollections } from "~/api/queries";
import type { Collection } from "~/api/types";
import { locale } from "~/i18n/i18n";
import { t } from "~/i18n/words/admin";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { free, nameOf, translationsOf } from "./names";

export function FolderDialog({ folder, onClose }: { folder?: Collection; onClose: () => void }) {
  const collections = useCollections();
  const [label, setLabel] = useState(folder ? collectionName(folder) : "");
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  async function save() {
    const wanted = nameOf(label);
    if (!wanted) return setFailure(t("develop.problem.empty"));
    setPending(true);
    try {
      if (folder) {
        const others = (folder.meta?.translations ?? []).filter((one) => one.language.split("-")[0] !== locale());
        const own = translationsOf(label, folder.collection) ?? [];
        const meta = { translations: [...others, ...own] };
        await patch(`/collections/${encodeURIComponent(folder.collection)}`, { meta });
      } else {
        const name = free(wanted, new Set(collections.map((one) => one.collection)));
        await post("/collections", {
          collection: name,
          schema: null,
          meta: { collapse: "open", translations: translationsOf(label, name) },
        });
      }
      await schemaChanged();
      onClose();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setPending(false);
    }
  }
  return (
    <Dialog
      isOpen
      size="small"
      title={t(folder ? "develop.folder.edit" : "develop.folder.new")}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} isPending={pending} onPress={() => void save()}>
          {t(folder ? "develop.folder.save" : "develop.folder.create")}
        </DialogActions>
      }
    >
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField autoFocus label={t("develop.name")} value={label} onChange={setLabel} error={failure} />
      </Form>
    </Dialog>
  );
}
