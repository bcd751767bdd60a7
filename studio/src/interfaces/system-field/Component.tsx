/** The name of a collection's field. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { fieldName } from "~/api/names";
import { fieldsQuery } from "~/api/queries";
import type { InterfaceProps } from "~/extensions/contract";
import { isPresentation } from "~/form/fields";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { Select, TextField } from "~/kit/fields";
import { type CollectionOptions, useOptionCollection } from "../aboutCollection";
import { controlProps, fieldProps } from "../aria";

interface Options extends CollectionOptions {
  typeAllowList?: string[] | null;
}

export default function FieldInterface(props: InterfaceProps<string, Options>) {
  const { value, options, onChange, disabled, readonly } = props;
  const collection = useOptionCollection(props);
  const fields = useQuery({ ...fieldsQuery(collection ?? ""), enabled: collection !== null }).data;
  if (!fields) {
    return (
      <TextField
        {...fieldProps(props)}
        mono
        value={value ?? ""}
        onChange={(text) => onChange(text === "" ? null : text)}
      />
    );
  }
  const choices = fields
    .filter(
      (field) =>
        !isPresentation(field) && (!options.typeAllowList?.length || options.typeAllowList.includes(field.type)),
    )
    .map((field) => ({ id: field.field, text: fieldName(field), note: field.field }));
  return (
    <div className="flex items-center gap-1">
      <Select
        {...controlProps(props)}
        className="flex-1"
        choices={value && !choices.some((one) => one.id === value) ? [...choices, { id: value, text: value }] : choices}
        placeholder={t("interfaces.select.placeholder")}
        value={value ?? null}
        onChange={onChange}
      />
      {value && !disabled && !readonly && (
        <IconButton label={t("app.clear")} onPress={() => onChange(null)}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
