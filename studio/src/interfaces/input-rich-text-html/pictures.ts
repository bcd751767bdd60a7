/** Pictures that are dropped or pasted into a text: stored in the library, then shown where they were put. */
import type { Editor } from "@tiptap/react";
import { url } from "~/api/address";
import { queryClient } from "~/api/queries";
import { t } from "~/i18n/words/item";
import { toastError } from "~/kit/Toast";
import { uploadFile } from "../upload";

/** The pictures among what was dropped or pasted. */
export const picturesOf = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

/** Store pictures and put them at a place of the document, which may change meanwhile. */
export async function insertPictures(editor: Editor, files: readonly File[], place: number, folder?: string | null) {
  let at = place;
  const follow = ({ transaction }: { transaction: { mapping: { map: (place: number) => number } } }) => {
    at = transaction.mapping.map(at);
  };
  editor.on("transaction", follow);
  try {
    for (const file of files) {
      try {
        const stored = await uploadFile(file, { folder });
        if (editor.isDestroyed) return;
        const image = { type: "image", attrs: { src: url(`/assets/${stored.id}`), alt: stored.title ?? file.name } };
        editor.chain().insertContentAt(Math.min(at, editor.state.doc.content.size), image).run();
      } catch (error) {
        toastError(error, t("interfaces.file.failed", { name: file.name }));
      }
    }
  } finally {
    editor.off("transaction", follow);
    await queryClient.invalidateQueries({ queryKey: ["items", "directus_files"] });
  }
}
