import { Check, Minus } from "lucide-react";
import type { DisplayProps } from "~/extensions/contract";
import { booleanText } from "./text";

interface Options {
  labelOn?: string;
  labelOff?: string;
  colorOn?: string;
  colorOff?: string;
}

/** A mark, with words where the options have some. */
export default function YesOrNo({ value, options }: DisplayProps<boolean, Options>) {
  const text = booleanText(value, { ...options });
  const label = value ? options.labelOn : options.labelOff;
  const color = (value ? options.colorOn : options.colorOff) ?? undefined;
  const Icon = value ? Check : Minus;
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <Icon
        size={16}
        aria-hidden={Boolean(label)}
        role={label ? undefined : "img"}
        aria-label={label ? undefined : text}
        className={value ? "shrink-0 text-success-fg" : "shrink-0 text-fg-3"}
        style={color ? { color } : undefined}
      />
      {label && <span className="truncate">{label}</span>}
    </span>
  );
}
