/** An editor for code: CodeMirror in the studio's colours. Loaded where somebody writes code. Escape, then Tab, leaves it. */
import { autocompletion, type CompletionSource, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder as placeholderOf } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { t } from "~/i18n/words/admin";
import { cx } from "~/kit/style";

export interface CodeEditorProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  language?: "sql" | "rule";
  /** Names of tables with their columns, for completion of SQL. */
  tables?: Record<string, string[]>;
  complete?: CompletionSource;
  error?: { from: number; to: number; message: string } | null;
  /** Ctrl or Cmd with Enter. */
  onRun?: () => void;
  placeholder?: string;
  className?: string;
  describedBy?: string;
}

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--st-fg)", fontSize: "12.5px", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--st-mono)", lineHeight: "18px", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--st-fg)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--st-fg-3)", border: "none" },
  ".cm-cursor": { borderLeftColor: "var(--st-fg)" },
  ".cm-placeholder": { color: "var(--st-fg-3)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--st-accent) 25%, transparent) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--st-raised)",
    border: "1px solid var(--st-line)",
    borderRadius: "var(--st-radius-control)",
    color: "var(--st-fg)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--st-accent)",
    color: "var(--st-on-accent)",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--st-danger)" },
});

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--st-accent-strong)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--st-success-fg)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--st-warning-fg)" },
  { tag: [tags.comment], color: "var(--st-fg-3)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--st-info-fg)" },
]);

export default function CodeEditor(props: CodeEditorProps) {
  const { value, label, className, error, describedBy } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const now = useRef(props);
  now.current = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is handed over below
  useEffect(() => {
    const { language, tables, complete, placeholder } = now.current;
    const extensions: Extension[] = [
      history(),
      drawSelection(),
      closeBrackets(),
      EditorView.lineWrapping,
      theme,
      syntaxHighlighting(colors),
      keymap.of([
        {
          key: "Mod-Enter",
          run: () => {
            now.current.onRun?.();
            return now.current.onRun !== undefined;
          },
        },
        ...completionKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": label,
        ...(describedBy ? { "aria-describedby": describedBy } : {}),
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) now.current.onChange(update.state.doc.toString());
      }),
      placeholder ? placeholderOf(placeholder) : [],
    ];
    if (language === "sql")
      extensions.push(
        lineNumbers(),
        sql({ dialect: PostgreSQL, schema: tables, upperCaseKeywords: true }),
        autocompletion(),
      );
    else extensions.push(autocompletion(complete ? { override: [complete] } : {}));
    const made = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({ doc: value, extensions }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { length } = editor.state.doc;
    const found = error
      ? [
          {
            from: Math.min(error.from, length),
            to: Math.min(Math.max(error.to, error.from), length),
            severity: "error" as const,
            message: error.message,
          },
        ]
      : [];
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [error]);

  return (
    <div
      dir="ltr"
      title={t("develop.code.leave")}
      className={cx(
        "overflow-hidden rounded-control border border-line-strong bg-surface text-start focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
        error && "border-danger",
        className,
      )}
      ref={place}
    />
  );
}
