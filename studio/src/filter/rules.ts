import { choicesOf } from "./choices";
import type { Picked } from "./FieldPicker";
import { kindOf, needsOf, operatorsOf } from "./operators";
import { type Rule, rule } from "./tree";

/** The first rule of a picked field. */
export function ruleFor({ path, field, link }: Picked): Rule {
  const operator = operatorsOf(kindOf(field, link), choicesOf(field).length > 0)[0] ?? "_eq";
  return rule(path, operator, needsOf(operator) === "nothing" ? true : undefined);
}
