/** One condition: field, operator, value. */
import { useQuery } from "@tanstack/react-query";
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Select } from "~/kit/fields";
import { Popup } from "~/kit/Popup";
import { cx } from "~/kit/style";
import { choicesOf } from "./choices";
import { FieldPicker } from "./FieldPicker";
import { carriedValue, kindOf, needsOf, operatorsOf, operatorText } from "./operators";
import { placeQuery } from "./path";
import { ruleFor } from "./rules";
import { pathText } from "./Sentence";
import type { Rule } from "./tree";
import { ValueEditor } from "./ValueEditor";

export interface RuleEditorProps {
  collection: string;
  fields?: readonly Field[];
  /** What stands before the rule's path: that of its group. */
  before?: string[];
  node: Rule;
  dynamic: boolean;
  onChange: (node: Rule) => void;
  /** One below the other, for a narrow place. */
  stacked?: boolean;
}

export function RuleEditor({ collection, fields, before = [], node, dynamic, onChange, stacked }: RuleEditorProps) {
  const whole = [...before, ...node.path];
  const place = useQuery(placeQuery(collection, whole, fields)).data;
  const kind = kindOf(place?.field, place?.link);
  const known = operatorsOf(kind, choicesOf(place?.field).length > 0);
  const operators = known.includes(node.operator) ? known : [node.operator, ...known];
  const quantifier = node.path.find((step) => step === "_some" || step === "_none");
  return (
    <div className={cx("flex min-w-0 gap-2", stacked ? "flex-col" : "flex-1 flex-wrap items-start")}>
      <div className="flex min-w-0 gap-2">
        {quantifier && (
          <Select
            aria-label={t("filter.quantifier")}
            choices={[
              { id: "_some", text: t("filter.any") },
              { id: "_none", text: t("filter.none") },
            ]}
            value={quantifier}
            onChange={(id) => onChange({ ...node, path: node.path.map((step) => (step === quantifier ? id : step)) })}
            className="w-24"
          />
        )}
        <Popup
          label={t("filter.field.choose")}
          trigger={
            <Button className="max-w-64 justify-start" aria-label={t("filter.field", { name: pathText(place, whole) })}>
              <span className="truncate">
                {pathText(
                  place,
                  whole.filter((step) => step !== "_none"),
                ) || t("filter.field.choose")}
              </span>
            </Button>
          }
        >
          {(close) => (
            <FieldPicker
              collection={collection}
              fields={fields}
              quantified={before.length === 0}
              onPick={(picked) => {
                onChange({ ...ruleFor(picked), id: node.id });
                close();
              }}
            />
          )}
        </Popup>
      </div>
      <Select
        aria-label={t("filter.operator")}
        choices={operators.map((id) => ({ id, text: operatorText(id, kind) }))}
        value={node.operator}
        onChange={(operator) =>
          onChange({ ...node, operator, value: carriedValue(node.operator, operator, node.value) })
        }
        className={stacked ? undefined : "w-44"}
      />
      {needsOf(node.operator) !== "nothing" && (
        <div className={stacked ? undefined : "min-w-44 flex-1"}>
          <ValueEditor
            key={node.operator}
            kind={kind}
            field={place?.field}
            link={place?.link}
            operator={node.operator}
            value={node.value}
            dynamic={dynamic}
            onChange={(value) => onChange({ ...node, value })}
          />
        </div>
      )}
    </div>
  );
}
