/** One of several choices, or a value of one's own where that is allowed. */
import { X } from "lucide-react";
import { useState } from "react";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { ComboBox, Select } from "~/kit/fields";
import { controlProps, fieldProps } from "../aria";
import { choiceId, storedChoices, toChoices, valueOfId } from "../choices";

interface Options {
  choices?: unknown;
  allowOther?: boolean;
  allowNone?: boolean;
  placeholder?: string;
}

export default function DropdownInterface(props: InterfaceProps<unknown, Options>) {
  const { value, options, onChange, field, mode, onCommit, required } = props;
  const stored = storedChoices(options.choices);
  const isSet = value !== null && value !== undefined;
  const known = stored.some((choice) => choiceId(choice.value) === choiceId(value));
  // a stored value that is no choice any more is shown, not lost
  const choices = toChoices(isSet && !known ? [...stored, { value, text: String(value) }] : stored);
  const set = (next: unknown) => {
    onChange(next);
    if (mode === "cell") onCommit?.();
  };
  const clearable = isSet && !props.disabled && !props.readonly && (options.allowNone || !required) && mode !== "cell";
  return (
    <div className="flex items-center gap-1">
      {options.allowOther ? (
        <Other
          {...props}
          choices={choices}
          toValue={(id) => valueOfId(stored, id)}
          numeric={field.type !== "string" && field.type !== "text"}
        />
      ) : (
        <Select
          {...controlProps(props)}
          className="flex-1"
          choices={choices}
          placeholder={options.placeholder || t("interfaces.select.placeholder")}
          value={isSet ? choiceId(value) : null}
          onChange={(id) => set(valueOfId(stored, id))}
          defaultOpen={mode === "cell"}
        />
      )}
      {clearable && (
        <IconButton label={t("app.clear")} onPress={() => onChange(null)}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}

function Other({
  choices,
  toValue,
  numeric,
  ...props
}: InterfaceProps<unknown, Options> & {
  choices: ReturnType<typeof toChoices>;
  toValue: (id: string) => unknown;
  numeric: boolean;
}) {
  const { value, options, onChange, mode, onCommit } = props;
  const shown =
    choices.find((choice) => choice.id === choiceId(value))?.text ??
    (value === null || value === undefined ? "" : String(value));
  const [text, setText] = useState<string | null>(null);
  const take = (typed: string) => {
    const found = choices.find((choice) => choice.text.toLowerCase() === typed.trim().toLowerCase());
    if (found) onChange(toValue(found.id));
    else onChange(typed.trim() === "" ? null : numeric && !Number.isNaN(Number(typed)) ? Number(typed) : typed);
  };
  const visible = choices.filter((choice) => text === null || choice.text.toLowerCase().includes(text.toLowerCase()));
  return (
    <ComboBox
      {...fieldProps(props)}
      className="flex-1"
      choices={visible}
      allowsCustomValue
      menuTrigger="focus"
      placeholder={options.placeholder || t("interfaces.select.other")}
      inputValue={text ?? shown}
      onInputChange={(typed) => {
        setText(typed);
        take(typed);
      }}
      onSelectionChange={(id) => {
        if (id !== null) {
          onChange(toValue(String(id)));
          setText(null);
          if (mode === "cell") onCommit?.();
        }
      }}
      onBlur={() => {
        setText(null);
        if (mode === "cell") onCommit?.();
      }}
    />
  );
}
