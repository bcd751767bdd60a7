/** All that can be said of a field: how it looks, what it takes, how its column is. For new fields and those there are. */
import { Suspense } from "react";
import type { FieldMeta, FieldSchema } from "~/api/types";
import { displays, interfaces, textOf, useAll } from "~/extensions/registry";
import { locale } from "~/i18n/i18n";
import { t } from "~/i18n/words/admin";
import { Notice } from "~/kit/bits";
import { Checkbox, NumberField, RadioGroup, Select, Switch, TextField } from "~/kit/fields";
import { type ChoiceOption, Choices } from "./Choices";
import type { OnDelete } from "./draft";
import { Section } from "./Section";

export interface FieldView {
  name: string;
  type: string;
  meta: Partial<FieldMeta>;
  /** null for fields without a column. */
  schema: Partial<FieldSchema> | null;
  onDelete?: OnDelete | null;
}

export type FieldViewChanges = Partial<Omit<FieldView, "meta" | "schema">> & {
  meta?: Partial<FieldMeta>;
  schema?: Partial<FieldSchema>;
};

const TEXTS = ["string", "text", "csv", "hash"];
const NUMBERS = ["integer", "bigInteger", "float", "decimal"];
/** Types that a column may be given, by what its values can become without losing much. */
const TYPES = [
  ...["string", "text", "integer", "bigInteger", "float", "decimal", "boolean"],
  ...["date", "dateTime", "timestamp", "time", "json", "csv", "uuid", "hash"],
];
const WIDTHS = ["half", "full", "fill"] as const;

