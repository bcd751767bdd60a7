/** Markdown in an editor, with a preview. */
import DOMPurify from "dompurify";
import { marked } from "marked";
import { useMemo, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { CodeEditor } from "~/kit/CodeEditor";
import { cx } from "~/kit/style";
import { Remaining } from "../Remaining";
import "../prose.css";

interface Options {
  placeholder?: string;
  softLength?: number;
  defaultView?: string;
}
type View = "editor" | "preview" | "both";

const VIEWS: [View, string][] = [
  ["editor", "interfaces.md.edit"],
  ["preview", "interfaces.md.preview"],
  ["both", "interfaces.md.both"],
];

export default function MarkdownInterface(props: InterfaceProps<string, Options>) {
  const { value, options, onChange } = props;
  const [view, setView] = useState<View>(options.defaultView === "preview" ? "preview" : "editor");
  const text = value ?? "";
  return (
    <div className="flex flex-col gap-2">
      <ToggleButtonGroup
        aria-label={t("interfaces.md.view")}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[view]}
        onSelectionChange={(keys) => setView([...keys][0] as View)}
        className="flex gap-1"
      >
        {VIEWS.map(([id, text]) => (
          <ToggleButton
            key={id}
            id={id}
            className="min-h-7 rounded-control px-2.5 text-dense text-fg-2 data-[hovered]:bg-hover data-[selected]:bg-selected data-[selected]:font-medium data-[selected]:text-accent-strong"
          >
            {t(text)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <div className={cx("grid gap-3", view === "both" && "grid-cols-1 @2xl:grid-cols-2")}>
        {view !== "preview" && (
          <CodeEditor
            value={text}
            onChange={(next) => onChange(next === "" ? null : next)}
            language="markdown"
            lines={false}
            labelId={props.labelId}
            describedBy={props.describedBy}
            placeholder={options.placeholder}
            readonly={props.readonly || props.disabled}
            invalid={props.invalid}
            autoFocus={props.autoFocus}
            minHeight={180}
          />
        )}
        {view !== "editor" && <Preview text={text} />}
      </div>
      {options.softLength ? <Remaining text={text} limit={options.softLength} className="self-end" /> : null}
    </div>
  );
}

function Preview({ text }: { text: string }) {
  const html = useMemo(() => DOMPurify.sanitize(marked.parse(text, { async: false })), [text]);
  return (
    <section
      aria-label={t("interfaces.md.preview")}
      className="prose max-h-[60vh] min-h-[180px] overflow-auto rounded-control border border-line bg-surface px-3 py-2"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitized just above
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
