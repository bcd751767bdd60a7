import { t } from "~/i18n/i18n";

/** "Yes" or "No", or what the options say instead. */
export function booleanText(value: unknown, options: Record<string, unknown>): string {
  if (value === null || value === undefined) return "";
  const label = value ? options.labelOn : options.labelOff;
  return typeof label === "string" && label ? label : t(value ? "displays.yes" : "displays.no");
}
