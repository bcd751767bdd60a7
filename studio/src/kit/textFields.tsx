/** Fields of text with their label, note and errors: what log-in needs, and what all other fields build on. */
import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Button,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from "react-aria-components";
import { t } from "~/i18n/i18n";
import { CONTROL, cx } from "./style";

export interface Labelled {
  label?: ReactNode;
  note?: ReactNode;
  error?: string | null;
  className?: string;
}

const LABEL = "text-dense font-medium text-fg";

export function FieldLabel({ children, required }: { children: ReactNode; required?: boolean }) {
  return (
    <Label className={LABEL}>
      {children}
      {required && (
        <span aria-hidden data-mark className="ms-0.5 text-danger-fg">
          *
        </span>
      )}
    </Label>
  );
}

export function Note({ children }: { children: ReactNode }) {
  return (
    <Text slot="description" className="text-caption text-fg-3">
      {children}
    </Text>
  );
}

export function Around({
  label,
  note,
  error,
  required,
  children,
}: Labelled & { required?: boolean; children: ReactNode }) {
  return (
    <>
      {label && <FieldLabel required={required}>{label}</FieldLabel>}
      {children}
      {note && <Note>{note}</Note>}
      <FieldError className="text-caption text-danger-fg">{error ?? undefined}</FieldError>
    </>
  );
}

export const COLUMN = "flex min-w-0 flex-col gap-1";

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "children">, Labelled {
  placeholder?: string;
  /** Several lines, growing with the text. */
  multiline?: boolean;
  rows?: number;
  mono?: boolean;
  icon?: ReactNode;
}

export function TextField({
  label,
  note,
  error,
  className,
  placeholder,
  multiline,
  rows = 3,
  mono,
  icon,
  ...props
}: TextFieldProps) {
  const look = cx(CONTROL, mono && "font-mono text-[12.5px]");
  return (
    <AriaTextField {...props} isInvalid={Boolean(error) || props.isInvalid} className={cx(COLUMN, className)}>
      <Around label={label} note={note} error={error} required={props.isRequired}>
        {multiline ? (
          <TextArea
            placeholder={placeholder}
            rows={rows}
            className={cx(look, "field-sizing-content max-h-[60vh] py-1.5")}
          />
        ) : (
          <div className="relative flex items-center">
            {icon && <span className="pointer-events-none absolute start-2.5 text-fg-3">{icon}</span>}
            <Input placeholder={placeholder} className={cx(look, Boolean(icon) && "ps-8")} />
          </div>
        )}
      </Around>
    </AriaTextField>
  );
}

/** A password that can be shown. */
export function PasswordField({ label, note, error, className, ...props }: TextFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <AriaTextField
      {...props}
      type={shown ? "text" : "password"}
      isInvalid={Boolean(error)}
      className={cx(COLUMN, className)}
    >
      <Around label={label} note={note} error={error} required={props.isRequired}>
        <div className="relative flex items-center">
          <Input className={cx(CONTROL, "pe-10")} />
          <Button
            slot={null}
            aria-label={t(shown ? "app.password.hide" : "app.password.show")}
            onPress={() => setShown(!shown)}
            className="absolute end-0 flex size-(--st-control) items-center justify-center rounded-control text-fg-2 data-[hovered]:text-fg"
          >
            {shown ? <EyeOff size={16} /> : <Eye size={16} />}
          </Button>
        </div>
      </Around>
    </AriaTextField>
  );
}
