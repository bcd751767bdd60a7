/** An object as JSON that people edit, or nothing. */
import { useState } from "react";
import { t } from "~/i18n/i18n";
import { TextField } from "~/kit/fields";

export interface ObjectTextProps {
  label: string;
  note?: string;
  /** What is shown at first. */
  value: object | null;
  /** undefined: what was typed is neither. */
  onChange: (value: Record<string, unknown> | null | undefined) => void;
}

export function ObjectText({ label, note, value, onChange }: ObjectTextProps) {
  const [text, setText] = useState(value ? JSON.stringify(value, null, 2) : "");
  return (
    <TextField
      label={label}
      note={note}
      multiline
      mono
      rows={8}
      spellCheck="false"
      value={text}
      error={parsed(text) === undefined ? t("filter.code.object") : null}
      onChange={(next) => {
        setText(next);
        onChange(parsed(next));
      }}
    />
  );
}

function parsed(text: string): Record<string, unknown> | null | undefined {
  if (!text.trim()) return null;
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
