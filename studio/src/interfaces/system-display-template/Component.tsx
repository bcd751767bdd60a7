/** A text with fields in it, as `{{title}} by {{author.name}}`. */
import { useQuery } from "@tanstack/react-query";
import { Braces } from "lucide-react";
import { fieldName } from "~/api/names";
import { fieldsQuery } from "~/api/queries";
import type { InterfaceProps } from "~/extensions/contract";
import { isPresentation } from "~/form/fields";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { type CollectionOptions, useOptionCollection } from "../aboutCollection";
import { fieldProps } from "../aria";

export default function TemplateInterface(props: InterfaceProps<string, CollectionOptions>) {
  const { value, onChange, disabled, readonly } = props;
  const collection = useOptionCollection(props);
  const fields = useQuery({ ...fieldsQuery(collection ?? ""), enabled: collection !== null }).data ?? [];
  const usable = fields.filter((field) => !isPresentation(field));
  return (
    <div className="flex items-center gap-1">
      <TextField
        {...fieldProps(props)}
        className="flex-1"
        mono
        placeholder="{{ title }}"
        value={value ?? ""}
        onChange={(text) => onChange(text === "" ? null : text)}
      />
      {!disabled && !readonly && usable.length > 0 && (
        <Menu
          label={t("interfaces.template.insert")}
          commands={[
            usable.map((field) => ({
              id: field.field,
              text: fieldName(field),
              onAction: () => onChange(`${value ?? ""}${value && !value.endsWith(" ") ? " " : ""}{{${field.field}}}`),
            })),
          ]}
        >
          <IconButton label={t("interfaces.template.insert")}>
            <Braces size={16} />
          </IconButton>
        </Menu>
      )}
    </div>
  );
}
