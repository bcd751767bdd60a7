/** Texts of descriptors in the current language. */
import { hasMessage, locale, t } from "~/i18n/i18n";
import type { Text } from "./contract";

/** Built-in descriptors may name a message. */
export function textOf(text: Text): string {
  if (typeof text === "string") return hasMessage(text) ? t(text) : text;
  return text[locale()] ?? text.en ?? Object.values(text)[0] ?? "";
}