export function FieldSettings({
  value,
  onChange,
  nameError,
  isNew,
  isKey,
  isBack,
  children,
}: {
  value: FieldView;
  onChange: (changes: FieldViewChanges) => void;
  nameError?: string | null;
  isNew?: boolean;
  isKey?: boolean;
  /** It shows links that others hold. */
  isBack?: boolean;
  /** More sections, after the looks. */
  children?: React.ReactNode;
}) {
  const { meta, schema, type } = value;
  const fitting = (types: readonly string[]) => types.length === 0 || types.includes(type);
  const hasChoices = (meta.interface ?? "").startsWith("select-") && !meta.interface?.endsWith("m2o");
  const relational = value.onDelete !== undefined;
  const interfaceChoices = useAll(interfaces)
    .filter((one) => fitting(one.types) && (relational || !one.relational?.length))
    .map((one) => ({ id: one.id, text: textOf(one.name) }));
  const now = meta.interface;
  if (now && !interfaceChoices.some((one) => one.id === now)) {
    const known = interfaces.get(now);
    interfaceChoices.unshift({ id: now, text: known ? textOf(known.name) : now });
  }
  const displayChoices = [
    { id: "", text: t("develop.settings.display.plain") },
    ...useAll(displays)
      .filter((one) => fitting(one.types))
      .map((one) => ({ id: one.id, text: textOf(one.name) })),
  ];
  const own = locale() === "en" ? "en-US" : locale();
  const label = meta.translations?.find((one) => one.language.split("-")[0] === locale());
  return (
    <div className="flex flex-col gap-5">
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <TextField
          label={t("develop.settings.name")}
          note={isNew ? undefined : t("develop.settings.name.note")}
          mono
          value={value.name}
          isReadOnly={isKey && !isNew}
          error={nameError}
          onChange={(name) => onChange({ name })}
        />
        {!isNew && (
          <TextField
            label={t("develop.settings.label")}
            note={t("develop.settings.label.note")}
            value={label?.translation ?? ""}
            onChange={(translation) => {
              const others = (meta.translations ?? []).filter((one) => one !== label);
              const all = translation
                ? [...others, { ...label, language: label?.language ?? own, translation }]
                : others;
              onChange({ meta: { translations: all.length ? all : null } });
            }}
          />
        )}
        <TextField
          label={t("develop.settings.note")}
          note={t("develop.settings.note.note")}
          className="col-span-full"
          value={meta.note ?? ""}
          onChange={(note) => onChange({ meta: { note: note || null } })}
        />
      </div>
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <Switch isSelected={meta.required ?? false} onChange={(required) => onChange({ meta: { required } })}>
          {t("develop.settings.required")}
        </Switch>
        <Switch isSelected={meta.readonly ?? false} onChange={(readonly) => onChange({ meta: { readonly } })}>
          {t("develop.settings.readonly")}
        </Switch>
        <Switch isSelected={meta.hidden ?? false} onChange={(hidden) => onChange({ meta: { hidden } })}>
          {t("develop.settings.hidden")}
        </Switch>
      </div>
      <Section title={t("develop.settings.looks")} isOpen>
        <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
          <Select
            label={t("develop.settings.interface")}
            choices={interfaceChoices}
            value={meta.interface ?? null}
            onChange={(id) => onChange({ meta: { interface: id } })}
          />
          <Select
            label={t("develop.settings.width")}
            choices={WIDTHS.map((id) => ({ id, text: t(`develop.width.${id}`) }))}
            value={meta.width?.startsWith("half") ? "half" : (meta.width ?? "full")}
            onChange={(width) => onChange({ meta: { width: width as (typeof WIDTHS)[number] } })}
          />
          <Select
            label={t("develop.settings.display")}
            note={t("develop.settings.display.note")}
            choices={displayChoices}
            value={meta.display ?? ""}
            onChange={(id) => onChange({ meta: { display: id || null } })}
          />
        </div>
        {hasChoices && schema?.choices && (
          <Notice>{t("develop.choices.by_database", { values: schema.choices.join(", ") })}</Notice>
        )}
        {hasChoices && (
          <Choices
            choices={(meta.options?.choices as ChoiceOption[] | undefined) ?? []}
            onChange={(choices) =>
              onChange({
                meta: {
                  options: { ...meta.options, choices },
                  ...(meta.display === "labels" ? { display_options: { ...meta.display_options, choices } } : {}),
                },
              })
            }
          />
        )}
      </Section>
      <Suspense fallback={null}>{children}</Suspense>
      {relational && (
        <RadioGroup
          label={t(isBack ? "develop.settings.on_delete.back" : "develop.settings.on_delete")}
          choices={(["SET NULL", "CASCADE", "RESTRICT"] as const).map((id) => ({
            id,
            text: t(`develop.on_delete.${isBack ? "back." : ""}${id.replace(" ", "_").toLowerCase()}`),
          }))}
          value={value.onDelete ?? "SET NULL"}
          onChange={(onDelete) => onChange({ onDelete: onDelete as OnDelete })}
        />
      )}
      {relational && schema?.is_nullable === false && (value.onDelete ?? "SET NULL") === "SET NULL" && (
        <Notice tone="warning">{t("develop.on_delete.needs_null")}</Notice>
      )}
      {schema && (
        <Section title={t("develop.settings.column")} isOpen={!isNew}>
          <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
            {!relational && (
              <Select
                label={t("develop.settings.type")}
                note={isNew ? undefined : t("develop.settings.type.note")}
                choices={(TYPES.includes(type) ? TYPES : [type, ...TYPES]).map((id) => ({ id, text: id }))}
                value={type}
                isDisabled={isKey}
                onChange={(id) => onChange({ type: id })}
              />
            )}
            {type === "string" && (
              <NumberField
                label={t("develop.settings.length")}
                value={schema.max_length ?? 255}
                minValue={1}
                maxValue={65535}
                formatOptions={{ useGrouping: false }}
                onChange={(length) => onChange({ schema: { max_length: Number.isNaN(length) ? 255 : length } })}
              />
            )}
            {!relational && !isKey && <Default type={type} value={schema.default_value} onChange={onChange} />}
          </div>
          {!isKey && (
            <div className="flex flex-wrap gap-x-6 gap-y-2">
              <Checkbox
                isSelected={schema.is_nullable !== false}
                onChange={(is_nullable) => onChange({ schema: { is_nullable } })}
              >
                {t("develop.settings.nullable")}
              </Checkbox>
              <Checkbox
                isSelected={schema.is_unique ?? false}
                onChange={(is_unique) => onChange({ schema: { is_unique } })}
              >
                {t("develop.settings.unique")}
              </Checkbox>
              <Checkbox
                isSelected={schema.is_indexed ?? false}
                isDisabled={schema.is_unique}
                onChange={(is_indexed) => onChange({ schema: { is_indexed } })}
              >
                {t("develop.settings.indexed")}
              </Checkbox>
            </div>
          )}
        </Section>
      )}
    </div>
  );
}

/** The value of new items, in the form of the type. */
function Default({
  type,
  value,
  onChange,
}: {
  type: string;
  value: unknown;
  onChange: (changes: FieldViewChanges) => void;
}) {
  const label = t("develop.settings.default");
  const set = (default_value: unknown) => onChange({ schema: { default_value } });
  if (type === "boolean") {
    const now = value === true || value === 1 ? "true" : value === false || value === 0 ? "false" : "";
    return (
      <Select
        label={label}
        choices={["", "true", "false"].map((id) => ({ id, text: t(`develop.default.${id || "none"}`) }))}
        value={now}
        onChange={(id) => set(id === "" ? null : id === "true")}
      />
    );
  }
  if (NUMBERS.includes(type)) {
    return (
      <NumberField
        label={label}
        value={value === null || value === undefined ? Number.NaN : Number(value)}
        onChange={(number) => set(Number.isNaN(number) ? null : number)}
      />
    );
  }
  const note = TEXTS.includes(type) || type === "json" ? undefined : t("develop.default.note");
  return (
    <TextField
      label={label}
      note={note}
      value={value === null || value === undefined ? "" : String(value)}
      onChange={(text) => set(text === "" ? null : text)}
    />
  );
}
