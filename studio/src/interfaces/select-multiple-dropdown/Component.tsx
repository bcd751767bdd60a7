/** Some of many choices: chosen ones as chips, the others in a list that can be searched. */
import type { InterfaceProps } from "~/extensions/contract";
import { ChipsField } from "../ChipsField";
import { asList, choiceId, storedChoices, toChoices, valueOfId } from "../choices";

export default function MultipleInterface(
  props: InterfaceProps<unknown[], { choices?: unknown; allowOther?: boolean; placeholder?: string }>,
) {
  const { options, onChange } = props;
  const stored = storedChoices(options.choices);
  const chosen = asList(props.value);
  return (
    <ChipsField
      {...props}
      choices={toChoices(stored)}
      chosen={chosen.map(choiceId)}
      custom={Boolean(options.allowOther)}
      placeholder={options.placeholder}
      onChosen={(ids) => {
        const values = ids.map((id) => chosen.find((one) => choiceId(one) === id) ?? valueOfId(stored, id));
        onChange(values.length > 0 ? values : null);
      }}
    />
  );
}
