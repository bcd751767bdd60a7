/** Chosen values as chips that can be taken away, and a text field to add more, with suggestions. */
import { X } from "lucide-react";
import { useRef, useState } from "react";
import { Button, Tag, TagGroup, TagList } from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { type Choice, ComboBox } from "~/kit/fields";
import { cx } from "~/kit/style";

export function ChipsField({
  choices,
  chosen,
  custom,
  placeholder,
  normalize = (text) => text.trim(),
  onChosen,
  labelId,
  describedBy,
  disabled,
  readonly,
  invalid,
  autoFocus,
}: Pick<InterfaceProps<unknown>, "labelId" | "describedBy" | "disabled" | "readonly" | "invalid" | "autoFocus"> & {
  choices: readonly Choice[];
  chosen: readonly string[];
  /** Whether values beside the choices are allowed. */
  custom: boolean;
  placeholder?: string;
  normalize?: (text: string) => string;
  onChosen: (ids: string[]) => void;
}) {
  const [text, setText] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const fixed = disabled || readonly;
  const nameOf = (id: string) => choices.find((choice) => choice.id === id);
  const left = choices.filter(
    (choice) => !chosen.includes(choice.id) && choice.text.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const add = (...ids: string[]) => {
    const fresh = ids.filter((id) => id !== "" && !chosen.includes(id));
    if (fresh.length > 0) onChosen([...chosen, ...new Set(fresh)]);
    setText("");
  };
  const addText = (typed: string) => {
    const found = choices.find((choice) => choice.text.toLowerCase() === typed.trim().toLowerCase());
    if (found) add(found.id);
    else if (custom) add(...typed.split(",").map(normalize));
  };
  const remove = (ids: Iterable<unknown>) => {
    const gone = new Set([...ids].map(String));
    onChosen(chosen.filter((id) => !gone.has(id)));
    // the focus stays in the field
    requestAnimationFrame(() => {
      if (!box.current?.contains(document.activeElement)) box.current?.querySelector("input")?.focus();
    });
  };
  return (
    <div ref={box} className="flex flex-col gap-2">
      {!fixed && (
        <ComboBox
          aria-labelledby={labelId}
          aria-describedby={describedBy}
          isInvalid={invalid}
          autoFocus={autoFocus}
          choices={left}
          allowsCustomValue={custom}
          menuTrigger="focus"
          placeholder={placeholder || t(custom ? "interfaces.chips.add" : "interfaces.select.placeholder")}
          empty={custom ? undefined : t("interfaces.chips.none")}
          inputValue={text}
          value={null}
          onInputChange={(typed) => {
            if (custom && typed.includes(",")) addText(typed);
            else setText(typed);
          }}
          onSelectionChange={(id) => {
            if (id !== null) add(String(id));
          }}
          onKeyDown={(event) => {
            if (event.key === "Backspace" && text === "" && chosen.length > 0) onChosen(chosen.slice(0, -1));
          }}
          onKeyUp={(event) => {
            if (event.key === "Enter" && text.trim() !== "") addText(text);
          }}
          onBlur={() => {
            if (custom && text.trim() !== "") addText(text);
            else setText("");
          }}
        />
      )}
      {chosen.length > 0 && (
        <TagGroup aria-labelledby={labelId} onRemove={fixed ? undefined : remove}>
          <TagList className="flex flex-wrap gap-1.5">
            {chosen.map((id) => {
              const choice = nameOf(id);
              const name = choice?.text ?? id;
              return (
                <Tag
                  key={id}
                  id={id}
                  textValue={name}
                  className={cx(
                    "inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-full border border-line bg-sunken ps-2.5 text-dense",
                    fixed ? "pe-2.5" : "pe-0.5",
                  )}
                >
                  {choice?.color && (
                    <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: choice.color }} />
                  )}
                  <span className="truncate">{name}</span>
                  {!fixed && (
                    <Button
                      slot="remove"
                      aria-label={t("interfaces.chips.remove", { name })}
                      className="touch flex size-6 shrink-0 items-center justify-center rounded-full text-fg-2 data-[hovered]:bg-hover data-[hovered]:text-fg"
                    >
                      <X size={14} />
                    </Button>
                  )}
                </Tag>
              );
            })}
          </TagList>
        </TagGroup>
      )}
      {fixed && chosen.length === 0 && <span className="text-fg-3">{t("interfaces.empty")}</span>}
    </div>
  );
}
