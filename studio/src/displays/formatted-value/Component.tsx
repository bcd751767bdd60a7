import type { DisplayProps } from "~/extensions/contract";
import { cx } from "~/kit/style";
import { conditionOf, formattedText } from "./text";

/** Text with what the options put around it; colours by conditions. */
export default function FormattedValue({ value, options }: DisplayProps) {
  const condition = conditionOf(value, options);
  const color = condition?.color ?? (options.color as string | undefined);
  const background = condition?.background ?? (options.background as string | undefined);
  const text = formattedText(value, options);
  return (
    <span
      title={text}
      className={cx(
        "truncate",
        Boolean(options.bold) && "font-semibold",
        Boolean(options.italic) && "italic",
        options.font === "monospace" && "font-mono text-[12.5px]",
        Boolean(background) && "rounded px-1.5 py-0.5",
        typeof value === "number" && "tabular-nums",
      )}
      style={{ color: color || undefined, background: background || undefined }}
    >
      {text}
    </span>
  );
}
