/** Yes or no; where a value may be missing, that too. */
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Switch } from "~/kit/fields";
import { controlProps } from "../aria";

interface Options {
  label?: string;
  colorOn?: string;
  colorOff?: string;
}

export default function ToggleInterface(props: InterfaceProps<boolean, Options>) {
  const { value, options, onChange, mode, onCommit } = props;
  const { isRequired: _required, isInvalid: _invalid, validationBehavior: _behavior, ...shared } = controlProps(props);
  const on = Boolean(value);
  const color = on ? options.colorOn : options.colorOff;
  const unset = value === null || value === undefined;
  return (
    <div className="flex min-h-(--st-control) items-center">
      <Switch
        {...shared}
        isSelected={on}
        onChange={(next) => {
          onChange(next);
          if (mode === "cell") onCommit?.();
        }}
      >
        <span style={color ? { color } : undefined} className={unset ? "text-fg-3" : undefined}>
          {options.label ||
            t(unset ? "interfaces.boolean.unset" : on ? "interfaces.boolean.on" : "interfaces.boolean.off")}
        </span>
      </Switch>
    </div>
  );
}
