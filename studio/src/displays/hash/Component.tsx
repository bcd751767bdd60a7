import { Lock } from "lucide-react";
import type { DisplayProps } from "~/extensions/contract";
import { t } from "~/i18n/i18n";

/** That there is a value; never which. */
export default function Hash({ value }: DisplayProps<string>) {
  return value ? (
    <span className="inline-flex items-center gap-1.5 text-fg-2">
      <Lock size={14} aria-hidden />
      {t("displays.hash.set")}
    </span>
  ) : null;
}
