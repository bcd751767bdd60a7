/** How many characters are left. Red below zero; more can still be typed. */
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { cx } from "~/kit/style";

export function Remaining({ text, limit, className }: { text: string; limit: number; className?: string }) {
  const left = Number(limit) - [...text].length;
  return (
    <span className={cx("text-caption tabular-nums", left < 0 ? "text-danger-fg" : "text-fg-3", className)}>
      <span aria-hidden>{formatNumber(left)}</span>
      <span className="sr-only">{t("interfaces.remaining", { count: left })}</span>
    </span>
  );
}
