/** One new field while it is drafted: its name, what its kind asks for, and all else behind the gear. */
import { Settings2, X } from "lucide-react";
import { lazy, useEffect, useRef, useState } from "react";
import type { Field } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { IconButton } from "~/kit/Button";
import { TextField } from "~/kit/fields";
import { cx } from "~/kit/style";
import { asField, interfaceOf } from "./changes";
import { type FieldDraft, fieldNameOf } from "./draft";
import { FieldSettings, type FieldViewChanges } from "./FieldSettings";
import { kindOf } from "./kinds";
import { AllowedCollections, LinkSentence } from "./LinkSentence";

const FieldBehaviour = lazy(() => import("./FieldBehaviour"));

export function FieldRow({
  draft,
  owner,
  onChange,
  onRemove,
  error,
  focus,
  isOpen: opened = false,
  siblings,
}: {
  draft: FieldDraft;
  owner: { name: string; label: string };
  onChange: (changes: Partial<FieldDraft>) => void;
  onRemove: () => void;
  /** The end of a message id. */
  error?: string;
  /** Select the name: it has just been added. */
  focus?: boolean;
  /** Show all settings from the start. */
  isOpen?: boolean;
  /** The other fields, for conditions. */
  siblings?: readonly Field[];
}) {
  const row = useRef<HTMLLIElement>(null);
  const [isOpen, setOpen] = useState(opened);
  const kind = kindOf(draft.kind);
  const { icon: Icon } = kind;
  useEffect(() => {
    if (!focus) return;
    // after the palette has given the focus back to its button
    const timer = setTimeout(() => {
      const input = row.current?.querySelector<HTMLInputElement>("input");
      input?.focus();
      input?.select();
    }, 30);
    return () => clearTimeout(timer);
  }, [focus]);
  const kindName = t(`develop.kind.${draft.kind}`);
  const problem = error ? t(`develop.problem.${error}`) : null;
  const isLink = kind.link === "link" || kind.link === "back";
  const isBack = kind.link === "back" || kind.link === "tree";
  const name = fieldNameOf(draft);
  return (
    <li ref={row} className="flex flex-col gap-2 rounded-card border border-line bg-surface p-2.5">
      <div className="flex items-start gap-2">
        <span
          title={kindName}
          className="mt-0.5 flex size-7 shrink-0 items-center justify-center rounded-control bg-sunken text-fg-2"
        >
          <Icon size={16} aria-hidden />
        </span>
        <TextField
          aria-label={t("develop.field.name", { kind: kindName })}
          className="flex-1"
          value={draft.label}
          onChange={(label) => onChange({ label })}
          onKeyDown={(event) => {
            const next = isLink ? row.current?.querySelector<HTMLInputElement>("input[role=combobox]") : null;
            if (event.key !== "Enter" || !next) return;
            event.preventDefault();
            next.focus();
          }}
          error={error === "empty" || error === "taken" ? problem : null}
          note={name && name !== draft.label.trim() ? <span className="font-mono">{name}</span> : undefined}
        />
        <span className="mt-1.5 max-w-40 truncate text-dense text-fg-3">{kindName}</span>
        <IconButton
          label={t("develop.field.settings", { name: draft.label })}
          aria-expanded={isOpen}
          className={cx(isOpen && "bg-hover")}
          onPress={() => setOpen(!isOpen)}
        >
          <Settings2 size={16} />
        </IconButton>
        <IconButton label={t("develop.remove", { name: draft.label })} onPress={onRemove} className="-ms-1.5">
          <X size={16} />
        </IconButton>
      </div>
      {isLink && (
        <div className="ps-9">
          <LinkSentence draft={draft} owner={owner} onChange={onChange} error={error === "target" ? problem : null} />
        </div>
      )}
      {kind.link === "tree" && (
        <TextField
          className="ps-9"
          label={t("develop.link.parent")}
          note={t("develop.link.parent.note", { owner: owner.label || t("develop.collection.this") })}
          value={draft.reverseLabel ?? "parent"}
          onChange={(reverseLabel) => onChange({ reverseLabel })}
        />
      )}
      {kind.link === "any" && (
        <div className="ps-9">
          <AllowedCollections
            allowed={draft.allowed}
            onChange={(allowed) => onChange({ allowed })}
            error={error === "allowed" ? problem : null}
          />
        </div>
      )}
      {kind.choices && !isOpen && (
        <WordList
          label={t("develop.choices.list")}
          words={draft.choices}
          onChange={(choices) => onChange({ choices })}
        />
      )}
      {kind.link === "translations" && (
        <WordList
          label={t("develop.translated")}
          words={draft.translated}
          onChange={(translated) => onChange({ translated })}
        />
      )}
      {isOpen && (
        <div className="border-t border-line pt-3">
          <FieldSettings
            isNew
            value={{
              name,
              type: kind.type,
              meta: viewMeta(draft),
              schema: kind.type === "alias" && (kind.link !== "link" || draft.many) ? null : draft.schema,
              // the rows of a table of links go with what they link
              onDelete:
                (isLink && !draft.many) || isBack || kind.link === "file" || kind.link === "user"
                  ? draft.onDelete
                  : undefined,
            }}
            isBack={isBack}
            onChange={(changes) => onChange(draftChanges(draft, changes))}
          >
            <FieldBehaviour
              field={asField(draft, owner.name)}
              fields={siblings ?? []}
              onChange={(meta) => onChange({ meta: { ...draft.meta, ...meta } })}
            />
          </FieldSettings>
        </div>
      )}
    </li>
  );
}

/** What the settings show: the kind's own, with what was said beyond. */
function viewMeta(draft: FieldDraft): FieldDraft["meta"] {
  const kind = kindOf(draft.kind);
  const choices = draft.choices.map((text) => ({ text, value: text }));
  return {
    interface: interfaceOf(draft),
    display: kind.display ?? null,
    width: kind.width ?? "full",
    ...draft.meta,
    options: { ...kind.options, ...(kind.choices ? { choices } : {}), ...draft.meta.options },
  };
}

function draftChanges(draft: FieldDraft, changes: FieldViewChanges): Partial<FieldDraft> {
  const { name, meta, schema, onDelete } = changes;
  return {
    ...(name !== undefined ? { name } : {}),
    ...(meta ? { meta: { ...draft.meta, ...meta } } : {}),
    ...(schema ? { schema: { ...draft.schema, ...schema } } : {}),
    ...(onDelete !== undefined ? { onDelete } : {}),
  };
}

/** Words with commas between them. */
function WordList({
  label,
  words,
  onChange,
}: {
  label: string;
  words: readonly string[];
  onChange: (words: string[]) => void;
}) {
  const [text, setText] = useState(words.join(", "));
  return (
    <TextField
      className="ps-9"
      label={label}
      value={text}
      onChange={(next) => {
        setText(next);
        onChange([...new Set(next.split(/[,،;\n]/).map((word) => word.trim()))].filter(Boolean));
      }}
    />
  );
}
