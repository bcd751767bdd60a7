/** Code in an editor that knows its language. JSON fields take values; what is no JSON yet is kept, and said so. */
import { useState } from "react";
import type { InterfaceProps } from "~/extensions/contract";
import { fromRaw, toRaw } from "~/form/raw";
import { same } from "~/form/store";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { CodeEditor } from "~/kit/CodeEditor";

interface Options {
  language?: string | null;
  lineNumber?: boolean;
  lineWrapping?: boolean;
  template?: string | null;
}

export default function CodeInterface(props: InterfaceProps<unknown, Options>) {
  const { value, field, options, onChange } = props;
  const isJson = field.type === "json" || field.type === "csv";
  const [draft, setDraft] = useState<{ text: string; value: unknown } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const text = draft && (problem || same(draft.value, value ?? null)) ? draft.text : toRaw(value);
  const change = (next: string) => {
    if (!isJson) return onChange(next === "" ? null : next);
    try {
      const parsed = fromRaw(next, field.type);
      setDraft({ text: next, value: parsed });
      setProblem(null);
      onChange(parsed);
    } catch (error) {
      setDraft({ text: next, value });
      setProblem((error as Error).message);
    }
  };
  return (
    <div className="flex flex-col items-start gap-2">
      <CodeEditor
        className="w-full"
        value={text}
        onChange={change}
        language={options.language ?? (isJson ? "json" : undefined)}
        labelId={props.labelId}
        describedBy={props.describedBy}
        readonly={props.readonly || props.disabled}
        invalid={props.invalid || problem !== null}
        lines={options.lineNumber !== false}
        wrap={options.lineWrapping !== false}
        autoFocus={props.autoFocus}
      />
      {problem && (
        <p role="status" className="text-caption text-danger-fg">
          {t("interfaces.code.invalid", { message: problem })}
        </p>
      )}
      {options.template && text === "" && !props.readonly && !props.disabled && (
        <Button onPress={() => change(options.template ?? "")}>{t("interfaces.code.template")}</Button>
      )}
    </div>
  );
}
