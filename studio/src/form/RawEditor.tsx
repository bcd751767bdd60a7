/** A value as text or JSON: for fields without an interface that can be drawn, and behind "Edit raw value". */
import { useState } from "react";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { TextField } from "~/kit/fields";
import { fromRaw, toRaw } from "./raw";
import { same } from "./store";

export function RawEditor({
  value,
  field,
  labelId,
  describedBy,
  disabled,
  readonly,
  onChange,
  autoFocus,
}: Pick<
  InterfaceProps<unknown>,
  "value" | "field" | "labelId" | "describedBy" | "disabled" | "readonly" | "onChange" | "autoFocus"
>) {
  const [draft, setDraft] = useState<{ text: string; value: unknown } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const text = draft && (problem || same(draft.value, value)) ? draft.text : toRaw(value);
  return (
    <TextField
      aria-labelledby={labelId}
      aria-describedby={describedBy}
      multiline
      mono
      rows={3}
      isDisabled={disabled}
      isReadOnly={readonly}
      autoFocus={autoFocus}
      value={text}
      error={problem}
      onChange={(next) => {
        try {
          const parsed = fromRaw(next, field.type);
          setDraft({ text: next, value: parsed });
          setProblem(null);
          onChange(parsed);
        } catch (error) {
          setDraft({ text: next, value });
          setProblem(t("form.error.json", { message: (error as Error).message }));
        }
      }}
    />
  );
}
