/** The editors of one cell: a line of text that is there at once, else the field's interface in mode "cell". */
import { Suspense, useRef, useState } from "react";
import type { Field, Item, Key } from "~/api/types";
import { interfaces } from "~/extensions/kinds";
import { direction, locale } from "~/i18n/i18n";

export interface CellEditorProps {
  field: Field;
  item: Item;
  itemId: Key;
  value: unknown;
  label: string;
  onSave: (value: unknown) => void;
  onDone: (move?: "next" | "previous" | "down") => void;
  onCancel: () => void;
}

export function CellEditor({ field, item, itemId, value, label, onSave, onDone, onCancel }: CellEditorProps) {
  const [now, setNow] = useState(value);
  // some interfaces say what they have and that they are done in one go
  const latest = useRef(value);
  const done = useRef(false);
  const Component = interfaces.get(field.meta?.interface ?? "input")?.component;
  if (!Component) return null;
  const labelId = `cell-${field.field}`;
  return (
    <span className="absolute inset-0 flex min-w-48 items-center bg-surface shadow-overlay [&>*]:flex-1">
      <span id={labelId} className="sr-only">
        {label}
      </span>
      <Suspense fallback={null}>
        <Component
          value={now as never}
          field={field}
          options={(field.meta?.options ?? {}) as never}
          context={{ collection: field.collection, itemId, values: item, locale: locale(), dir: direction() }}
          mode="cell"
          labelId={labelId}
          disabled={false}
          readonly={false}
          required={field.meta?.required ?? false}
          invalid={false}
          autoFocus
          onChange={(next: unknown) => {
            latest.current = next;
            setNow(next);
          }}
          onCommit={(move) => {
            if (done.current) return;
            done.current = true;
            onSave(latest.current);
            onDone(move);
          }}
          onCancel={() => {
            done.current = true;
            onCancel();
          }}
        />
      </Suspense>
    </span>
  );
}

export interface TextCellProps {
  label: string;
  text: string;
  onSave: (text: string) => void;
  onDone: (move?: "next" | "previous" | "down") => void;
  onCancel: () => void;
}

/** Typing begins with the first key, so this waits for nothing. */
export function TextCell({ label, text, onSave, onDone, onCancel }: TextCellProps) {
  const done = useRef(false);
  const finish = (input: HTMLInputElement, move?: "next" | "previous" | "down") => {
    if (done.current) return;
    done.current = true;
    onSave(input.value);
    onDone(move);
  };
  return (
    <input
      aria-label={label}
      defaultValue={text}
      // biome-ignore lint/a11y/noAutofocus: it stands where the focus was
      autoFocus
      autoComplete="off"
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") finish(event.currentTarget, "down");
        else if (event.key === "Tab") finish(event.currentTarget, event.shiftKey ? "previous" : "next");
        else if (event.key === "Escape") {
          done.current = true;
          onCancel();
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={(event) => finish(event.currentTarget)}
      className="absolute inset-0 w-full min-w-48 bg-surface px-2.5 text-dense text-fg shadow-overlay outline-2 outline-accent outline-solid"
    />
  );
}
