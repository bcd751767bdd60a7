/** Text fields, choices and switches with their label, note and errors. */
import { Check, ChevronDown, Minus } from "lucide-react";
import type { ReactNode } from "react";
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  ComboBox as AriaComboBox,
  type ComboBoxProps as AriaComboBoxProps,
  NumberField as AriaNumberField,
  type NumberFieldProps as AriaNumberFieldProps,
  Radio as AriaRadio,
  RadioGroup as AriaRadioGroup,
  type RadioGroupProps as AriaRadioGroupProps,
  Select as AriaSelect,
  type SelectProps as AriaSelectProps,
  Switch as AriaSwitch,
  type SwitchProps as AriaSwitchProps,
  Button,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
import { CONTROL, cx, OPTION, OVERLAY } from "./style";
import { Around, COLUMN, type Labelled } from "./textFields";

// biome-ignore lint/performance/noBarrelFile: all fields are found here; log-in alone loads no more than its own two
export { SearchField } from "./SearchField";
export { FieldLabel, type Labelled, Note, PasswordField, TextField, type TextFieldProps } from "./textFields";
export { OPTION };

export function NumberField({
  label,
  note,
  error,
  className,
  placeholder,
  ...props
}: Omit<AriaNumberFieldProps, "className" | "children"> & Labelled & { placeholder?: string }) {
  return (
    <AriaNumberField {...props} isInvalid={Boolean(error) || props.isInvalid} className={cx(COLUMN, className)}>
      <Around label={label} note={note} error={error} required={props.isRequired}>
        <Input placeholder={placeholder} className={cx(CONTROL, "tabular-nums")} />
      </Around>
    </AriaNumberField>
  );
}

export interface Choice {
  id: string;
  text: string;
  note?: string;
  icon?: ReactNode;
  /** Drawn before the text, as a coloured dot. */
  color?: string | null;
}

const POPOVER = cx(OVERLAY, "max-h-80 min-w-(--trigger-width) overflow-auto p-1");

export function ChoiceItem({ choice }: { choice: Choice }) {
  return (
    <ListBoxItem id={choice.id} textValue={choice.text} className={OPTION}>
      {({ isSelected }) => (
        <>
          {choice.color && (
            <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: choice.color }} />
          )}
          {choice.icon}
          <span className="min-w-0 flex-1">
            <span className="block truncate">{choice.text}</span>
            {choice.note && <span className="block truncate text-caption text-fg-3">{choice.note}</span>}
          </span>
          {isSelected && <Check size={16} aria-hidden className="shrink-0 text-accent" />}
        </>
      )}
    </ListBoxItem>
  );
}

export interface SelectProps
  extends Omit<
      AriaSelectProps<Choice>,
      "className" | "children" | "selectedKey" | "onSelectionChange" | "value" | "onChange"
    >,
    Labelled {
  choices: readonly Choice[];
  value: string | null;
  onChange: (value: string) => void;
}

