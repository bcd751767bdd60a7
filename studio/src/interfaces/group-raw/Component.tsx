/** Fields that belong together, without a frame. */
import type { InterfaceProps } from "~/extensions/contract";
import { useForm } from "~/form/context";
import { FieldGrid } from "~/form/Form";
import { fieldsOf } from "~/form/fields";

export default function RawGroup({ field }: InterfaceProps) {
  const { fields } = useForm();
  return <FieldGrid fields={fieldsOf(fields, field.field)} />;
}
