/** Values that a permission fills in: the collection's own fields with their interfaces, or all of them as JSON. */
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { fieldName } from "~/api/names";
import { fieldsQuery, useRelations } from "~/api/queries";
import { type Link, linkOf } from "~/api/relations";
import type { Field } from "~/api/types";
import { AddField } from "~/filter/AddField";
import { ObjectText } from "~/filter/ObjectText";
import { RelatedBox } from "~/filter/RelatedBox";
import { RelativeMoment } from "~/filter/RelativeMoment";
import { Form } from "~/form/Form";
import { defaults } from "~/form/fields";
import { RawEditor } from "~/form/RawEditor";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Select } from "~/kit/fields";
import { Loading } from "~/kit/states";
import { choicesFor, movingOf, type Values, withMoving } from "./presetValues";

export interface PresetsProps {
  collection: string;
  value: Values | null;
  /** undefined: what was typed is no JSON object. */
  onChange: (value: Values | null | undefined) => void;
}

export function Presets({ collection, value, onChange }: PresetsProps) {
  const fields = useQuery(fieldsQuery(collection)).data;
  const [code, setCode] = useState(false);
  const [bad, setBad] = useState(false);
  if (!fields) return <Loading />;
  return (
    <div className="flex flex-col gap-3">
      {code ? (
        <ObjectText
          label={t("access.rule.presets")}
          value={value}
          onChange={(next) => {
            setBad(next === undefined);
            onChange(next);
          }}
        />
      ) : (
        <Entries collection={collection} fields={fields} values={value ?? {}} onChange={onChange} />
      )}
      <div>
        <Button look="quiet" isDisabled={code && bad} className="-ms-3 text-fg-2" onPress={() => setCode(!code)}>
          {t(code ? "access.preset.form" : "filter.face.code")}
        </Button>
      </div>
    </div>
  );
}

function Entries({
  collection,
  fields,
  values,
  onChange,
}: {
  collection: string;
  fields: readonly Field[];
  values: Values;
  onChange: (value: Values | null) => void;
}) {
  const relations = useRelations();
  const names = Object.keys(values);
  const remove = (name: string) => {
    const { [name]: _, ...rest } = values;
    onChange(Object.keys(rest).length ? rest : null);
  };
  return (
    <>
      {names.map((name) => {
        const field = fields.find((one) => one.field === name);
        return (
          <Entry
            key={name}
            name={name}
            field={field}
            link={field && linkOf(field, relations)}
            value={values[name]}
            onChange={(next) => onChange({ ...values, [name]: next })}
            onRemove={() => remove(name)}
          />
        );
      })}
      <AddField
        text={t("access.preset.add")}
        label={t("filter.field.choose")}
        collection={collection}
        fields={fields}
        nested={false}
        accepts={(field) => canBePreset(field) && !names.includes(field.field)}
        onPick={({ field }) => onChange({ ...values, [field.field]: defaults([field])[field.field] ?? null })}
      />
    </>
  );
}

const canBePreset = ({ type, schema }: Field) =>
  type !== "alias" && !schema?.is_generated && !schema?.has_auto_increment;

interface EntryProps {
  name: string;
  /** undefined where the collection has no such field (any more). */
  field: Field | undefined;
  link: Link | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
  onRemove: () => void;
}

function Entry({ name, field, link, value, onChange, onRemove }: EntryProps) {
  const id = useId();
  const title = field ? fieldName(field) : name;
  const moving = movingOf(value);
  const choices = choicesFor(field, link, value);
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2 rounded-card border border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <h4 id={id} className="min-w-0 flex-1 truncate font-medium">
          {title}
        </h4>
        {choices.length > 1 && (
          <Select
            aria-label={t("access.preset.how", { name: title })}
            choices={choices}
            value={moving ?? "fixed"}
            onChange={(chosen) => onChange(chosen === "fixed" ? null : withMoving(chosen, value))}
            className="w-52"
          />
        )}
        <IconButton label={t("access.preset.remove", { name: title })} onPress={onRemove}>
          <Trash2 size={16} />
        </IconButton>
      </div>
      {moving === null ? (
        <Fixed field={field} link={link} name={name} title={title} labelId={id} value={value} onChange={onChange} />
      ) : (
        (moving === "ago" || moving === "ahead") && <RelativeMoment value={value} onChange={onChange} />
      )}
    </section>
  );
}

function Fixed({
  field,
  link,
  name,
  title,
  labelId,
  value,
  onChange,
}: Pick<EntryProps, "field" | "link" | "name" | "value" | "onChange"> & { title: string; labelId: string }) {
  const nested = typeof value === "object" && value !== null && field?.type !== "json" && field?.type !== "csv";
  if (!field || field.type === "alias" || nested) {
    const known = field ?? ({ collection: "", field: name, type: "json", meta: null, schema: null } as Field);
    return (
      <RawEditor value={value} field={known} labelId={labelId} disabled={false} readonly={false} onChange={onChange} />
    );
  }
  return (
    <>
      {link?.related ? (
        <RelatedBox collection={link.related} label={title} value={value} onChange={onChange} />
      ) : (
        <Form
          fields={[{ ...field, meta: field.meta && { ...field.meta, ...FREE } }]}
          values={{ [name]: value }}
          mode="batch"
          titled={false}
          onChange={(_, next) => onChange(next)}
        />
      )}
      {value === null && <p className="text-caption text-fg-3">{t("access.preset.empty")}</p>}
    </>
  );
}

/** What a field's own form asks of it says nothing about a value that others are given. */
const FREE = { group: null, hidden: false, readonly: false, required: false, conditions: null, width: "full" } as const;
