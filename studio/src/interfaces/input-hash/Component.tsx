/** A value that is stored as a hash: it can be written, never read. */
import { Lock, LockOpen } from "lucide-react";
import type { InterfaceProps } from "~/extensions/contract";
import { useForm } from "~/form/context";
import { useDerived } from "~/form/store";
import { t } from "~/i18n/words/item";
import { PasswordField, TextField } from "~/kit/fields";
import { fieldProps } from "../aria";

export default function HashInterface(props: InterfaceProps<string, { placeholder?: string; masked?: boolean }>) {
  const { value, field, options, onChange } = props;
  const { store } = useForm();
  const typed = useDerived(store, [field.field], () => store.dirty(field.field));
  const stored = Boolean(store.initial(field.field));
  const shared = {
    ...fieldProps(props),
    value: typed ? (value ?? "") : "",
    placeholder: stored ? t("interfaces.hash.stored") : (options.placeholder ?? t("interfaces.hash.placeholder")),
    onChange: (text: string) => (text === "" ? store.undo(field.field) : onChange(text)),
    autoComplete: "new-password",
  };
  return options.masked ? (
    <PasswordField {...shared} />
  ) : (
    <TextField {...shared} mono icon={stored && !typed ? <Lock size={16} /> : <LockOpen size={16} />} />
  );
}
