/** Formatted text, stored as HTML. Nothing is written before the person changes something. */
import type { EditorView } from "@tiptap/pm/view";
import { type Editor, EditorContent, useEditor } from "@tiptap/react";
import { useEffect, useRef, useState } from "react";
import { useMay } from "~/api/queries";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { TextField } from "~/kit/fields";
import { cx } from "~/kit/style";
import { Remaining } from "../Remaining";
import { extensions } from "./editor";
import { HtmlDocument } from "./html";
import { insertPictures, picturesOf } from "./pictures";
import { Toolbar } from "./Toolbar";
import "../prose.css";

interface Options {
  placeholder?: string;
  softLength?: number;
  toolbar?: string[] | null;
  folder?: string | null;
}

export default function RichTextInterface(props: InterfaceProps<string, Options>) {
  const { value, options, onChange, labelId, describedBy, readonly, disabled, context } = props;
  const fixed = readonly || disabled;
  const html = useRef<HtmlDocument | null>(null);
  /** What the editor stands for; another value comes from outside. */
  const known = useRef<string | null | undefined>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  const [source, setSource] = useState(false);
  const mayUpload = useMay("directus_files", "create").access !== "none";
  const take = (view: EditorView, data: DataTransfer | null, place: number): boolean => {
    const pictures = picturesOf(data);
    const { editor: own } = view.dom as HTMLElement & { editor?: Editor };
    if (pictures.length === 0 || !own || !view.editable || !mayUpload) return false;
    void insertPictures(own, pictures, place, options.folder);
    return true;
  };
  const editor = useEditor({
    extensions: extensions(options.placeholder),
    injectCSS: false,
    editable: !fixed,
    autofocus: props.autoFocus ? "end" : false,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": labelId,
        ...(describedBy ? { "aria-describedby": describedBy } : {}),
        class: "prose min-h-40 max-h-[60vh] overflow-auto px-3 py-2.5",
        dir: "auto",
      },
      handleDrop: (view, event, _slice, moved) =>
        !moved &&
        take(
          view,
          event.dataTransfer,
          view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.from,
        ),
      handlePaste: (view, event) => take(view, event.clipboardData, view.state.selection.from),
    },
    onUpdate: ({ editor, transaction }) => {
      if (transaction.getMeta("outside")) return;
      const next = html.current?.serialize(editor.state.doc) || null;
      known.current = next;
      change.current(next);
    },
  });

  const filled = useRef<typeof editor>(null);
  useEffect(() => {
    if (!editor || editor.isDestroyed || source) return;
    // another editor takes the place of one that went with an earlier drawing, and has to be filled as well
    if (filled.current === editor && known.current === (value ?? null)) return;
    filled.current = editor;
    known.current = value ?? null;
    html.current = new HtmlDocument(editor.schema);
    const doc = html.current.parse(value ?? "");
    const { tr } = editor.state;
    tr.replaceWith(0, editor.state.doc.content.size, doc.content);
    tr.setMeta("outside", true).setMeta("addToHistory", false);
    editor.view.dispatch(tr);
  }, [editor, value, source]);
  useEffect(() => {
    editor?.setEditable(!fixed, false);
  }, [editor, fixed]);

  if (source) {
    return (
      <div className="flex flex-col items-start gap-2">
        <TextField
          className="w-full"
          aria-labelledby={labelId}
          multiline
          mono
          rows={10}
          isReadOnly={fixed}
          value={value ?? ""}
          onChange={(next) => onChange(next === "" ? null : next)}
        />
        <Button onPress={() => setSource(false)}>{t("app.close")}</Button>
      </div>
    );
  }
  return (
    <div>
      <div
        className={cx(
          "control overflow-hidden p-0 focus-within:outline-2 focus-within:outline-accent",
          props.invalid && "border-danger",
          fixed && "bg-sunken",
        )}
      >
        {editor && !fixed && (
          <Toolbar editor={editor} tools={options.toolbar ?? null} dir={context.dir} onSource={() => setSource(true)} />
        )}
        <EditorContent editor={editor} />
      </div>
      {options.softLength ? (
        <div className="mt-1 text-end">
          <Remaining text={editor?.getText() ?? ""} limit={options.softLength} />
        </div>
      ) : null}
    </div>
  );
}
