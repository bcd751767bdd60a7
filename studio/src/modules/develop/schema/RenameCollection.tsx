/** Another name for a collection's table and its place in the API. What belongs to it goes along. */
import { useState } from "react";
import { Form } from "react-aria-components";
import { errorText } from "~/api/errors";
import { collectionName } from "~/api/names";
import { schemaChanged, useCollections } from "~/api/queries";
import type { Collection } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Notice } from "~/kit/bits";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { toast } from "~/kit/Toast";
import { pocketbase } from "../pocketbase";

export default function RenameCollection({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const before = collection.collection;
  const collections = useCollections();
  const [name, setName] = useState(before);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const wanted = name.trim();
  const taken = wanted !== before && collections.some((one) => one.collection === wanted);
  const wrong = !/^[A-Za-z_]\w*$/.test(wanted) || wanted.startsWith("directus_");
  const problem = taken ? t("develop.rename.taken") : wanted && wrong ? t("develop.rename.bad") : failure;
  async function save() {
    if (wrong || taken || wanted === before || pending) return;
    setPending(true);
    setFailure(null);
    try {
      await pocketbase("PATCH", `/api/collections/${encodeURIComponent(before)}`, { body: { name: wanted } });
      await schemaChanged();
      toast({ kind: "success", text: t("develop.renamed", { before, name: wanted }) });
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setPending(false);
    }
  }
  return (
    <Dialog
      isOpen
      size="small"
      title={t("develop.rename.title", { name: collectionName(collection) })}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          isPending={pending}
          isDisabled={wrong || taken || wanted === before}
          onPress={() => void save()}
        >
          {t("develop.rename")}
        </DialogActions>
      }
    >
      <Form
        className="flex flex-col gap-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          autoFocus
          mono
          label={t("develop.rename.name")}
          value={name}
          onChange={(text) => {
            setName(text);
            setFailure(null);
          }}
          error={problem}
        />
        <Notice tone="warning">{t("develop.rename.text", { path: `/items/${before}` })}</Notice>
      </Form>
    </Dialog>
  );
}