export function Select({ label, note, error, className, choices, value, onChange, ...props }: SelectProps) {
  return (
    <AriaSelect
      {...props}
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      isInvalid={Boolean(error)}
      className={cx(COLUMN, "outline-none", className)}
    >
      <Around label={label} note={note} error={error} required={props.isRequired}>
        <Button className={cx(CONTROL, "flex items-center justify-between gap-2 text-start")}>
          <SelectValue className="min-w-0 truncate data-[placeholder]:text-fg-3">
            {({ defaultChildren }) => choices.find((choice) => choice.id === value)?.text ?? defaultChildren}
          </SelectValue>
          <ChevronDown size={16} aria-hidden className="shrink-0 text-fg-3" />
        </Button>
      </Around>
      <Popover offset={4} className={POPOVER}>
        <ListBox items={choices} className="outline-none">
          {(choice) => <ChoiceItem choice={choice} />}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export interface ComboBoxProps
  extends Omit<AriaComboBoxProps<Choice>, "className" | "children" | "items" | "defaultItems">,
    Labelled {
  choices: readonly Choice[];
  placeholder?: string;
  /** Shown where nothing matches. */
  empty?: ReactNode;
}

/** A text field with choices; pass `inputValue` and `onInputChange` to search on the server. */
export function ComboBox({ label, note, error, className, choices, placeholder, empty, ...props }: ComboBoxProps) {
  const served = props.inputValue !== undefined;
  return (
    <AriaComboBox
      {...props}
      {...(served ? { items: choices } : { defaultItems: choices })}
      allowsEmptyCollection={empty !== undefined}
      isInvalid={Boolean(error)}
      className={cx(COLUMN, "outline-none", className)}
    >
      <Around label={label} note={note} error={error} required={props.isRequired}>
        <div className="relative flex items-center">
          <Input placeholder={placeholder} className={cx(CONTROL, "pe-8")} />
          <Button className="touch absolute end-1 flex size-6 items-center justify-center text-fg-3">
            <ChevronDown size={16} aria-hidden />
          </Button>
        </div>
      </Around>
      <Popover offset={4} className={POPOVER}>
        <ListBox
          className="outline-none"
          renderEmptyState={() => <div className="px-2 py-1.5 text-dense text-fg-3">{empty}</div>}
        >
          {(choice: Choice) => <ChoiceItem choice={choice} />}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}

/** `relative`: the hidden input stays within it, else the page itself grows as long as what scrolls in it. */
const ON_OFF = "group relative flex min-h-6 items-center gap-2 text-body pointer-coarse:min-h-11";

export function Checkbox({
  children,
  className,
  ...props
}: Omit<AriaCheckboxProps, "className" | "children"> & { children?: ReactNode; className?: string }) {
  return (
    <AriaCheckbox {...props} className={cx(ON_OFF, className)}>
      {({ isSelected, isIndeterminate }) => (
        <>
          <span
            className={cx(
              "flex size-4.5 shrink-0 items-center justify-center rounded border outline-offset-2 group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-accent",
              isSelected || isIndeterminate
                ? "border-accent bg-accent text-on-accent"
                : "border-line-strong bg-surface",
              "group-data-[disabled]:opacity-50",
            )}
          >
            {isIndeterminate ? <Minus size={14} aria-hidden /> : isSelected && <Check size={14} aria-hidden />}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}

export function Switch({
  children,
  className,
  ...props
}: Omit<AriaSwitchProps, "className" | "children"> & { children?: ReactNode; className?: string }) {
  return (
    <AriaSwitch {...props} className={cx(ON_OFF, className)}>
      <span className="flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 outline-offset-2 transition-colors group-data-[disabled]:opacity-50 group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent forced-colors:group-data-[selected]:bg-[Highlight] forced-colors:forced-color-adjust-none">
        <span className="size-3.5 rounded-full bg-fg-3 transition-transform group-data-[selected]:translate-x-4 group-data-[selected]:bg-on-accent rtl:group-data-[selected]:-translate-x-4 forced-colors:bg-[ButtonText] forced-colors:group-data-[selected]:bg-[HighlightText]" />
      </span>
      {children}
    </AriaSwitch>
  );
}

export function RadioGroup({
  label,
  note,
  error,
  className,
  choices,
  horizontal,
  ...props
}: Omit<AriaRadioGroupProps, "className" | "children"> &
  Labelled & { choices: readonly Choice[]; horizontal?: boolean }) {
  return (
    <AriaRadioGroup {...props} isInvalid={Boolean(error)} className={cx(COLUMN, className)}>
      <Around label={label} note={note} error={error} required={props.isRequired}>
        <div className={cx("flex gap-x-4 gap-y-1.5", horizontal ? "flex-row flex-wrap" : "flex-col")}>
          {choices.map((choice) => (
            <AriaRadio
              key={choice.id}
              value={choice.id}
              className="group relative grid min-h-6 grid-cols-[auto_1fr] content-center gap-2 text-body pointer-coarse:min-h-11 pointer-coarse:py-1"
            >
              <span className="mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface outline-offset-2 group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-accent group-data-[selected]:border-5 group-data-[selected]:border-accent" />
              <span>
                {choice.text}
                {choice.note && <span className="block text-caption text-fg-3">{choice.note}</span>}
              </span>
            </AriaRadio>
          ))}
        </div>
      </Around>
    </AriaRadioGroup>
  );
}
