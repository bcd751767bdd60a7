import type { Editor } from "@tiptap/core";
import { useEditorState } from "@tiptap/react";
import {
  Bold,
  ChevronDown,
  Code,
  Image as ImageIcon,
  Italic,
  Link as LinkIcon,
  List,
  ListOrdered,
  Minus,
  Quote,
  Redo2,
  RemoveFormatting,
  SquareCode,
  SquarePen,
  Strikethrough,
  Table as TableIcon,
  Underline,
  Undo2,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { Toolbar as AriaToolbar, ToggleButton } from "react-aria-components";
import { url } from "~/api/address";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { Tooltip } from "~/kit/Tooltip";
import { ItemPicker } from "~/relations/ItemPicker";

const HEADINGS = [1, 2, 3, 4] as const;

export function Toolbar({
  editor,
  tools,
  onSource,
}: {
  editor: Editor;
  tools: string[] | null;
  dir: "ltr" | "rtl";
  onSource: () => void;
}) {
  const state = useEditorState({
    editor,
    selector: ({ editor }) => ({
      bold: editor.isActive("bold"),
      italic: editor.isActive("italic"),
      underline: editor.isActive("underline"),
      strike: editor.isActive("strike"),
      code: editor.isActive("code"),
      bullets: editor.isActive("bulletList"),
      numbers: editor.isActive("orderedList"),
      quote: editor.isActive("blockquote"),
      codeBlock: editor.isActive("codeBlock"),
      link: editor.isActive("link"),
      table: editor.isActive("table"),
      level: HEADINGS.find((level) => editor.isActive("heading", { level })) ?? 0,
      undo: editor.can().undo(),
      redo: editor.can().redo(),
    }),
  });
  const [linking, setLinking] = useState(false);
  const [picking, setPicking] = useState(false);
  const has = (...names: string[]) =>
    tools === null || tools.length === 0 || names.some((name) => tools.includes(name));
  const run = () => editor.chain().focus();
  return (
    <AriaToolbar
      aria-label={t("interfaces.rich.toolbar")}
      className="flex flex-wrap items-center gap-0.5 border-b border-line bg-sunken px-1 py-1"
    >
      {has("heading", "h1", "h2", "h3", "h4") && (
        <Menu
          label={t("interfaces.rich.style")}
          commands={[
            [
              { id: "p", text: t("interfaces.rich.paragraph"), onAction: () => run().setParagraph().run() },
              ...HEADINGS.map((level) => ({
                id: `h${level}`,
                text: t("interfaces.rich.heading", { level }),
                onAction: () => run().setHeading({ level }).run(),
              })),
            ],
          ]}
        >
          <Button look="quiet" className="touch min-h-7! px-2! text-dense">
            {state.level ? t("interfaces.rich.heading", { level: state.level }) : t("interfaces.rich.paragraph")}
            <ChevronDown size={14} aria-hidden />
          </Button>
        </Menu>
      )}
      {has("bold") && (
        <Tool label={t("interfaces.rich.bold")} on={state.bold} onChange={() => run().toggleBold().run()}>
          <Bold size={16} />
        </Tool>
      )}
      {has("italic") && (
        <Tool label={t("interfaces.rich.italic")} on={state.italic} onChange={() => run().toggleItalic().run()}>
          <Italic size={16} />
        </Tool>
      )}
      {has("underline") && (
        <Tool
          label={t("interfaces.rich.underline")}
          on={state.underline}
          onChange={() => run().toggleUnderline().run()}
        >
          <Underline size={16} />
        </Tool>
      )}
      {has("strikethrough") && (
        <Tool label={t("interfaces.rich.strike")} on={state.strike} onChange={() => run().toggleStrike().run()}>
          <Strikethrough size={16} />
        </Tool>
      )}
      {has("codeblock") && (
        <Tool label={t("interfaces.rich.code")} on={state.code} onChange={() => run().toggleCode().run()}>
          <Code size={16} />
        </Tool>
      )}
      {has("customLink", "link") && (
        <Tool label={t("interfaces.rich.link")} on={state.link} onChange={() => setLinking(true)}>
          <LinkIcon size={16} />
        </Tool>
      )}
      {has("bullist") && (
        <Tool label={t("interfaces.rich.bullets")} on={state.bullets} onChange={() => run().toggleBulletList().run()}>
          <List size={16} />
        </Tool>
      )}
      {has("numlist") && (
        <Tool label={t("interfaces.rich.numbers")} on={state.numbers} onChange={() => run().toggleOrderedList().run()}>
          <ListOrdered size={16} />
        </Tool>
      )}
      {has("blockquote") && (
        <Tool label={t("interfaces.rich.quote")} on={state.quote} onChange={() => run().toggleBlockquote().run()}>
          <Quote size={16} />
        </Tool>
      )}
      {has("codeblock") && (
        <Tool
          label={t("interfaces.rich.code_block")}
          on={state.codeBlock}
          onChange={() => run().toggleCodeBlock().run()}
        >
          <SquareCode size={16} />
        </Tool>
      )}
      {has("customImage", "image") && (
        <Do label={t("interfaces.rich.image")} onPress={() => setPicking(true)}>
          <ImageIcon size={16} />
        </Do>
      )}
      {has("table") &&
        (state.table ? (
          <Menu
            label={t("interfaces.rich.table")}
            commands={[
              [
                { id: "row", text: t("interfaces.rich.table.row"), onAction: () => run().addRowAfter().run() },
                { id: "column", text: t("interfaces.rich.table.column"), onAction: () => run().addColumnAfter().run() },
              ],
              [
                { id: "row-", text: t("interfaces.rich.table.row.delete"), onAction: () => run().deleteRow().run() },
                {
                  id: "column-",
                  text: t("interfaces.rich.table.column.delete"),
                  onAction: () => run().deleteColumn().run(),
                },
                {
                  id: "table-",
                  text: t("interfaces.rich.table.delete"),
                  danger: true,
                  onAction: () => run().deleteTable().run(),
                },
              ],
            ]}
          >
            <IconButton label={t("interfaces.rich.table")} className="min-h-7! min-w-7! bg-selected">
              <TableIcon size={16} />
            </IconButton>
          </Menu>
        ) : (
          <Do
            label={t("interfaces.rich.table")}
            onPress={() => run().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()}
          >
            <TableIcon size={16} />
          </Do>
        ))}
      {has("hr") && (
        <Do label={t("interfaces.rich.line")} onPress={() => run().setHorizontalRule().run()}>
          <Minus size={16} />
        </Do>
      )}
      {has("removeformat") && (
        <Do label={t("interfaces.rich.clear")} onPress={() => run().unsetAllMarks().clearNodes().run()}>
          <RemoveFormatting size={16} />
        </Do>
      )}
      {has("undo") && (
        <Do label={t("interfaces.rich.undo")} isDisabled={!state.undo} onPress={() => run().undo().run()}>
          <Undo2 size={16} />
        </Do>
      )}
      {has("redo") && (
        <Do label={t("interfaces.rich.redo")} isDisabled={!state.redo} onPress={() => run().redo().run()}>
          <Redo2 size={16} />
        </Do>
      )}
      {has("code") && (
        <Do label={t("interfaces.rich.source")} onPress={onSource}>
          <SquarePen size={16} />
        </Do>
      )}
      {linking && <LinkDialog editor={editor} onClose={() => setLinking(false)} />}
      {picking && (
        <ItemPicker
          collection="directus_files"
          filter={{ type: { _starts_with: "image/" } }}
          title={t("interfaces.rich.image")}
          onPick={([id]) =>
            id !== undefined &&
            run()
              .setImage({ src: url(`/assets/${id}`) })
              .run()
          }
          onClose={() => setPicking(false)}
        />
      )}
    </AriaToolbar>
  );
}

function Tool({
  label,
  on,
  onChange,
  children,
}: {
  label: string;
  on: boolean;
  onChange: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip text={label}>
      <ToggleButton
        aria-label={label}
        isSelected={on}
        onChange={onChange}
        className={cx(
          "flex size-7 items-center justify-center rounded-control text-fg-2 data-[hovered]:bg-hover data-[selected]:bg-selected data-[selected]:text-accent-strong pointer-coarse:size-11",
        )}
      >
        {children}
      </ToggleButton>
    </Tooltip>
  );
}

function Do({
  label,
  onPress,
  isDisabled,
  children,
}: {
  label: string;
  onPress: () => void;
  isDisabled?: boolean;
  children: ReactNode;
}) {
  return (
    <IconButton
      label={label}
      onPress={onPress}
      isDisabled={isDisabled}
      className="min-h-7! min-w-7! pointer-coarse:min-h-11! pointer-coarse:min-w-11!"
    >
      {children}
    </IconButton>
  );
}

function LinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const [href, setHref] = useState(String(editor.getAttributes("link").href ?? ""));
  const apply = () => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (href.trim() === "") chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive("link")) {
      chain
        .insertContent({ type: "text", text: href.trim(), marks: [{ type: "link", attrs: { href: href.trim() } }] })
        .run();
    } else chain.setLink({ href: href.trim() }).run();
    onClose();
  };
  return (
    <Dialog
      isOpen
      size="small"
      onClose={onClose}
      title={t("interfaces.rich.link")}
      footer={
        <>
          {editor.isActive("link") && (
            <Button
              onPress={() => {
                editor.chain().focus().extendMarkRange("link").unsetLink().run();
                onClose();
              }}
            >
              {t("interfaces.rich.link.remove")}
            </Button>
          )}
          <Button look="primary" onPress={apply}>
            {t("interfaces.rich.link.apply")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("interfaces.rich.link.url")}
        type="url"
        autoFocus
        placeholder="https://"
        value={href}
        onChange={setHref}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            apply();
          }
        }}
      />
    </Dialog>
  );
}
