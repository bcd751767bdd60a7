/** What the rich text editor can hold. */
import { type AnyExtension, Node as TiptapNode } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import Placeholder from "@tiptap/extension-placeholder";
import { TableKit } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";
import DOMPurify from "dompurify";
import { t } from "~/i18n/words/item";
import { UNKNOWN } from "./html";

/** A block that the editor can't hold: shown, moved and deleted as a whole, and stored as it is. */
const UnknownBlock = TiptapNode.create({
  name: UNKNOWN,
  group: "block",
  atom: true,
  selectable: true,
  draggable: true,
  addAttributes: () => ({ html: { default: "" } }),
  // pasted HTML never becomes one: it goes through the schema
  parseHTML: () => [],
  renderHTML: ({ node }) => ["div", { "data-unknown": node.attrs.html }],
  addNodeView:
    () =>
    ({ node }) => {
      const dom = document.createElement("div");
      dom.className = "my-2 rounded-control border border-dashed border-line-strong bg-sunken p-2";
      const label = document.createElement("div");
      label.className = "mb-1 text-caption text-fg-2";
      label.textContent = t("interfaces.rich.unknown");
      const preview = document.createElement("div");
      preview.className = "max-h-60 overflow-auto";
      preview.innerHTML = DOMPurify.sanitize(String(node.attrs.html));
      if (preview.textContent?.trim() === "" && !preview.querySelector("img,video,table,hr")) {
        preview.textContent = String(node.attrs.html).slice(0, 400);
        preview.className += " font-mono text-[12px]";
      }
      dom.append(label, preview);
      return { dom };
    },
});

export function extensions(placeholder: string | undefined): AnyExtension[] {
  return [
    StarterKit.configure({
      link: { openOnClick: false, HTMLAttributes: { target: null, rel: null } },
      trailingNode: false,
    }),
    Image,
    TableKit.configure({ table: { resizable: false } }),
    Placeholder.configure({ placeholder: placeholder ?? "" }),
    UnknownBlock,
  ];
}
