/** The name of a collection. */
import { collectionName } from "~/api/names";
import { useCollections } from "~/api/queries";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Select } from "~/kit/fields";
import { controlProps } from "../aria";

export default function CollectionInterface(props: InterfaceProps<string, { includeSystem?: boolean }>) {
  const { value, options, onChange } = props;
  const choices = useCollections()
    .filter(
      (one) =>
        one.schema !== null &&
        (options.includeSystem || !one.collection.startsWith("directus_") || one.collection === value),
    )
    .map((one) => ({ id: one.collection, text: collectionName(one), note: one.collection }));
  return (
    <Select
      {...controlProps(props)}
      choices={choices}
      placeholder={t("interfaces.select.placeholder")}
      value={value ?? null}
      onChange={onChange}
    />
  );
}
