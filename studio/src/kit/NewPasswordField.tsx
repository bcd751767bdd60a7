import { useState } from "react";
import { t } from "~/i18n/i18n";
import { cx } from "./style";
import { PasswordField, type TextFieldProps } from "./textFields";

export const SHORTEST_PASSWORD = 8;
const GOOD = 12;
const LONG = 16;

/** A password that is chosen: with a meter of its length, and nothing said about what it has to be made of. */
export function NewPasswordField({ onChange, ...props }: TextFieldProps) {
  const [typed, setTyped] = useState("");
  const length = [...(props.value ?? typed)].length;
  const level = length === 0 ? 0 : length < SHORTEST_PASSWORD ? 1 : length < GOOD ? 2 : length < LONG ? 3 : 4;
  const colour = ["", "bg-danger", "bg-warning-fg", "bg-success-fg", "bg-success-fg"][level];
  return (
    <div className="flex flex-col gap-1.5">
      <PasswordField
        autoComplete="new-password"
        minLength={SHORTEST_PASSWORD}
        {...props}
        onChange={(value) => {
          setTyped(value);
          onChange?.(value);
        }}
      />
      <div className="flex items-center gap-2">
        <div aria-hidden className="flex flex-1 gap-1">
          {[1, 2, 3, 4].map((step) => (
            <span key={step} className={cx("h-1 flex-1 rounded-full", step <= level ? colour : "bg-line")} />
          ))}
        </div>
        <span role="status" className="min-w-24 text-end text-caption text-fg-2">
          {level === 0 ? t("app.password.shortest", { count: SHORTEST_PASSWORD }) : t(`app.password.level.${level}`)}
        </span>
      </div>
    </div>
  );
}
