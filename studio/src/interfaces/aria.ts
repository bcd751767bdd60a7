/** What every interface hands on to its control: names, states, keys of a cell. */
import type { KeyboardEvent } from "react";
import type { InterfaceProps } from "~/extensions/contract";

type Given = Pick<
  InterfaceProps<unknown>,
  "labelId" | "describedBy" | "disabled" | "readonly" | "required" | "invalid" | "autoFocus"
>;

/** Properties of a React Aria field. */
export function fieldProps({ labelId, describedBy, disabled, readonly, required, invalid, autoFocus }: Given) {
  return {
    "aria-labelledby": labelId,
    "aria-describedby": describedBy,
    isDisabled: disabled,
    isReadOnly: readonly,
    isRequired: required,
    isInvalid: invalid,
    autoFocus,
    validationBehavior: "aria",
  } as const;
}

/** Properties of a React Aria control that can't be read-only: it is disabled instead. */
export function controlProps(given: Given) {
  const { isReadOnly, isDisabled, ...rest } = fieldProps(given);
  return { ...rest, isDisabled: isDisabled || isReadOnly };
}

/** Enter and Tab end the editing of a cell, Escape gives it up. */
export function cellKeys({
  mode,
  onCommit,
  onCancel,
}: Pick<InterfaceProps<unknown>, "mode" | "onCommit" | "onCancel">) {
  if (mode !== "cell") return undefined;
  return (event: KeyboardEvent | { key: string; shiftKey: boolean; preventDefault?: () => void }) => {
    if (event.key === "Escape") onCancel?.();
    else if (event.key === "Enter" && !event.shiftKey) onCommit?.("down");
    else if (event.key === "Tab") onCommit?.(event.shiftKey ? "previous" : "next");
    else return;
    event.preventDefault?.();
  };
}
