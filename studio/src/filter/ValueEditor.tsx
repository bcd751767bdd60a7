/** What a rule compares with, edited by the kind of its field. */
import { useState } from "react";
import type { Link } from "~/api/relations";
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";
import { Checkbox, type Choice, NumberField, Select, TextField } from "~/kit/fields";
import { choicesOf, dynamicValues, type Option } from "./choices";
import { parseRelative, writeRelative } from "./dates";
import { type Kind, needsOf } from "./operators";
import { RelatedBox } from "./RelatedBox";
import { RelativeMoment } from "./RelativeMoment";

export interface ValueEditorProps {
  kind: Kind;
  field?: Field;
  link?: Link;
  operator: string;
  value: unknown;
  /** Whether values that move with the person may be chosen. */
  dynamic: boolean;
  onChange: (value: unknown) => void;
}

export function ValueEditor(props: ValueEditorProps) {
  const { operator, value, onChange, kind, field } = props;
  const needs = needsOf(operator);
  if (needs === "nothing") return null;
  if (needs === "two") {
    const pair = Array.isArray(value) ? value : [];
    return (
      <div className="flex items-center gap-2">
        <One {...props} value={pair[0]} onChange={(one) => onChange([one, pair[1]])} label={t("filter.value.from")} />
        <span className="text-fg-2">{t("filter.and_value")}</span>
        <One {...props} value={pair[1]} onChange={(one) => onChange([pair[0], one])} label={t("filter.value.to")} />
      </div>
    );
  }
  if (needs === "many") {
    const choices = choicesOf(field);
    return choices.length ? (
      <ChoiceList choices={choices} value={value} onChange={onChange} />
    ) : (
      <ListText value={value} numeric={kind === "number"} onChange={onChange} />
    );
  }
  return <One {...props} label={t("filter.value")} />;
}

function ChoiceList({
  choices,
  value,
  onChange,
}: {
  choices: Option[];
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <fieldset className="flex max-h-56 flex-col gap-1 overflow-auto" aria-label={t("filter.values")}>
      {choices.map((choice) => (
        <Checkbox
          key={String(choice.value)}
          isSelected={chosen.includes(choice.value)}
          onChange={(on) => onChange(on ? [...chosen, choice.value] : chosen.filter((one) => one !== choice.value))}
        >
          {choice.text ?? String(choice.value)}
        </Checkbox>
      ))}
    </fieldset>
  );
}

function ListText({
  value,
  numeric,
  onChange,
}: {
  value: unknown;
  numeric: boolean;
  onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(Array.isArray(value) ? value.join(", ") : "");
  return (
    <TextField
      aria-label={t("filter.values")}
      placeholder={t("filter.values.placeholder")}
      value={text}
      onChange={(next) => {
        setText(next);
        const parts = next.split(",").map((part) => part.trim());
        const values = parts
          .filter(Boolean)
          .map((part) => (numeric && !Number.isNaN(Number(part)) ? Number(part) : part));
        onChange(values.length ? values : undefined);
      }}
    />
  );
}

function One({ kind, field, link, value, dynamic, onChange, label }: ValueEditorProps & { label: string }) {
  const choices = choicesOf(field);
  if (kind === "one" && link?.related) {
    return (
      <RelatedBox
        collection={link.related}
        value={value}
        label={label}
        dynamic={dynamic ? dynamicValues(link.related) : []}
        onChange={onChange}
      />
    );
  }
  if (kind === "boolean") {
    return (
      <Select
        aria-label={label}
        choices={[
          { id: "true", text: t("filter.yes") },
          { id: "false", text: t("filter.no") },
        ]}
        value={value === undefined || value === null ? null : String(value)}
        onChange={(id) => onChange(id === "true")}
      />
    );
  }
  if (choices.length) {
    const options: Choice[] = choices.map((one) => ({
      id: String(one.value),
      text: one.text ?? String(one.value),
      color: one.color,
    }));
    return (
      <Select
        aria-label={label}
        choices={options}
        value={value === undefined || value === null ? null : String(value)}
        onChange={(id) => onChange(choices.find((one) => String(one.value) === id)?.value)}
      />
    );
  }
  if (kind === "number") {
    return (
      <NumberField
        aria-label={label}
        placeholder={label}
        value={typeof value === "number" ? value : Number.NaN}
        onChange={(number) => onChange(Number.isNaN(number) ? undefined : number)}
        formatOptions={{ maximumFractionDigits: 10, useGrouping: false }}
        className="min-w-24"
      />
    );
  }
  if (kind === "date") {
    return <DateValue type={field?.type ?? "dateTime"} value={value} label={label} onChange={onChange} />;
  }
  return (
    <TextField
      aria-label={label}
      placeholder={label}
      value={value === undefined || value === null ? "" : String(value)}
      onChange={(text) => onChange(text === "" ? undefined : text)}
    />
  );
}

type How = "exact" | "now" | "ago" | "ahead";
const NATIVE: Record<string, string> = { date: "date", time: "time" };

function DateValue({
  type,
  value,
  label,
  onChange,
}: {
  type: string;
  value: unknown;
  label: string;
  onChange: (value: unknown) => void;
}) {
  const relative = parseRelative(value);
  const how: How = relative ? (relative.amount === 0 ? "now" : relative.amount < 0 ? "ago" : "ahead") : "exact";
  const amount = Math.abs(relative?.amount || 7);
  const unit = relative?.unit ?? "days";
  const choose = (next: How) =>
    onChange(
      next === "exact"
        ? undefined
        : writeRelative({ amount: next === "now" ? 0 : next === "ago" ? -amount : amount, unit }),
    );
  return (
    <div className="flex flex-wrap items-center gap-2">
      {type !== "time" && (
        <Select
          aria-label={t("filter.date.how")}
          choices={[
            { id: "exact", text: t("filter.date.exact") },
            { id: "now", text: t("filter.date.now") },
            { id: "ago", text: t("filter.date.ago") },
            { id: "ahead", text: t("filter.date.ahead") },
          ]}
          value={how}
          onChange={(id) => choose(id as How)}
          className="w-36"
        />
      )}
      {how === "exact" && (
        <TextField
          aria-label={label}
          type={NATIVE[type] ?? "datetime-local"}
          value={typeof value === "string" && !value.startsWith("$") ? value.slice(0, type === "date" ? 10 : 16) : ""}
          onChange={(text) => onChange(text === "" ? undefined : text)}
          className="w-48"
        />
      )}
      {(how === "ago" || how === "ahead") && <RelativeMoment value={value} onChange={onChange} />}
    </div>
  );
}
