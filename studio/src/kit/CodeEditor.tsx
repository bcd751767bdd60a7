/** An editor for code. Heavy: load it lazily. Tab indents; Escape and then Tab leaves the editor. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  defaultHighlightStyle,
  HighlightStyle,
  indentOnInput,
  type LanguageSupport,
  syntaxHighlighting,
} from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useId, useRef } from "react";
import { t } from "~/i18n/i18n";
import { cx } from "./style";

const LANGUAGES: Record<string, () => Promise<LanguageSupport>> = {
  css: async () => (await import("@codemirror/lang-css")).css(),
  html: async () => (await import("@codemirror/lang-html")).html(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  typescript: async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true }),
  json: async () => (await import("@codemirror/lang-json")).json(),
  markdown: async () => (await import("@codemirror/lang-markdown")).markdown(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  sql: async () => (await import("@codemirror/lang-sql")).sql(),
  yaml: async () => (await import("@codemirror/lang-yaml")).yaml(),
};
export const CODE_LANGUAGES = Object.keys(LANGUAGES);

const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--st-code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--st-success-fg)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--st-warning-fg)" },
  { tag: [tags.propertyName, tags.attributeName, tags.tagName], color: "var(--st-info-fg)" },
  { tag: [tags.comment, tags.meta], color: "var(--st-fg-3)", fontStyle: "italic" },
  { tag: tags.heading, fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.link, textDecoration: "underline" },
  { tag: tags.invalid, color: "var(--st-danger-fg)" },
]);

const LOOK = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--st-fg)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--st-mono)", padding: "8px 0", caretColor: "var(--st-fg)" },
  ".cm-scroller": { lineHeight: "18px", overflow: "auto", maxHeight: "60vh" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--st-fg-3)", border: "none" },
  ".cm-cursor": { borderLeftColor: "var(--st-fg)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--st-accent) 25%, transparent)",
  },
  ".cm-placeholder": { color: "var(--st-fg-3)" },
});

export interface CodeEditorProps {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  language?: string;
  labelId?: string;
  label?: string;
  describedBy?: string;
  placeholder?: string;
  readonly?: boolean;
  invalid?: boolean;
  lines?: boolean;
  wrap?: boolean;
  autoFocus?: boolean;
  minHeight?: number;
  className?: string;
  extensions?: Extension;
}

export function CodeEditor(props: CodeEditorProps) {
  const { value, language, readonly = false, lines = true, wrap = true, minHeight = 96 } = props;
  const hint = useId();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const parts = useRef({ language: new Compartment(), readonly: new Compartment() });
  const current = useRef(props);
  current.current = props;

  useEffect(() => {
    const { label, labelId, describedBy, placeholder: empty, autoFocus, extensions = [] } = current.current;
    const editor = new EditorView({
      parent: box.current as HTMLElement,
      state: EditorState.create({
        doc: current.current.value,
        extensions: [
          lines ? lineNumbers() : [],
          wrap ? EditorView.lineWrapping : [],
          history(),
          drawSelection(),
          highlightSpecialChars(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          syntaxHighlighting(COLORS),
          syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          empty ? placeholder(empty) : [],
          LOOK,
          parts.current.language.of([]),
          parts.current.readonly.of([]),
          EditorView.contentAttributes.of({
            ...(label ? { "aria-label": label } : {}),
            ...(labelId ? { "aria-labelledby": labelId } : {}),
            "aria-describedby": cx(describedBy, hint),
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.every((one) => one.isUserEvent("outside"))) {
              current.current.onChange(update.state.doc.toString());
            }
          }),
          EditorView.domEventHandlers({ blur: () => current.current.onBlur?.() }),
          extensions,
        ],
      }),
    });
    view.current = editor;
    if (autoFocus) editor.focus();
    return () => editor.destroy();
  }, [hint, lines, wrap]);

  useEffect(() => {
    let over = false;
    const load = LANGUAGES[language ?? ""];
    void (load?.() ?? Promise.resolve([] as Extension)).then((extension) => {
      if (!over) view.current?.dispatch({ effects: parts.current.language.reconfigure(extension) });
    });
    return () => {
      over = true;
    };
  }, [language]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.readonly.reconfigure([
        EditorState.readOnly.of(readonly),
        EditorView.editable.of(!readonly),
      ]),
    });
  }, [readonly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      userEvent: "outside",
    });
  }, [value]);

  return (
    <div className={cx("min-w-0", props.className)}>
      <div
        ref={box}
        dir="ltr"
        style={{ minHeight }}
        className={cx(
          "control overflow-hidden text-start focus-within:outline-2 focus-within:outline-accent [&_.cm-editor]:min-h-[inherit]",
          readonly && "bg-sunken",
          props.invalid && "border-danger",
        )}
      />
      <span id={hint} className="sr-only">
        {t("app.code.leave")}
      </span>
    </div>
  );
}
