/** Each field or group of it in a section of its own. */
import { useState } from "react";
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import type { InterfaceProps } from "~/extensions/contract";
import { useErrors, useForm } from "~/form/context";
import { FieldGrid } from "~/form/Form";
import { below, fieldsOf, isGroup } from "~/form/fields";
import { Section } from "../Section";

interface Options {
  accordionMode?: boolean;
  start?: "closed" | "first" | "opened";
}

export default function AccordionGroup({ field, options }: InterfaceProps<unknown, Options>) {
  const { fields } = useForm();
  const errors = useErrors();
  const sections = fieldsOf(fields, field.field).filter((one) => !one.meta?.hidden);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => {
    const names = sections.map((one) => one.field);
    return new Set(options.start === "opened" ? names : options.start === "first" ? names.slice(0, 1) : []);
  });
  const count = (one: Field) => [one, ...below(fields, one.field)].filter((inner) => errors[inner.field]).length;
  const toggle = (name: string, next: boolean) => {
    const others = options.accordionMode === false ? [...open].filter((one) => one !== name) : [];
    setOpen(new Set(next ? [...others, name] : [...open].filter((one) => one !== name)));
  };
  return (
    <div className="flex flex-col gap-2">
      {sections.map((one) => (
        <Section
          key={one.field}
          title={fieldName(one)}
          icon={one.meta?.options?.headerIcon as string | undefined}
          note={isGroup(one) ? one.meta?.note : null}
          errors={count(one)}
          isExpanded={open.has(one.field) || count(one) > 0}
          onExpanded={(next) => toggle(one.field, next)}
        >
          <FieldGrid fields={isGroup(one) ? fieldsOf(fields, one.field) : [one]} />
        </Section>
      ))}
    </div>
  );
}
