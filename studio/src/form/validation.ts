/**
 * What a form can say before the server does: a missing value, a value that the column can't hold, the field's own rule.
 * For comfort; the server judges again.
 */
import type { Field, Item } from "~/api/types";
import { t } from "~/i18n/words/item";
import { type Effective, effective, matching } from "./conditions";
import { isGenerated, isPresentation, isRequired, relationKind } from "./fields";
import { matches, type RuleVariables } from "./rules";

export type FormErrors = Readonly<Record<string, string>>;

const INTEGERS: Record<string, bigint> = { integer: 2147483647n, bigInteger: 9223372036854775807n };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** What is wrong with a value, or undefined. */
export function problemOf(
  field: Field,
  value: unknown,
  state: Pick<Effective, "required" | "hidden">,
  values: Readonly<Item>,
  variables?: RuleVariables,
): string | undefined {
  if (isPresentation(field) || state.hidden) return undefined;
  const kind = relationKind(field);
  const toMany = kind !== undefined && field.type === "alias";
  if (!toMany && isRequired(field, state.required) && isMissing(value)) {
    // a column that takes no nothing may take an empty text
    if (value !== "" || state.required) return t("form.error.required");
  }
  if (isMissing(value) || toMany) return undefined;
  const limit = typeProblem(field, value) ?? boundProblem(field, value);
  if (limit) return limit;
  const { validation, validation_message: message } = field.meta ?? {};
  if (validation && !matches(validation, values, variables)) return message || t("form.error.rule");
  return undefined;
}

function typeProblem(field: Field, value: unknown): string | undefined {
  const { type, schema } = field;
  if (relationKind(field)) return undefined;
  if (type in INTEGERS) {
    const text = String(value).trim();
    if (!/^[+-]?\d+$/.test(text)) return t("form.error.integer");
    const limit = INTEGERS[type] as bigint;
    const number = BigInt(text);
    if (number > limit || number < -limit - 1n)
      return t("form.error.range", { from: String(-limit - 1n), to: String(limit) });
  }
  if (type === "float" || type === "decimal") {
    const match = /^[+-]?(\d*)(?:\.(\d*))?(?:e[+-]?\d+)?$/i.exec(String(value).trim());
    if (!match || (!match[1] && !match[2])) return t("form.error.number");
    const { numeric_precision: precision, numeric_scale: scale } = schema ?? {};
    if (type === "decimal" && precision && scale !== null && scale !== undefined) {
      if ((match[1] ?? "").replace(/^0+/, "").length > precision - scale)
        return t("form.error.digits", { count: precision - scale });
      if ((match[2] ?? "").replace(/0+$/, "").length > scale) return t("form.error.decimals", { count: scale });
    }
  }
  if (type === "uuid" && !UUID.test(String(value))) return t("form.error.uuid");
  if (typeof value === "string" && schema?.max_length && type === "string" && [...value].length > schema.max_length) {
    return t("form.error.too_long", { count: schema.max_length });
  }
  return undefined;
}

/** The least and the most that the options of a number allow. */
function boundProblem(field: Field, value: unknown): string | undefined {
  if (!["integer", "bigInteger", "float", "decimal"].includes(field.type) || relationKind(field)) return undefined;
  const { min, max } = field.meta?.options ?? {};
  const bound = (limit: unknown) =>
    limit === null || limit === undefined || limit === "" || Number.isNaN(Number(limit)) ? undefined : Number(limit);
  const [least, most] = [bound(min), bound(max)];
  if (least !== undefined && Number(value) < least) return t("form.error.rule.gte", { value: String(min) });
  if (most !== undefined && Number(value) > most) return t("form.error.rule.lte", { value: String(max) });
  return undefined;
}

/** Everything that is wrong with the values of the fields that a person may write. */
export function validate(fields: readonly Field[], values: Readonly<Item>, variables?: RuleVariables): FormErrors {
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const state = effective(field, matching(field, values, variables));
    if (state.readonly || (isGenerated(field) && isMissing(values[field.field]))) continue;
    const problem = problemOf(field, values[field.field], state, values, variables);
    if (problem) errors[field.field] = problem;
  }
  return errors;
}
