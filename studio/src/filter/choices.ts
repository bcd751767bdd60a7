/** What a field offers to compare with. */
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";

export interface Option {
  text?: string;
  value?: unknown;
  color?: string | null;
}

/** The choices of a field's interface, if it has some. */
export const choicesOf = (field: Field | undefined): Option[] =>
  Array.isArray(field?.meta?.options?.choices) ? (field.meta.options.choices as Option[]) : [];

export function dynamicValues(related: string | null | undefined): { id: string; text: string }[] {
  if (related === "directus_users") return [{ id: "$CURRENT_USER", text: t("filter.me") }];
  if (related === "directus_roles") return [{ id: "$CURRENT_ROLE", text: t("filter.my_role") }];
  return [];
}
