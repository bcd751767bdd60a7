import { Star } from "lucide-react";
import type { DisplayProps } from "~/extensions/contract";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";

/** Stars up to what the field allows; beyond ten a number says more. */
export default function Rating({ value, options, field }: DisplayProps<number, { simple?: boolean }>) {
  const limits = field.meta?.options as { maxValue?: number; max?: number } | null;
  const most = Math.round(limits?.maxValue ?? limits?.max ?? 5);
  const number = Number(value);
  const text = formatNumber(number, { maximumFractionDigits: 1 });
  if (options.simple || most > 10) {
    return (
      <span className="inline-flex items-center gap-1 tabular-nums">
        {text}
        <Star size={14} aria-hidden className="text-fg-3" />
      </span>
    );
  }
  return (
    <span
      role="img"
      aria-label={t("displays.rating.stars", { value: text, most })}
      className="inline-flex items-center"
    >
      {Array.from({ length: most }, (_, index) => (
        <Star
          // biome-ignore lint/suspicious/noArrayIndexKey: stars are their places
          key={index}
          size={14}
          aria-hidden
          className={index < Math.round(number) ? "fill-current text-warning-fg" : "text-line-strong"}
        />
      ))}
    </span>
  );
}
