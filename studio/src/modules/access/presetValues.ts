/** Preset values that move with the person or the clock, and how people choose them. */
import type { Link } from "~/api/relations";
import type { Field } from "~/api/types";
import { choicesOf } from "~/filter/choices";
import { parseRelative, writeRelative } from "~/filter/dates";
import { t } from "~/i18n/words/admin";

export type Values = Record<string, unknown>;

const PERSON = "$CURRENT_USER";
const ROLE = "$CURRENT_ROLE";
const MOMENTS = new Set(["date", "dateTime", "timestamp"]);
const TEXTS = new Set(["string", "text", "uuid"]);

/** How a value moves: `now`, `ago`, `ahead`, or its variable, as `$CURRENT_USER`; null for one that is fixed. */
export function movingOf(value: unknown): string | null {
  const relative = parseRelative(value);
  if (relative) return relative.amount === 0 ? "now" : relative.amount < 0 ? "ago" : "ahead";
  return typeof value === "string" && /^\$[A-Z]/.test(value) ? value : null;
}

/** The value that moves as chosen; `before` says how far from now, if it did already. */
export function withMoving(chosen: string, before: unknown): string {
  if (chosen === "now") return "$NOW";
  if (chosen !== "ago" && chosen !== "ahead") return chosen;
  const { amount, unit } = parseRelative(before) ?? { amount: 7, unit: "days" };
  const count = Math.abs(amount || 7);
  return writeRelative({ amount: chosen === "ago" ? -count : count, unit });
}

/** The ways in which a field's value may be said. A variable that it has already is always among them. */
export function choicesFor(
  field: Field | undefined,
  link: Link | undefined,
  value: unknown,
): { id: string; text: string }[] {
  const choices = [{ id: "fixed", text: t("access.preset.fixed") }];
  const text = TEXTS.has(field?.type ?? "") && !link && choicesOf(field).length === 0;
  if (text || link?.related === "directus_users") choices.push({ id: PERSON, text: t("access.preset.person") });
  if (text || link?.related === "directus_roles") choices.push({ id: ROLE, text: t("access.preset.role") });
  if (MOMENTS.has(field?.type ?? ""))
    for (const one of ["now", "ago", "ahead"]) choices.push({ id: one, text: t(`access.preset.${one}`) });
  const moving = movingOf(value);
  if (moving !== null && !choices.some((one) => one.id === moving)) {
    const told = moving.startsWith("$") ? moving : String(value);
    choices.push({ id: moving, text: told });
  }
  return choices;
}
