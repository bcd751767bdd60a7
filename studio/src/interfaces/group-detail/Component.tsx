/** Fields in a section that opens and closes. It opens by itself when there are errors in it. */
import { useState } from "react";
import { fieldName } from "~/api/names";
import type { InterfaceProps } from "~/extensions/contract";
import { useForm } from "~/form/context";
import { FieldGrid } from "~/form/Form";
import { fieldsOf } from "~/form/fields";
import { Section, useErrorCount } from "../Section";

interface Options {
  start?: "open" | "closed";
  headerIcon?: string;
  headerColor?: string;
}

export default function DetailGroup({ field, options }: InterfaceProps<unknown, Options>) {
  const { fields } = useForm();
  const errors = useErrorCount(field.field);
  const [open, setOpen] = useState(options.start !== "closed");
  const [shown, setShown] = useState(0);
  if (errors > shown) setOpen(true);
  if (errors !== shown) setShown(errors);
  return (
    <Section
      title={fieldName(field)}
      icon={options.headerIcon}
      color={options.headerColor}
      note={field.meta?.note}
      errors={errors}
      isExpanded={open}
      onExpanded={setOpen}
    >
      <FieldGrid fields={fieldsOf(fields, field.field)} />
    </Section>
  );
}
