/** One of a few choices, all in sight. */
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { RadioGroup, TextField } from "~/kit/fields";
import { fieldProps } from "../aria";
import { choiceId, storedChoices, toChoices, valueOfId } from "../choices";

export default function RadioInterface(props: InterfaceProps<unknown, { choices?: unknown; allowOther?: boolean }>) {
  const { value, options, onChange } = props;
  const stored = storedChoices(options.choices);
  const isSet = value !== null && value !== undefined;
  const known = stored.some((choice) => choiceId(choice.value) === choiceId(value));
  const choices = toChoices(
    isSet && !known && !options.allowOther ? [...stored, { value, text: String(value) }] : stored,
  );
  const { autoFocus: _focus, ...shared } = fieldProps(props);
  return (
    <div className="flex flex-col gap-2 pt-1">
      <RadioGroup
        {...shared}
        horizontal={choices.length <= 4 && choices.every((choice) => choice.text.length < 16)}
        choices={choices}
        value={isSet ? choiceId(value) : null}
        onChange={(id) => onChange(valueOfId(stored, id))}
      />
      {options.allowOther && (
        <TextField
          aria-label={t("interfaces.select.other")}
          placeholder={t("interfaces.select.other")}
          isDisabled={props.disabled}
          isReadOnly={props.readonly}
          value={isSet && !known ? String(value) : ""}
          onChange={(text) => onChange(text === "" ? null : text)}
        />
      )}
    </div>
  );
}
