/** What a field's conditions make of it, for the values that the form has now. */
import type { Field, FieldCondition, Item } from "~/api/types";
import { fieldsOfRule, matches, type RuleVariables } from "./rules";

export interface Effective {
  hidden: boolean;
  readonly: boolean;
  required: boolean;
  options: Record<string, unknown>;
  /** The value goes when the item is saved while the field is hidden. */
  clear: boolean;
}

/** The fields that conditions of a field look at. */
export const conditionFields = (field: Field): string[] => [
  ...new Set((field.meta?.conditions ?? []).flatMap((condition) => fieldsOfRule(condition.rule))),
];

/** The last condition that matches decides; what it doesn't say stays as the field has it. */
export function matching(field: Field, values: Readonly<Item>, variables?: RuleVariables): FieldCondition | undefined {
  return (field.meta?.conditions ?? []).findLast(
    (condition) => Object.keys(condition.rule ?? {}).length > 0 && matches(condition.rule, values, variables),
  );
}

export function effective(field: Field, condition: FieldCondition | undefined): Effective {
  const { meta } = field;
  return {
    hidden: condition?.hidden ?? meta?.hidden ?? false,
    readonly: condition?.readonly ?? meta?.readonly ?? false,
    required: condition?.required ?? meta?.required ?? false,
    options: { ...meta?.options, ...condition?.options },
    clear: Boolean(condition?.clear_hidden_value_on_save),
  };
}

/** Values that a save takes away: those of fields that a condition hides and says to clear. */
export function cleared(fields: readonly Field[], values: Readonly<Item>, variables?: RuleVariables): string[] {
  return fields
    .filter((field) => {
      const state = effective(field, matching(field, values, variables));
      return state.hidden && state.clear && values[field.field] !== null && values[field.field] !== undefined;
    })
    .map((field) => field.field);
}
