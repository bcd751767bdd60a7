/** Each field or group of it behind a tab, with the number of errors behind it on the tab. */
import { fieldName } from "~/api/names";
import type { InterfaceProps } from "~/extensions/contract";
import { useErrors, useForm } from "~/form/context";
import { FieldGrid } from "~/form/Form";
import { below, fieldsOf, isGroup } from "~/form/fields";
import { Tabs } from "~/kit/Tabs";
import { ErrorCount } from "../Section";

export default function TabsGroup({ field }: InterfaceProps) {
  const { fields } = useForm();
  const errors = useErrors();
  const tabs = fieldsOf(fields, field.field).filter((one) => !one.meta?.hidden);
  return (
    <Tabs
      label={fieldName(field)}
      tabs={tabs.map((one) => ({
        id: one.field,
        title: (
          <span className="flex items-center gap-2">
            {fieldName(one)}
            <ErrorCount count={[one, ...below(fields, one.field)].filter((inner) => errors[inner.field]).length} />
          </span>
        ),
        content: (
          <>
            {isGroup(one) && one.meta?.note && <p className="mb-4 text-dense text-fg-2">{one.meta.note}</p>}
            <FieldGrid fields={isGroup(one) ? fieldsOf(fields, one.field) : [one]} />
          </>
        ),
      }))}
    />
  );
}
