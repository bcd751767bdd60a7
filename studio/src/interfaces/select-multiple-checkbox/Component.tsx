/** Some of a few choices, all in sight. */
import { CheckboxGroup } from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Checkbox, TextField } from "~/kit/fields";
import { fieldProps } from "../aria";
import { asList, choiceId, storedChoices, toChoices, valueOfId } from "../choices";

export default function CheckboxesInterface(
  props: InterfaceProps<unknown[], { choices?: unknown; allowOther?: boolean }>,
) {
  const { options, onChange } = props;
  const stored = storedChoices(options.choices);
  const chosen = asList(props.value);
  const known = new Set(stored.map((choice) => choiceId(choice.value)));
  const others = chosen.filter((one) => !known.has(choiceId(one)));
  const choices = toChoices([...stored, ...others.map((value) => ({ value, text: String(value) }))]);
  const { autoFocus: _focus, ...shared } = fieldProps(props);
  const set = (ids: string[]) => {
    // in the order of the choices, so that the same choice is the same value
    const order = choices.map((choice) => choice.id);
    const sorted = [...ids].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    const values = sorted.map((id) => others.find((one) => choiceId(one) === id) ?? valueOfId(stored, id));
    onChange(values.length > 0 ? values : null);
  };
  return (
    <div className="flex flex-col gap-2 pt-1">
      <CheckboxGroup
        {...shared}
        value={chosen.map(choiceId)}
        onChange={set}
        className="flex flex-wrap gap-x-5 gap-y-1.5"
      >
        {choices.map((choice) => (
          <Checkbox key={choice.id} value={choice.id}>
            {choice.color && <span aria-hidden className="size-2 rounded-full" style={{ background: choice.color }} />}
            {choice.text}
          </Checkbox>
        ))}
      </CheckboxGroup>
      {options.allowOther && !props.readonly && !props.disabled && (
        <TextField
          aria-label={t("interfaces.select.add_other")}
          placeholder={t("interfaces.select.add_other")}
          onKeyDown={(event) => {
            const input = event.target as HTMLInputElement;
            if (event.key !== "Enter" || input.value.trim() === "") return;
            event.preventDefault();
            set([...new Set([...chosen.map(choiceId), input.value.trim()])]);
            input.value = "";
          }}
        />
      )}
    </div>
  );
}
