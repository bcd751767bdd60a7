/** What a field's interface and display can be told, and rules: conditions and validation. Loaded when a field is edited. */
import { Plus, Trash2 } from "lucide-react";
import type { Field, FieldCondition, FieldMeta } from "~/api/types";
import type { OptionField } from "~/extensions/contract";
import { displays, interfaces } from "~/extensions/registry";
import { FilterBuilder } from "~/filter/FilterBuilder";
import { Form } from "~/form/Form";
import { optionDefaults, optionFields } from "~/form/options";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Checkbox, TextField } from "~/kit/fields";
import { Section } from "./Section";

export default function FieldBehaviour({
  field,
  fields,
  onChange,
}: {
  field: Field;
  fields: readonly Field[];
  onChange: (meta: Partial<FieldMeta>) => void;
}) {
  const meta = field.meta;
  const descriptor = interfaces.get(meta?.interface);
  // choices have an editor of their own
  const own = (descriptor?.options ?? []).filter((option) => option.field !== "choices");
  const shown = displays.get(meta?.display)?.options ?? [];
  const conditions = meta?.conditions ?? [];
  const setCondition = (index: number, changes: Partial<FieldCondition>) =>
    onChange({ conditions: conditions.map((one, place) => (place === index ? { ...one, ...changes } : one)) });
  return (
    <>
      {own.length > 0 && (
        <Section title={t("develop.settings.options")}>
          <Options options={own} values={meta?.options ?? {}} onChange={(options) => onChange({ options })} />
        </Section>
      )}
      {shown.length > 0 && (
        <Section title={t("develop.settings.display_options")}>
          <Options
            options={shown.filter((option) => option.field !== "choices")}
            values={meta?.display_options ?? {}}
            onChange={(display_options) => onChange({ display_options })}
          />
        </Section>
      )}
      <Section title={t("develop.settings.validation")}>
        <p className="text-fg-2">{t("develop.settings.validation.text")}</p>
        <FilterBuilder
          collection={field.collection}
          fields={[field]}
          value={meta?.validation ?? null}
          onChange={(validation) => onChange({ validation })}
        />
        {meta?.validation && (
          <TextField
            label={t("develop.settings.validation.message")}
            value={meta.validation_message ?? ""}
            onChange={(text) => onChange({ validation_message: text || null })}
          />
        )}
      </Section>
      <Section title={t("develop.settings.conditions")}>
        <p className="text-fg-2">{t("develop.settings.conditions.text")}</p>
        {conditions.map((condition, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity
          <fieldset key={index} className="flex flex-col gap-3 rounded-card border border-line p-3">
            <div className="flex items-end gap-2">
              <TextField
                label={t("develop.conditions.name")}
                className="flex-1"
                value={condition.name ?? ""}
                onChange={(name) => setCondition(index, { name })}
              />
              <IconButton
                label={t("develop.remove", { name: condition.name || t("develop.conditions.one") })}
                onPress={() => {
                  const left = conditions.filter((_, place) => place !== index);
                  onChange({ conditions: left.length ? left : null });
                }}
              >
                <Trash2 size={16} />
              </IconButton>
            </div>
            <FilterBuilder
              collection={field.collection}
              fields={fields}
              value={condition.rule}
              onChange={(rule) => setCondition(index, { rule: rule ?? {} })}
            />
            <div className="flex flex-wrap gap-x-6 gap-y-2">
              {(["hidden", "readonly", "required"] as const).map((name) => (
                <Checkbox
                  key={name}
                  isSelected={condition[name] ?? false}
                  onChange={(on) => setCondition(index, { [name]: on })}
                >
                  {t(`develop.settings.${name}`)}
                </Checkbox>
              ))}
              {condition.hidden && (
                <Checkbox
                  isSelected={condition.clear_hidden_value_on_save ?? false}
                  onChange={(on) => setCondition(index, { clear_hidden_value_on_save: on })}
                >
                  {t("develop.conditions.clear")}
                </Checkbox>
              )}
            </div>
          </fieldset>
        ))}
        <Button
          look="quiet"
          icon={<Plus size={16} />}
          className="self-start"
          onPress={() => onChange({ conditions: [...conditions, { name: "", rule: {}, hidden: true }] })}
        >
          {t("develop.conditions.add")}
        </Button>
      </Section>
    </>
  );
}

function Options({
  options,
  values,
  onChange,
}: {
  options: readonly OptionField[];
  values: Record<string, unknown>;
  onChange: (values: Record<string, unknown>) => void;
}) {
  return (
    <Form
      fields={optionFields(options)}
      values={{ ...optionDefaults(options), ...values }}
      onChange={(name, value) => onChange({ ...values, [name]: value })}
    />
  );
}
